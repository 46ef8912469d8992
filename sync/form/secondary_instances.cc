#include "sync/form/secondary_instances.h"

#include <utility>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/geojson_table.h"
#include "sync/form/itext.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

bool IsTable(const ExternalInstance& external) {
  return external.src.starts_with("jr://file-csv/") ||
         external.file.ends_with(".csv") ||
         external.file.ends_with(".geojson") ||
         external.file.ends_with(".json");
}

absl::StatusOr<ListTable> ReadTable(const ExternalInstance& external,
                                    std::string_view bytes) {
  const bool json = external.file.ends_with("json");
  return json ? ReadGeoJsonTable(bytes) : ReadCsvTable(bytes);
}

absl::Status InFile(std::string_view file, const absl::Status& status) {
  const absl::string_view message = status.message();
  return absl::InvalidArgumentError(
      Concat({file, ": ", {message.data(), message.size()}}));
}

// The elements that `steps` lead to from `parent`.
void Follow(const Element& parent, const std::vector<std::string>& steps,
            std::size_t next, std::vector<const Element*>& found) {
  for (const Element& child : parent.children) {
    if (child.IsText() || child.name != steps[next]) continue;
    if (next + 1 == steps.size()) {
      found.push_back(&child);
    } else {
      Follow(child, steps, next + 1, found);
    }
  }
}

ListTable RowsOf(const std::vector<const Element*>& items) {
  ListTable rows;
  for (const Element* item : items) {
    ListRow& row = rows.emplace_back();
    for (const Element& cell : item->children) {
      if (!cell.IsText()) row.emplace_back(cell.name, cell.Content());
    }
  }
  return rows;
}

// The rows of a file whose root element is itself the first step.
ListTable RowsOfFile(const Element& root,
                     const std::vector<std::string>& steps) {
  std::vector<const Element*> found;
  if (root.name == steps.front() && steps.size() > 1) {
    Follow(root, steps, 1, found);
  }
  return RowsOf(found);
}

}  // namespace

absl::StatusOr<SecondaryInstances> SecondaryInstances::Read(
    const Element& model, const Attachments& attachments) {
  SecondaryInstances result;
  bool primary = true;
  for (const Element& child : model.children) {
    if (!child.Is("instance")) continue;
    if (!std::exchange(primary, false)) {
      RETURN_IF_ERROR(result.ReadOne(child, attachments));
    }
  }
  return result;
}

absl::Status SecondaryInstances::ReadOne(const Element& instance,
                                         const Attachments& attachments) {
  const std::string id(Trim(instance.Get("id").value_or("")));
  if (id.empty()) {
    return BreaksRule(instance.line, "secondary instance without id",
                      "\"id\" is required on every instance but the first");
  }
  if (Has(id)) {
    return BreaksRule(instance.line, Concat({"a second instance \"", id, "\""}),
                      "the id of an instance is unique");
  }
  List& list = lists_[id];
  const auto src = instance.Get("src");
  if (!src) {
    list = &instance;
    return absl::OkStatus();
  }
  ExternalInstance& external = external_.emplace_back();
  external.id = id;
  external.src = std::string(Trim(*src));
  if (!external.src.starts_with("jr://instance/")) {
    external.file = std::string(FileName(external.src));
  }
  const auto file = attachments.find(external.file);
  if (external.file.empty() || file == attachments.end()) {
    return absl::OkStatus();
  }
  external.attached = true;
  if (IsTable(external)) {
    auto table = ReadTable(external, file->second);
    if (!table.ok()) return InFile(external.file, table.status());
    list = std::make_shared<const ListTable>(*std::move(table));
  } else {
    auto tree = XmlTree::Parse(file->second);
    if (!tree.ok()) return InFile(external.file, tree.status());
    list = std::make_shared<const XmlTree>(*std::move(tree));
  }
  return absl::OkStatus();
}

bool SecondaryInstances::IsOpen(std::string_view id) const {
  const auto found = lists_.find(id);
  return found == lists_.end() ||
         std::holds_alternative<std::monostate>(found->second);
}

std::string SecondaryInstances::FileOf(std::string_view id) const {
  for (const ExternalInstance& external : external_) {
    if (external.id == id) return external.file;
  }
  return {};
}

ListTable SecondaryInstances::Rows(
    std::string_view id, const std::vector<std::string>& steps) const {
  CHECK(!IsOpen(id));
  const List& list = lists_.find(id)->second;
  if (steps.empty()) return {};
  if (const auto* table =
          std::get_if<std::shared_ptr<const ListTable>>(&list)) {
    return **table;
  }
  if (const auto* tree = std::get_if<std::shared_ptr<const XmlTree>>(&list)) {
    return RowsOfFile((*tree)->root(), steps);
  }
  std::vector<const Element*> found;
  Follow(*std::get<const Element*>(list), steps, 0, found);
  return RowsOf(found);
}

}  // namespace chasqui::xform
