#include "sync/form/form.h"

#include "sync/base/check.h"

namespace chasqui {
namespace {

template <typename Element>
std::optional<std::uint32_t> FindPath(const std::vector<Element>& elements,
                                      std::string_view path) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].path == path) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view FieldTypeName(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return "text";
    case FieldType::kInteger:
      return "integer";
    case FieldType::kDecimal:
      return "decimal";
    case FieldType::kDate:
      return "date";
    case FieldType::kTime:
      return "time";
    case FieldType::kDateTime:
      return "date_time";
    case FieldType::kPoint:
      return "point";
    case FieldType::kLine:
      return "line";
    case FieldType::kArea:
      return "area";
    case FieldType::kChoice:
      return "choice";
    case FieldType::kChoices:
      return "choices";
    case FieldType::kAttachment:
      return "attachment";
  }
  CHECK(false);
  return {};
}

std::string_view InLanguage(const Text& text, std::string_view language) {
  if (const auto found = text.find(language); found != text.end()) {
    return found->second;
  }
  // The empty name sorts first, so this is the text in place if there is one.
  return text.empty() ? std::string_view() : text.begin()->second;
}

std::optional<FieldIndex> FindField(const Form& form, std::string_view path) {
  return FindPath(form.fields, path);
}

std::optional<RepeatIndex> FindRepeat(const Form& form, std::string_view path) {
  return FindPath(form.repeats, path);
}

}  // namespace chasqui
