#include "storage/replay.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/kv_journal.h"
#include "storage/kv_notes.h"
#include "storage/log_codec.h"
#include "storage/state_codec.h"
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
    const absl::StatusOr<LogEntry> entry = DecodeLogEntry(seq, bytes);
    if (!entry.ok()) return Unusable(listed_, seq, entry.status());
    transaction_.AppendLog(*entry);
    // What becomes due is in the log already.
    const absl::Status applied = Apply(*entry, transaction_).status();
    if (!applied.ok()) {
      broken_ = true;
      return Unusable(listed_, seq, applied);
    }
    if (seq % kEntriesPerCommit != 0) return absl::OkStatus();
    return transaction_.Commit(Sync::kNo);
  }

  // Keeps what was read, if it was anything and could be applied.
  absl::Status Finish() {
    if (survey_.head == 0 || broken_) return absl::OkStatus();
    return transaction_.Commit(Sync::kYes);
  }

  const Survey& survey() const { return survey_; }

  // The log cannot be read on after the last entry.
  absl::Status BreaksOff(const absl::Status& why) const {
    return Unusable(listed_, survey_.head + 1, why);
  }

 private:
  const ListedSurvey& listed_;
  Survey survey_;
  SurveyTransaction transaction_;
  bool broken_ = false;  // The transaction has part of an entry.
};

absl::StatusOr<std::vector<RebuiltSurvey>> RebuildAll(const KvReader& source,
                                                      Kv& target,
                                                      bool salvage) {
  std::vector<RebuiltSurvey> rebuilt;
  ASSIGN_OR_RETURN(const std::vector<ListedSurvey> surveys,
                   ListSurveys(source));
  for (const ListedSurvey& survey : surveys) {
    RebuiltSurvey& one = rebuilt.emplace_back();
    one.name = survey.name;
    const absl::Status replayed = Replay(source, survey, target);
    if (!salvage || !absl::IsDataLoss(replayed)) RETURN_IF_ERROR(replayed);
    one.lost = std::string(replayed.message());
    std::string bytes;
    ASSIGN_OR_RETURN(
        const bool found,
        target.Get(Space::kMeta,
                   Keys(kOrganisationNumber, survey.number).Head(), bytes));
    if (!found) continue;
    ASSIGN_OR_RETURN(const Head head, DecodeHead(bytes));
    one.entries = head.seq;
  }
  const absl::Status copied = CopyJournal(source, kOrganisationNumber, target);
  if (!salvage || !absl::IsDataLoss(copied)) RETURN_IF_ERROR(copied);
  const absl::Status noted = CopyNotes(source, kOrganisationNumber, target);
  if (!salvage || !absl::IsDataLoss(noted)) RETURN_IF_ERROR(noted);
  RETURN_IF_ERROR(WriteLayout(target));
  return rebuilt;
}

}  // namespace

absl::Status Replay(const KvReader& from, const ListedSurvey& survey, Kv& to,
                    Survey* became) {
  const Key log = Keys(kOrganisationNumber, survey.number).All(Tag::kLog);
  Replayer replayer(survey, to);
  absl::Status added;
  const absl::Status read = from.Scan(
      Space::kLog, log, PrefixEnd(log),
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<ParsedKey> parsed = ParseKey(key);
        added =
            parsed.has_value()
                ? replayer.Add(parsed->seq, value)
                : absl::DataLossError(StrCat("malformed key ", PrintKey(key)));
        return added.ok();
      });
  RETURN_IF_ERROR(replayer.Finish());
  if (became != nullptr) *became = replayer.survey();
  RETURN_IF_ERROR(added);
  return absl::IsDataLoss(read) ? replayer.BreaksOff(read) : read;
}

absl::StatusOr<std::vector<RebuiltSurvey>> Rebuild(
    const std::string& from, const std::string& to, bool salvage,
    const RocksKvOptions& options) {
  RocksKvOptions reading = options;
  reading.salvage = salvage;
  ASSIGN_OR_RETURN(const auto source, OpenRocksKvReadOnly(from, reading));
  std::error_code ignored;
  const bool made = !std::filesystem::exists(to, ignored);
  absl::StatusOr<std::vector<RebuiltSurvey>> rebuilt;
  {
    ASSIGN_OR_RETURN(const auto target, OpenRocksKv(to, options));
    ASSIGN_OR_RETURN(const auto layout, ReadLayout(*target));
    if (layout.has_value()) {
      return absl::FailedPreconditionError(
          StrCat(to, " has data already: give a new directory"));
    }
    rebuilt = RebuildAll(*source, *target, salvage);
  }
  if (!rebuilt.ok() && made) std::filesystem::remove_all(to, ignored);
  return rebuilt;
}

}  // namespace chasqui::storage
