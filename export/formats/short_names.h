// Names of variables, for formats that take short and plain ones only.

#ifndef CHASQUI_EXPORT_FORMATS_SHORT_NAMES_H_
#define CHASQUI_EXPORT_FORMATS_SHORT_NAMES_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace chasqui::exporting {

struct NameRules {
  std::size_t bytes_max = 0;
  char mark = '_';         // a name may begin with it, and it takes names apart
  bool underscore = true;  // whether it may begin with '_' too
  // Words that are no names, in lower case.
  bool (*is_reserved)(std::string_view name) = nullptr;
};

// Thread-compatible.
class ShortNames {
 public:
  explicit ShortNames(const NameRules& rules) : rules_(rules) {}

  // What comes nearest to `name` of the names that the format takes and that
  // are still free, in whatever case: ASCII letters, digits and '_', which
  // stands for everything else. Of one that is too long the end, from the
  // beginning of a word where one is near; then, if need be, "_2" and so on. A
  // function of the names so far.
  std::string Add(std::string_view name);

 private:
  std::string Fitting(std::string_view plain, std::size_t room) const;

  const NameRules rules_;
  // In lower case.
  std::set<std::string> taken_;
  std::map<std::string, int> last_;  // the number it got, by what it came to
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_SHORT_NAMES_H_
