// Finds the pairs of a form: which fields bear on each other. What a pair is,
// see Pair in form.h.

#ifndef CHASQUI_SYNC_FORM_CONSTRAINT_PAIRS_H_
#define CHASQUI_SYNC_FORM_CONSTRAINT_PAIRS_H_

#include <map>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/form/binds.h"
#include "sync/form/form.h"
#include "sync/form/instance_tree.h"

namespace chasqui::xform {

// Which field or repeat a node of the instance became.
struct Places {
  std::map<NodeIndex, FieldIndex> fields;
  std::map<NodeIndex, RepeatIndex> repeats;
};

// The pairs among `form.fields`, sorted, each once. InvalidArgument if there
// are more than kPairsMax, or an expression is nested too deep.
absl::StatusOr<std::vector<Pair>> FindPairs(const Form& form,
                                            const InstanceTree& tree,
                                            const Binds& binds,
                                            const Places& places);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_CONSTRAINT_PAIRS_H_
