#include "tests/benchmarks/links/trace_files.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/census_csv.h"

namespace chasqui::benchmarks {
namespace {

// The name without `ending`; nullopt if it has another.
std::optional<std::string> Without(const std::string& name,
                                   std::string_view ending) {
  if (name.size() <= ending.size() ||
      name.compare(name.size() - ending.size(), ending.size(), ending) != 0) {
    return std::nullopt;
  }
  return name.substr(0, name.size() - ending.size());
}

bool HasRates(std::string_view text) {
  const std::vector<std::string> words =
      absl::StrSplit(AbslView(text.substr(0, text.find('\n'))),
                     absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
  double number = 0;
  return words.size() == 2 && absl::SimpleAtod(words[0], &number) &&
         absl::SimpleAtod(words[1], &number);
}

// A name's files of Mahimahi's, as text.
struct BothWays {
  std::string up;
  std::string down;
};

absl::Status At(const std::string& where, const absl::Status& status) {
  return absl::Status(status.code(),
                      StrCat(where, ": ", StdView(status.message())));
}

// Files by name, .zst left out, as text.
absl::StatusOr<std::map<std::string, std::string>> ReadAll(
    const std::string& directory) {
  std::error_code error;
  std::map<std::string, std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename().string();
    ASSIGN_OR_RETURN(std::string text, ReadPacked(entry.path().string()));
    files[Without(name, ".zst").value_or(name)] = std::move(text);
  }
  if (!error) return files;
  return absl::InvalidArgumentError(StrCat(directory, ": ", error.message()));
}

}  // namespace

absl::StatusOr<TraceFiles> ReadTraces(const std::string& directory,
                                      const Surroundings& around) {
  ASSIGN_OR_RETURN(const auto files, ReadAll(directory));
  TraceFiles all;
  std::map<std::string, BothWays> deliveries;
  const auto add = [&](const std::string& name,
                       absl::StatusOr<LinkTrace> trace) -> absl::Status {
    if (!trace.ok()) return At(directory + "/" + name, trace.status());
    trace->name = name;
    all.traces.push_back(*std::move(trace));
    return absl::OkStatus();
  };
  for (const auto& [name, text] : files) {
    if (const auto ours = Without(name, ".trace")) {
      RETURN_IF_ERROR(add(*ours, ReadStretches(text)));
    } else if (const auto up = Without(name, ".up")) {
      deliveries[*up].up = text;
    } else if (const auto down = Without(name, ".down")) {
      deliveries[*down].down = text;
    } else if (HasRates(text)) {
      RETURN_IF_ERROR(add(name, ReadRates(text, around)));
    } else {
      all.passed_over.push_back(name);
    }
  }
  for (auto& [name, ways] : deliveries) {
    const std::string& up = ways.up.empty() ? ways.down : ways.up;
    const std::string& down = ways.down.empty() ? ways.up : ways.down;
    RETURN_IF_ERROR(add(name, ReadDeliveries(up, down, around)));
  }
  if (!all.traces.empty()) return all;
  return absl::InvalidArgumentError(StrCat(directory, " has no traces"));
}

}  // namespace chasqui::benchmarks
