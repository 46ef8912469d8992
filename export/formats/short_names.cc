#include "export/formats/short_names.h"

#include "absl/strings/ascii.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
std::string ShortNames::Fitting(std::string_view plain,
                                std::size_t room) const {
  std::string name(plain);
  if (name.size() > room) {
    name.erase(0, name.size() - room);
    const std::size_t word = name.find('_');
    if (word < room / 2) name.erase(0, word + 1);
  }
  const bool dropped = name.starts_with('_') && !rules_.underscore;
  if (dropped) name.erase(0, 1);
  const bool marked =
      dropped || name.empty() ||
      absl::ascii_isdigit(static_cast<unsigned char>(name[0])) ||
      rules_.is_reserved(absl::AsciiStrToLower(name));
  return marked ? rules_.mark + name : name;
}

std::string ShortNames::Add(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    plain += absl::ascii_isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  // Room for a mark before it. The numbers before are taken.
  const std::size_t room = rules_.bytes_max - 1;
  for (int& number = last_[absl::AsciiStrToLower(Fitting(plain, room))];;) {
    ++number;
    const std::string suffix = number == 1 ? "" : StrCat("_", number);
    std::string chosen = Fitting(plain, room - suffix.size()) + suffix;
    if (taken_.insert(absl::AsciiStrToLower(chosen)).second) return chosen;
  }
}

}  // namespace chasqui::exporting
