#include "export/chain.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "export/sha256.h"
#include "export/table_schema.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

bool AreSame(const std::vector<TableSchema>& a,
             const std::vector<TableSchema>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const TableSchema& x, const TableSchema& y) {
                      return SchemaHash(x) == SchemaHash(y);
                    });
}

// The numbers of the manifests there are, ascending.
absl::StatusOr<std::vector<std::uint64_t>> NumbersIn(const Folder& folder) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files,
                   folder.List(kManifestsPrefix));
  std::vector<std::uint64_t> numbers;
  for (const std::string& file : files) {
    if (!file.ends_with(".json")) continue;
    const auto number = IncrementOf(file);
    if (!number.has_value() || file != ManifestName(*number)) {
      return absl::FailedPreconditionError(
          StrCat(folder.name(), "/", file, " is no manifest of an export"));
    }
    numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == i + 1) continue;
    return absl::DataLossError(StrCat(folder.name(), "/", ManifestName(i + 1),
                                      " is missing: there is ",
                                      ManifestName(numbers.back())));
  }
  return numbers;
}

absl::Status CheckFollows(const Chain& chain, const Manifest& next,
                          std::string_view place) {
  const auto broken = [place](const std::string& why) {
    return absl::DataLossError(StrCat(place, ": ", why));
  };
  if (chain.empty()) {
    if (next.previous_sha256.empty()) return absl::OkStatus();
    return broken("it is the first and says what was before it");
  }
  const Manifest& last = chain.last();
  if (next.previous_sha256 != chain.last_sha256) {
    return broken(StrCat("it was written after another ",
                         ManifestName(last.number),
                         " than the one that is there"));
  }
  if (next.survey != last.survey || next.format != last.format ||
      next.personal != last.personal) {
    return broken(
        "it is of another survey, format or kind of personal "
        "answers than the one before it");
  }
  const Seq shared = SharedSeq(last.to, last.lineage, next.lineage);
  if (next.from != shared || !next.since.has_value()) {
    return broken(StrCat("it begins at seq ", next.from,
                         ", but the one before it reached seq ", last.to.seq,
                         ", of which its log has what is up to ", shared));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Chain> ReadChain(const Folder& folder) {
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> numbers, NumbersIn(folder));
  Chain chain;
  for (const std::uint64_t number : numbers) {
    const std::string file = ManifestName(number);
    const std::string place = StrCat(folder.name(), "/", file);
    ASSIGN_OR_RETURN(const std::string text, folder.Read(file));
    ASSIGN_OR_RETURN(Manifest manifest, DecodeManifest(text, place));
    if (manifest.number != number) {
      return absl::DataLossError(
          StrCat(place, " is the manifest of increment ", manifest.number));
    }
    RETURN_IF_ERROR(CheckFollows(chain, manifest, place));
    Extend(chain, std::move(manifest), text);
  }
  return chain;
}

void Extend(Chain& chain, Manifest manifest, std::string_view text) {
  CHECK(manifest.number == chain.increments.size() + 1);
  if (!chain.empty() && AreSame(*manifest.tables, *chain.last().tables)) {
    manifest.tables = chain.last().tables;
  }
  chain.increments.push_back(std::move(manifest));
  chain.last_sha256 = Sha256Hex(text);
}

Seq SharedSeq(const Position& reached, const Lineage& then,
              const Lineage& now) {
  return CountsAs(reached, now, std::numeric_limits<Seq>::max(),
                  {{ToldLineage{then}}});
}

std::vector<Restore> RestoresIn(const Chain& chain) {
  std::vector<Restore> restores;
  for (std::size_t i = 1; i < chain.increments.size(); ++i) {
    const Manifest& manifest = chain.increments[i];
    if (manifest.from < chain.increments[i - 1].to.seq) {
      restores.push_back({manifest.number, manifest.from});
    }
  }
  return restores;
}

}  // namespace chasqui::exporting
