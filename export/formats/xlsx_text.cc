#include "export/formats/xlsx_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kEscapeBytes = 7;  // "_xHHHH_"
// U+FFFE and U+FFFF.
constexpr std::string_view kNoCharacter = "\xef\xbf\xbe";
constexpr std::string_view kNoCharacterEither = "\xef\xbf\xbf";

bool IsXmlControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n';
}

bool IsNoCharacter(std::string_view text) {
  return text.starts_with(kNoCharacter) || text.starts_with(kNoCharacterEither);
}

bool IsEscape(std::string_view text) {
  return text.size() >= kEscapeBytes && text[0] == '_' && text[1] == 'x' &&
         text[kEscapeBytes - 1] == '_' &&
         std::all_of(
             text.begin() + 2, text.begin() + kEscapeBytes - 1, [](char c) {
               return absl::ascii_isxdigit(static_cast<unsigned char>(c));
             });
}

void AppendEscape(unsigned code, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += "_x";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += kDigits[code >> shift & 0xfU];
  }
  out += '_';
}

bool IsPlainText(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c == '_' || c == '\xef' || IsXmlControl(c);
  });
}

}  // namespace

std::string_view XlsxText(std::string_view text, std::string& scratch) {
  if (IsPlainText(text)) return text;
  scratch.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (IsXmlControl(text[i])) {
      AppendEscape(static_cast<unsigned char>(text[i]), scratch);
    } else if (IsNoCharacter(rest)) {
      AppendEscape(rest.starts_with(kNoCharacter) ? 0xfffe : 0xffff, scratch);
      i += kNoCharacter.size() - 1;
    } else if (IsEscape(rest)) {
      AppendEscape('_', scratch);
    } else {
      scratch += text[i];
    }
  }
  return scratch;
}

std::size_t XlsxFitting(std::string_view spelt) {
  if (spelt.size() <= kXlsxCellUnitsMax) return spelt.size();
  std::size_t end = 0;
  for (std::size_t units = 0; end < spelt.size();) {
    const auto lead = static_cast<unsigned char>(spelt[end]);
    const std::size_t bytes =
        lead < 0x80 ? 1 : (lead < 0xe0 ? 2 : (lead < 0xf0 ? 3 : 4));
    units += bytes == 4 ? 2 : 1;
    if (units > kXlsxCellUnitsMax) break;
    end += bytes;
  }
  if (end == spelt.size()) return end;
  for (std::size_t back = 1; back < kEscapeBytes; ++back) {
    if (IsEscape(spelt.substr(end - back))) return end - back;
  }
  return end;
}

}  // namespace chasqui::exporting
