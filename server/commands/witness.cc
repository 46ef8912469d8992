#include "server/commands/witness.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "chasqui/access/v1/access_entry.pb.h"
#include "storage/catalog.h"
#include "storage/kv_journal.h"
#include "storage/log_witness.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

JournalHead HeadOf(const access::Witnessed& witnessed) {
  JournalHead head;
  if (witnessed.hash.size() != head.hash.size()) return head;
  head.seq = witnessed.seq;
  std::copy(witnessed.hash.begin(), witnessed.hash.end(), head.hash.begin());
  return head;
}

absl::Status WitnessLogOf(const storage::Kv& kv, const std::string& survey,
                          access::Organisation& organisation) {
  const JournalHead before = HeadOf(organisation.WitnessOf(survey));
  ASSIGN_OR_RETURN(const JournalHead now,
                   storage::WitnessLog(kv, survey, before, kToTheEnd));
  if (now.seq == before.seq) return absl::OkStatus();
  return organisation.Witness(
      survey,
      {now.seq, std::string(reinterpret_cast<const char*>(now.hash.data()),
                            now.hash.size())});
}

// Follows the journal, and the logs up to where it witnesses them.
class Following {
 public:
  Following(const storage::Kv& kv, const std::string& noted,
            AuditReport& report)
      : kv_(kv), noted_(noted), report_(report) {}

  absl::Status Add(const JournalEntry& entry) {
    report_.head = {entry.seq, HashAfter(report_.head.hash, entry)};
    seen_ |= ToText(report_.head) == noted_;
    access::v1::AccessEntry act;
    if (!act.ParseFromString(entry.bytes)) {
      Find(StrCat("entry ", entry.seq, " of the journal is no act"));
    } else if (act.has_log_witness()) {
      return Compare(act.log_witness(), entry.seq);
    }
    return absl::OkStatus();
  }

  void End() {
    if (noted_.empty() || seen_) return;
    Find(StrCat("the journal never was what was noted, ", noted_));
  }

  void Find(std::string what) { report_.findings.push_back(std::move(what)); }

 private:
  absl::Status Compare(const access::v1::LogWitness& witness,
                       std::uint64_t entry) {
    // Once it is another, so is all that follows.
    JournalHead& log = logs_.try_emplace(witness.survey()).first->second;
    if (altered_.contains(witness.survey())) return absl::OkStatus();
    const absl::StatusOr<JournalHead> now =
        storage::WitnessLog(kv_, witness.survey(), log, witness.seq());
    const JournalHead then = HeadOf({witness.seq(), witness.hash()});
    if (now.ok() && *now == then) {
      report_.witnessed += then.seq - log.seq;
      log = then;
      return absl::OkStatus();
    }
    const bool missing =
        absl::IsDataLoss(now.status()) || absl::IsNotFound(now.status());
    if (!now.ok() && !missing) return now.status();
    altered_.insert(witness.survey());
    Find(StrCat("the log of ", witness.survey(), " between entries ",
                log.seq + 1, " and ", witness.seq(), " is not what entry ",
                entry, " of the journal saw",
                now.ok() ? std::string()
                         : StrCat(": ", StdView(now.status().message()))));
    return absl::OkStatus();
  }

  const storage::Kv& kv_;
  const std::string& noted_;
  AuditReport& report_;
  bool seen_ = false;
  std::map<std::string, JournalHead> logs_;
  std::set<std::string, std::less<>> altered_;
};

absl::Status CheckNoted(const std::string& noted) {
  constexpr std::size_t kHashDigits = 64;
  const std::size_t colon = noted.find(':');
  const bool good = noted.empty() ||
                    (colon != std::string::npos && colon > 0 &&
                     noted.find_first_not_of("0123456789") == colon &&
                     noted.size() - colon - 1 == kHashDigits &&
                     noted.find_first_not_of("0123456789abcdef", colon + 1) ==
                         std::string::npos);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("\"", noted,
             "\" is no head of a journal: give one as `chasqui "
             "audit head` printed it"));
}

}  // namespace

absl::Status WitnessLogs(const storage::Kv& kv, const Catalog& catalog,
                         access::Organisation& organisation) {
  for (const std::string& survey : catalog.List()) {
    RETURN_IF_ERROR(WitnessLogOf(kv, survey, organisation));
  }
  return absl::OkStatus();
}

absl::StatusOr<AuditReport> CheckAudit(storage::Kv& kv,
                                       const std::string& noted) {
  RETURN_IF_ERROR(CheckNoted(noted));
  AuditReport report;
  Following following(kv, noted, report);
  const auto journal = storage::OpenJournal(kv, storage::kOrganisationNumber);
  absl::Status read = journal.status();
  if (read.ok()) {
    read = (*journal)->Read(
        0, [&](const JournalEntry& entry) -> absl::StatusOr<bool> {
          RETURN_IF_ERROR(following.Add(entry));
          return true;
        });
  }
  if (read.ok() && report.head != (*journal)->head()) {
    following.Find(StrCat("the journal ends at ", report.head.seq,
                          ", its head says ", (*journal)->head().seq));
  }
  if (absl::IsDataLoss(read)) {
    following.Find(std::string(read.message()));
  } else {
    RETURN_IF_ERROR(read);
  }
  following.End();
  return report;
}

}  // namespace chasqui::commands
