#include "export/chain/chain.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
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

absl::StatusOr<Manifest> ReadManifest(std::string_view text,
                                      std::uint64_t number,
                                      std::string_view place) {
  ASSIGN_OR_RETURN(Manifest manifest, DecodeManifest(text, place));
  if (manifest.number == number) return manifest;
  return absl::DataLossError(
      StrCat(place, " is the manifest of increment ", manifest.number));
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

// What the manifest says that the chain comes to with it, or, where it says
// nothing, what that is.
absl::Status CheckSoFar(const Chain& chain, Manifest& next,
                        std::string_view place) {
  const Manifest* const last = chain.empty() ? nullptr : &chain.last();
  const std::uint64_t erased =
      next.so_far.has_value() ? next.so_far->erased : 0;
  SoFar counted = SoFarOf(last, next, 0);
  if (!next.so_far.has_value()) {
    next.so_far = std::move(counted);
    return absl::OkStatus();
  }
  const bool fits = erased >= counted.erased;
  counted.erased = erased;
  if (fits && *next.so_far == counted) return absl::OkStatus();
  return absl::DataLossError(
      StrCat(place, ": the chain does not come to what it says so far"));
}

// Nullopt: it is not there, or does not say what it comes to.
absl::StatusOr<std::optional<ChainEnd>> ReadEnd(const Folder& folder,
                                                std::uint64_t number) {
  const std::string file = ManifestName(number);
  const absl::StatusOr<std::string> text = folder.Read(file);
  if (absl::IsNotFound(text.status())) return std::optional<ChainEnd>();
  RETURN_IF_ERROR(text.status());
  const std::string place = StrCat(folder.name(), "/", file);
  ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(*text, number, place));
  if (!manifest.so_far.has_value()) return std::optional<ChainEnd>();
  return ChainEnd{.last = std::move(manifest), .sha256 = Sha256Hex(*text)};
}

struct Begun {
  std::uint64_t number = 0;
  std::string whose;
};

// Nullopt: it is not there, or says nothing.
absl::StatusOr<std::optional<Begun>> ReadBegun(const Folder& folder) {
  const absl::StatusOr<std::string> text = folder.Read(kBegunFile);
  if (absl::IsNotFound(text.status())) return std::optional<Begun>();
  RETURN_IF_ERROR(text.status());
  const std::vector<std::string> words =
      absl::StrSplit(*text, absl::ByAnyChar(" \n"));
  Begun begun;
  if (words.size() < 2 || !absl::SimpleAtoi(words[0], &begun.number) ||
      begun.number == 0) {
    return std::optional<Begun>();
  }
  begun.whose = words[1];
  return begun;
}

absl::Status OneAtATime(const Folder& folder, std::string_view file) {
  return absl::FailedPreconditionError(
      StrCat(folder.name(), "/", file,
             " has just been written by another export: one at a time"));
}

}  // namespace

absl::StatusOr<Chain> ReadChain(const Folder& folder) {
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> numbers, NumbersIn(folder));
  Chain chain;
  for (const std::uint64_t number : numbers) {
    const std::string file = ManifestName(number);
    const std::string place = StrCat(folder.name(), "/", file);
    ASSIGN_OR_RETURN(const std::string text, folder.Read(file));
    ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(text, number, place));
    RETURN_IF_ERROR(CheckFollows(chain, manifest, place));
    RETURN_IF_ERROR(CheckSoFar(chain, manifest, place));
    Extend(chain, std::move(manifest), text);
  }
  return chain;
}

void Extend(Chain& chain, Manifest manifest, std::string_view text) {
  CHECK(manifest.number == chain.increments.size() + 1);
  if (!chain.empty()) {
    Manifest& last = chain.increments.back();
    if (AreSame(*manifest.tables, *last.tables)) manifest.tables = last.tables;
    last.so_far.reset();
  }
  chain.increments.push_back(std::move(manifest));
  chain.last_sha256 = Sha256Hex(text);
}

