// The body of a form: which nodes are asked, how, and which repeat.

#ifndef CHASQUI_SYNC_FORM_BODY_H_
#define CHASQUI_SYNC_FORM_BODY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/binds.h"
#include "sync/form/instance_tree.h"
#include "sync/form/xml_tree.h"

namespace chasqui::xform {

enum class ControlKind : std::uint8_t {
  kInput,
  kSelectOne,
  kSelectMultiple,
  kUpload,
  kRange,
  kRank,
  kTrigger,
};

// What asks for the value of a leaf.
struct Control {
  ControlKind kind = ControlKind::kInput;
  const Element* element = nullptr;
};

// What the body says of an inner node.
struct Section {
  const Element* label = nullptr;  // nullptr: none.
  std::string_view appearance;
};

struct RepeatSection {
  const Element* label = nullptr;
  std::string_view count;  // jr:count; empty: none.
};

class Body {
 public:
  // `body` is nullptr for a form without one: nothing is asked. InvalidArgument
  // if a control or repeat has no ref or nodeset, or one that is not in `tree`.
  static absl::StatusOr<Body> Read(const Element* body,
                                   const InstanceTree& tree,
                                   const Binds& binds);

  // nullptr if there is none. Of several controls of one node the first counts.
  const Control* ControlOf(NodeIndex node) const;
  const Section* GroupOf(NodeIndex node) const;
  const RepeatSection* RepeatOf(NodeIndex node) const;

 private:
  class Walk;

  std::map<NodeIndex, Control> controls_;
  std::map<NodeIndex, Section> groups_;
  std::map<NodeIndex, RepeatSection> repeats_;
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_BODY_H_
