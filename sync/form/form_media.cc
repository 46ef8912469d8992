#include "sync/form/form_media.h"

#include <set>
#include <string_view>

#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

// Adds the file of each call of `function` in `expression` whose first
// argument is a literal.
void AddFiles(std::string_view expression, std::string_view function,
              std::set<std::string>& files) {
  std::size_t at = 0;
  while ((at = expression.find(function, at)) != std::string_view::npos) {
    at += function.size();
    std::string_view rest = Trim(expression.substr(at));
    if (!rest.starts_with('(')) continue;
    rest = Trim(rest.substr(1));
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"')) continue;
    const std::size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos) continue;
    std::string file(Trim(rest.substr(1, end - 1)));
    if (file.empty()) continue;
    if (!file.ends_with(".csv")) file.append(".csv");
    files.insert(std::move(file));
  }
}

}  // namespace

std::vector<std::string> MediaOf(const Form& form, const Itext& itext) {
  std::set<std::string> files = itext.media();
  for (const Field& field : form.fields) {
    AddFiles(field.appearance, "search", files);
    for (const std::string* expression : {&field.calculate, &field.constraint,
                                          &field.relevant, &field.required}) {
      AddFiles(*expression, "pulldata", files);
    }
  }
  return {files.begin(), files.end()};
}

}  // namespace chasqui::xform
