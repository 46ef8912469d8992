// The choices of selects: written below them, or taken from a list.

#ifndef CHASQUI_SYNC_FORM_CHOICE_LISTS_H_
#define CHASQUI_SYNC_FORM_CHOICE_LISTS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/form.h"
#include "sync/form/itext.h"
#include "sync/form/secondary_instances.h"
#include "sync/form/text_budget.h"
#include "sync/form/xform_reader.h"
#include "sync/form/xml_tree.h"

namespace chasqui::xform {

// What an itemset's nodeset says: instance('lgas')/root/item[state = ../state],
// or that inside randomize(…).
struct ItemsetSource {
  std::string instance;            // Its id; empty: it is no such list.
  std::vector<std::string> steps;  // {"root", "item"}
  std::string filter;              // "state = ../state"; empty: none.
};
ItemsetSource ParseItemset(std::string_view nodeset);

// What a select chooses from.
struct Choices {
  std::optional<ChoiceListIndex> list;  // None: an open choice.
  std::string filter;                   // Of a cascade.
};

// Collects the choice lists of one form. Selects that take the same columns of
// the same list share one.
class ChoiceLists {
 public:
  // All three must outlive this.
  ChoiceLists(const SecondaryInstances& instances, const Itext& itext,
              TextBudget& budget)
      : instances_(instances), itext_(itext), budget_(budget) {}

  // The choices of the select `control`, which asks for the field at `path`.
  // InvalidArgument if it has none, an item has no value, or the list it names
  // is not declared or has no such column.
  absl::StatusOr<Choices> Of(const Element& control, const std::string& path);

  // All so far, by index.
  std::vector<ChoiceList> Take() { return std::move(lists_); }
  // The selects so far whose list is in a file that is not attached.
  std::vector<UnattachedList> TakeUnattached() {
    return std::move(unattached_);
  }

 private:
  absl::StatusOr<Choices> Itemset(const Element& itemset,
                                  const std::string& path);
  // nullopt if the list is empty: one that is still to be filled, such as
  // that of the entities of a form not yet in use.
  absl::StatusOr<std::optional<ChoiceListIndex>> Listed(
      const Element& itemset, const ItemsetSource& source);
  absl::StatusOr<ChoiceListIndex> Inline(const Element& control,
                                         const std::string& path);
  absl::Status Count(std::size_t rows, std::size_t line);
  absl::Status Add(ChoiceList& list, ListedChoice choice, std::size_t line);

  const SecondaryInstances& instances_;
  const Itext& itext_;
  TextBudget& budget_;
  std::vector<ChoiceList> lists_;
  std::vector<UnattachedList> unattached_;
  std::size_t choices_ = 0;  // Rows looked at, for all lists.
  // By instance, steps and columns.
  std::map<std::string, ChoiceListIndex> shared_;
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_CHOICE_LISTS_H_
