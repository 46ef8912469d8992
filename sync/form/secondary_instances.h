// The secondary instances of a form: lists inside it, and in attached files.

#ifndef CHASQUI_SYNC_FORM_SECONDARY_INSTANCES_H_
#define CHASQUI_SYNC_FORM_SECONDARY_INSTANCES_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/csv_table.h"
#include "sync/form/form.h"
#include "sync/form/xform_reader.h"
#include "sync/form/xml_tree.h"

namespace chasqui::xform {

class SecondaryInstances {
 public:
  // Reads the instances of `model` but the first. InvalidArgument if an
  // attached list cannot be read; the error then names the file.
  static absl::StatusOr<SecondaryInstances> Read(
      const Element& model, const Attachments& attachments);

  bool Has(std::string_view id) const { return lists_.contains(id); }

  // Whether the list is there to be read.
  bool IsOpen(std::string_view id) const;

  // The file that a list is in; empty: in the form, or in no file at all, such
  // as "jr://instance/last-saved".
  std::string FileOf(std::string_view id) const;

  // The rows of a list. `steps` leads to them, from the root of the instance:
  // {"root", "item"}; every attached CSV and GeoJSON has just these.
  //
  // REQUIRES: IsOpen(id) is false.
  ListTable Rows(std::string_view id,
                 const std::vector<std::string>& steps) const;

  const std::vector<ExternalInstance>& external() const { return external_; }

 private:
  // In the form; in an attached XML file; in an attached table; not there.
  using List = std::variant<std::monostate, const Element*,
                            std::shared_ptr<const XmlTree>,
                            std::shared_ptr<const ListTable>>;

  absl::Status ReadOne(const Element& instance, const Attachments& attachments);

  std::map<std::string, List, std::less<>> lists_;
  std::vector<ExternalInstance> external_;
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_SECONDARY_INSTANCES_H_