absl::StatusOr<ChainEnd> FindEnd(const Folder& folder) {
  ASSIGN_OR_RETURN(const std::optional<Begun> begun, ReadBegun(folder));
  if (begun.has_value()) {
    ASSIGN_OR_RETURN(std::optional<ChainEnd> end,
                     ReadEnd(folder, begun->number));
    const bool made = end.has_value();
    if (made) {
      // An export that a rewriting overtook has left files of its number.
      end->clean = !end->last->rewritten.has_value();
    } else if (begun->number > 1) {
      ASSIGN_OR_RETURN(end, ReadEnd(folder, begun->number - 1));
    }
    // Unless something was written that does not know of the file.
    if (made) {
      const absl::Status further =
          folder.Read(ManifestName(end->next())).status();
      if (further.ok()) end.reset();
      if (!further.ok() && !absl::IsNotFound(further)) return further;
    }
    if (end.has_value()) return *std::move(end);
  }
  ASSIGN_OR_RETURN(Chain chain, ReadChain(folder));
  if (chain.empty()) return ChainEnd();
  return ChainEnd{.last = std::move(chain.increments.back()),
                  .sha256 = std::move(chain.last_sha256)};
}

absl::Status Begin(Folder& folder, std::uint64_t number,
                   std::string_view whose) {
  return WriteFile(folder, kBegunFile, StrCat(number, " ", whose, "\n"));
}

absl::Status Commit(Folder& folder, Manifest manifest, std::string_view whose,
                    ChainEnd& end) {
  CHECK(manifest.number == end.next());
  CHECK(manifest.so_far.has_value());
  const std::string name = ManifestName(manifest.number);
  absl::Status others = folder.Read(name).status();
  if (others.ok()) return OneAtATime(folder, name);
  if (!absl::IsNotFound(others)) return others;
  ASSIGN_OR_RETURN(const std::optional<Begun> begun, ReadBegun(folder));
  if (!begun.has_value() || begun->whose != whose) {
    return OneAtATime(folder, kBegunFile);
  }
  const std::string text = EncodeManifest(manifest);
  RETURN_IF_ERROR(WriteFile(folder, name, text));
  ASSIGN_OR_RETURN(const std::string there, folder.Read(name));
  if (there != text) return OneAtATime(folder, name);
  end = {.last = std::move(manifest), .sha256 = Sha256Hex(text), .clean = true};
  return absl::OkStatus();
}

bool IsBeyond(std::string_view file, const Manifest* last) {
  const std::uint64_t end = last == nullptr ? 0 : last->number;
  const std::uint64_t number = IncrementOf(file).value_or(0);
  if (number > end) return true;
  return number == end && end > 0 && last->rewritten.has_value() &&
         file != ManifestName(end);
}

absl::Status RemoveBeyond(Folder& folder, const Manifest* last,
                          const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (IsBeyond(file, last)) RETURN_IF_ERROR(folder.Remove(file));
  }
  return absl::OkStatus();
}

SoFar SoFarOf(const Manifest* last, const Manifest& next,
              std::uint64_t erased) {
  SoFar so_far;
  if (last != nullptr) {
    so_far = *last->so_far;
    if (next.from < last->to.seq) {
      so_far.restores.push_back({next.number, next.from});
    }
  }
  if (next.rewritten.has_value()) {
    so_far.erased = 0;
    return so_far;
  }
  so_far.increment = next.number;
  // What the first increment has was made after what is erased was.
  if (last != nullptr) so_far.erased += erased;
  for (const ExportedFile& file : next.files) {
    if (file.table.empty()) continue;
    for (const TableSchema& table : *next.tables) {
      if (table.name != file.table) continue;
      for (const TableColumn& column : table.columns) {
        so_far.columns[table.name][column.name] = column.type;
      }
    }
  }
  return so_far;
}

Seq SharedSeq(const Position& reached, const Lineage& then,
              const Lineage& now) {
  return CountsAs(reached, now, std::numeric_limits<Seq>::max(),
                  {{ToldLineage{then}}});
}

}  // namespace chasqui::exporting
