#include "storage/log_witness.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalog.h"
#include "storage/keys.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {

absl::StatusOr<JournalHead> WitnessLog(const KvReader& kv,
                                       std::string_view survey,
                                       JournalHead from, std::uint64_t to) {
  ASSIGN_OR_RETURN(const std::vector<ListedSurvey> surveys, ListSurveys(kv));
  const auto listed =
      std::find_if(surveys.begin(), surveys.end(),
                   [&](const auto& each) { return each.name == survey; });
  if (listed == surveys.end()) {
    return absl::NotFoundError(StrCat("there is no survey ", survey));
  }
  const Keys keys(kOrganisationNumber, listed->number);
  RETURN_IF_ERROR(kv.Scan(
      Space::kLog, keys.Log(from.seq + 1), PrefixEnd(keys.All(Tag::kLog)),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        if (from.seq >= to) return false;
        const std::optional<ParsedKey> parsed = ParseKey(key);
        if (!parsed.has_value() || parsed->seq != from.seq + 1) {
          return absl::DataLossError(
              StrCat("entry ", from.seq + 1, " of the log is missing"));
        }
        from.hash = HashAfter(from.hash, {parsed->seq, 0, std::string(value)});
        from.seq = parsed->seq;
        return true;
      }));
  return from;
}

}  // namespace chasqui::storage
