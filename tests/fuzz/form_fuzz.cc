// A form from whoever publishes one, with its attachments: it reads as a form
// whose parts fit together and can be numbered, or is refused.
//
//   input := xform ( 0x00 attachment-name 0x00 attachment )…
//
// No XForm has a zero byte in it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/base/check.h"
#include "sync/form/form.h"
#include "sync/form/limits.h"
#include "sync/form/numbering.h"
#include "sync/form/xform_reader.h"

namespace chasqui {
namespace {

// What is in front of the next zero byte of `rest`, which is taken with it.
std::string_view TakePart(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

void CheckIndex(std::optional<std::uint32_t> index, std::size_t size) {
  CHECK(!index || *index < size);
}

void CheckFields(const Form& form) {
  std::set<std::string_view> paths;
  for (const Field& field : form.fields) {
    CHECK(paths.insert(field.path).second);
    CHECK(!FieldTypeName(field.type).empty());
    CheckIndex(field.repeat, form.repeats.size());
    CheckIndex(field.group, form.groups.size());
    CheckIndex(field.choices, form.choice_lists.size());
    const bool chooses =
        field.type == FieldType::kChoice || field.type == FieldType::kChoices;
    CHECK(chooses == field.choices.has_value());
    CHECK(!field.open_choice || field.type == FieldType::kText);
  }
}

void CheckForm(const Form& form) {
  CHECK(!form.id.empty());
  CHECK(form.fields.size() <= kFieldsMax);
  CheckFields(form);
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    CheckIndex(form.repeats[i].parent, i);
  }
  for (std::size_t i = 0; i < form.groups.size(); ++i) {
    CheckIndex(form.groups[i].parent, i);
    CheckIndex(form.groups[i].repeat, form.repeats.size());
  }
  const Pair* before = nullptr;
  for (const Pair& pair : form.pairs) {
    CHECK(pair.field_a < pair.field_b);
    CHECK(pair.field_b < form.fields.size());
    CHECK(pair.spans_rows == (form.fields[pair.field_a].repeat !=
                              form.fields[pair.field_b].repeat));
    CHECK(before == nullptr || *before < pair);
    before = &pair;
  }
}

void CheckNumbering(const Form& form) {
  const Numbering numbering = Extend({}, form);
  CHECK(Extend(numbering, form) == numbering);
  CHECK(NumbersOf(form, numbering).fields.size() == form.fields.size());
  const auto copy = Numbering::FromEntries(
      numbering.repeats(), numbering.fields(), numbering.choices());
  CHECK(copy.ok());
  CHECK(*copy == numbering);
}

}  // namespace
}  // namespace chasqui

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view xml = chasqui::TakePart(rest);
  chasqui::Attachments attachments;
  while (!rest.empty()) {
    const std::string name(chasqui::TakePart(rest));
    attachments[name] = std::string(chasqui::TakePart(rest));
  }
  const auto form = chasqui::ReadXForm(xml, attachments);
  if (!form.ok()) {
    CHECK(!form.status().message().empty());
    return 0;
  }
  chasqui::CheckForm(*form);
  chasqui::CheckNumbering(*form);
  return 0;
}
