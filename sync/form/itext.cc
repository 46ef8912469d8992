#include "sync/form/itext.h"

#include <algorithm>
#include <optional>

#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/instance_tree.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

// The mixed content of a label: text, and outputs as "${expression}".
void Render(const Element& element, std::string& out) {
  for (const Element& child : element.children) {
    if (child.IsText()) {
      out.append(child.text);
    } else if (child.Is("output")) {
      const auto value = child.Get("value");
      const auto ref = value ? value : child.Get("ref");
      if (ref) out.append(Concat({"${", Trim(*ref), "}"}));
    } else {
      Render(child, out);
    }
  }
}

std::string Rendered(const Element& element) {
  std::string out;
  Render(element, out);
  return std::string(Trim(out));
}

bool IsMedia(std::string_view value_form) {
  return value_form == "image" || value_form == "big-image" ||
         value_form == "audio" || value_form == "video";
}

}  // namespace

std::string_view ItextArgument(std::string_view ref) {
  ref = Trim(ref);
  const std::size_t open = ref.find('(');
  if (open == std::string_view::npos || ref.back() != ')') return {};
  if (WithoutPrefix(Trim(ref.substr(0, open))) != "itext") return {};
  std::string_view id = Trim(ref.substr(open + 1, ref.size() - open - 2));
  const bool quoted = id.size() >= 2 && id.front() == id.back() &&
                      (id.front() == '\'' || id.front() == '"');
  return quoted ? id.substr(1, id.size() - 2) : id;
}

std::string_view FileName(std::string_view uri) {
  uri = Trim(uri);
  const std::size_t slash = uri.rfind('/');
  return slash == std::string_view::npos ? uri : uri.substr(slash + 1);
}

absl::StatusOr<Itext> Itext::Read(const Element* itext) {
  Itext result;
  if (itext == nullptr) return result;
  for (const Element& child : itext->children) {
    if (child.Is("translation")) {
      RETURN_IF_ERROR(result.ReadTranslation(child));
    }
  }
  if (result.languages_.empty()) {
    return BreaksRule(itext->line, "itext without translation",
                      "itext holds one translation per language");
  }
  if (result.default_language_.empty()) {
    result.default_language_ = result.languages_.front();
  }
  return result;
}

absl::Status Itext::ReadTranslation(const Element& translation) {
  const auto lang = translation.Get("lang");
  if (!lang || Trim(*lang).empty()) {
    return BreaksRule(translation.line, "translation without lang",
                      "\"lang\" is required on translation");
  }
  const std::string language(Trim(*lang));
  if (std::find(languages_.begin(), languages_.end(), language) !=
      languages_.end()) {
    return BreaksRule(translation.line,
                      Concat({"a second translation for \"", language, "\""}),
                      "itext holds one translation per language");
  }
  languages_.push_back(language);
  const std::string_view is_default =
      translation.Get("default").value_or("false()");
  if (default_language_.empty() && !is_default.starts_with("false")) {
    default_language_ = language;
  }
  for (const Element& text : translation.children) {
    if (!text.Is("text")) continue;
    if (!text.Get("id")) {
      return BreaksRule(text.line, "text without id",
                        "\"id\" is required on text");
    }
    ReadText(text, language);
  }
  return absl::OkStatus();
}

void Itext::ReadText(const Element& text, const std::string& language) {
  std::optional<std::string> plain;
  std::optional<std::string> short_form;
  for (const Element& value : text.children) {
    if (!value.Is("value")) continue;
    const std::string_view form = value.Get("form").value_or("");
    if (IsMedia(form)) {
      const std::string uri = value.Content();
      if (!FileName(uri).empty()) media_.emplace(FileName(uri));
    } else if (form.empty() || form == "long") {
      if (!plain) plain = Rendered(value);
    } else if (form == "short") {
      short_form = Rendered(value);
    }
  }
  const auto& shown = plain ? plain : short_form;
  if (shown) texts_[std::string(*text.Get("id"))][language] = *shown;
}

Text Itext::Get(std::string_view id) const {
  const auto found = texts_.find(id);
  return found == texts_.end() ? Text() : found->second;
}

Text Itext::TextOf(const Element* label) const {
  if (label == nullptr) return {};
  const auto ref = label->Get("ref");
  if (!ref) {
    std::string written = Rendered(*label);
    return written.empty() ? Text() : Text{{"", std::move(written)}};
  }
  const std::string_view id = ItextArgument(*ref);
  if (!id.empty()) return Get(id);
  return {{"", Concat({"${", Trim(*ref), "}"})}};
}

Text Itext::TextOf(std::string_view attribute) const {
  const std::string_view id = ItextArgument(attribute);
  if (!id.empty()) return Get(id);
  const std::string_view message = Trim(attribute);
  return message.empty() ? Text() : Text{{"", std::string(message)}};
}

}  // namespace chasqui::xform
