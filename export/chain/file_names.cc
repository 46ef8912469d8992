#include "export/chain/file_names.h"

#include <cstddef>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kNumberDigits = 6;
constexpr std::string_view kIdsFolder = "records";
constexpr std::string_view kIdsSuffix = "ids";

std::string NumberText(std::uint64_t number) {
  return absl::StrFormat("%0*d", kNumberDigits, number);
}

}  // namespace

std::string ManifestName(std::uint64_t number) {
  return StrCat(kManifestsPrefix, NumberText(number), ".json");
}

std::string DataFileName(std::string_view table, std::uint64_t number,
                         std::string_view format) {
  return StrCat(table, "/", NumberText(number), ".", format);
}

std::string IdsFileName(std::uint64_t number) {
  return DataFileName(kIdsFolder, number, kIdsSuffix);
}

std::string RewrittenName(std::string_view file) {
  return StrCat(kRewrittenPrefix, file);
}

bool IsRewritten(std::string_view file) {
  return file.starts_with(kRewrittenPrefix) &&
         file.find('/', kRewrittenPrefix.size()) != file.npos;
}

std::optional<std::uint64_t> IncrementOf(std::string_view file) {
  const std::size_t slash = file.find('/');
  if (slash == 0 || slash == file.npos) return std::nullopt;
  const std::string_view name = file.substr(slash + 1);
  const std::string_view digits = name.substr(0, name.find('.'));
  std::uint64_t number = 0;
  if (digits.size() == name.size() ||
      !absl::SimpleAtoi(AbslView(digits), &number) || number == 0 ||
      digits != NumberText(number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace chasqui::exporting
