#include "storage/replay.h"

#include <optional>
#include <utility>
#include <vector>

#include "storage/log_codec.h"
#include "storage/survey_transaction.h"
#include "sync/apply.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/survey.h"

namespace chasqui::storage {
namespace {

// So many entries are kept in memory at most, between two commits.
constexpr Seq kEntriesPerCommit = 2'000;

absl::Status Unusable(const ListedSurvey& survey, Seq seq,
                      const absl::Status& why) {
  return absl::DataLossError(StrCat("the log of survey ", survey.name,
                                    " ends before entry ", seq, ": ",
                                    why.message()));
}

class Replayer {
 public:
  Replayer(const ListedSurvey& listed, Kv& to)
      : listed_(listed),
        transaction_(to, Keys(kOrganisationNumber, listed.number), survey_) {
    survey_.name = listed.name;
    PutSurvey(listed, transaction_.batch());
  }

  absl::Status Add(Seq seq, std::string_view bytes) {
    if (seq != survey_.head + 1) {
      return Unusable(listed_, survey_.head + 1,
                      absl::DataLossError("it is missing"));
    }
    const absl::Status applied = Take(seq, bytes);
    if (!applied.ok()) return Unusable(listed_, seq, applied);
    if (seq % kEntriesPerCommit != 0) return absl::OkStatus();
    return transaction_.Commit(Sync::kNo);
  }

  absl::Status Finish() { return transaction_.Commit(Sync::kYes); }

 private:
  absl::Status Take(Seq seq, std::string_view bytes) {
    ASSIGN_OR_RETURN(const LogEntry entry, DecodeLogEntry(seq, bytes));
    transaction_.AppendLog(entry);
    // What becomes due is in the log already.
    return Apply(entry, transaction_).status();
  }

  const ListedSurvey& listed_;
  Survey survey_;
  SurveyTransaction transaction_;
};

}  // namespace

absl::Status Replay(const KvReader& from, const ListedSurvey& survey, Kv& to) {
  const Key log = Keys(kOrganisationNumber, survey.number).All(Tag::kLog);
  Replayer replayer(survey, to);
  const absl::Status read = from.Scan(
      Space::kLog, log, PrefixEnd(log),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<ParsedKey> parsed = ParseKey(key);
        if (!parsed.has_value()) {
          return absl::DataLossError(StrCat("malformed key ", PrintKey(key)));
        }
        RETURN_IF_ERROR(replayer.Add(parsed->seq, value));
        return true;
      });
  RETURN_IF_ERROR(read);
  return replayer.Finish();
}

absl::Status Rebuild(const std::string& from, const std::string& to,
                     const RocksKvOptions& options) {
  ASSIGN_OR_RETURN(const auto source, OpenRocksKvReadOnly(from, options));
  ASSIGN_OR_RETURN(const auto target, OpenRocksKv(to, options));
  ASSIGN_OR_RETURN(const auto layout, ReadLayout(*target));
  if (layout.has_value()) {
    return absl::FailedPreconditionError(
        StrCat(to, " has data already: give a new directory"));
  }
  ASSIGN_OR_RETURN(const std::vector<ListedSurvey> surveys,
                   ListSurveys(*source));
  for (const ListedSurvey& survey : surveys) {
    RETURN_IF_ERROR(Replay(*source, survey, *target));
  }
  return WriteLayout(*target);
}

}  // namespace chasqui::storage
