#include "storage/verify.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/catalog.h"
#include "storage/findings.h"
#include "storage/kv_journal.h"
#include "storage/memory_kv.h"
#include "storage/replay.h"
#include "storage/stored_survey.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

std::string EndOfSpace() { return std::string(256, '\xff'); }

// Whether it is of what is kept for the catalog itself.
bool IsCatalogKey(const ParsedKey& key) {
  return key.tag == Tag::kLayout || key.tag == Tag::kSurvey;
}

// Of the organisation's journal, which CheckJournal() looks at, or of its
// notes.
bool IsOrganisationKey(const ParsedKey& key) {
  return key.organisation == kOrganisationNumber && key.survey == 0 &&
         (key.tag == Tag::kLog || key.tag == Tag::kHead ||
          key.tag == Tag::kNote);
}

class Verifier {
 public:
  Verifier(const KvReader& kv, VerifyReport& report)
      : kv_(kv), report_(report), findings_(report) {}

  absl::Status Run(bool replay);

 private:
  absl::Status ReadSpace(Space space);
  void ReadKey(Space space, std::string_view key, std::string_view value);
  void ReadOrganisation(const ParsedKey& key, std::string_view value);
  absl::Status CompareWithReplay(const ListedSurvey& survey);
  absl::Status CompareSpace(const ListedSurvey& survey, Space space,
                            const KvReader& replayed);

  const KvReader& kv_;
  VerifyReport& report_;
  Findings findings_;
  std::map<std::uint32_t, StoredSurvey> stored_;  // by the survey's number
  bool has_organisation_ = false;
};

absl::Status Verifier::Run(bool replay) {
  ASSIGN_OR_RETURN(const auto layout, ReadLayout(kv_));
  if (layout != kLayoutVersion) {
    return absl::FailedPreconditionError(
        StrCat("the data is of layout ", layout.value_or(0),
               ", this program checks ", kLayoutVersion));
  }
  ASSIGN_OR_RETURN(const std::vector<ListedSurvey> surveys, ListSurveys(kv_));
  report_.surveys = surveys.size();
  for (const ListedSurvey& survey : surveys) stored_[survey.number];
  for (std::size_t space = 0; space < kSpaces; ++space) {
    RETURN_IF_ERROR(ReadSpace(static_cast<Space>(space)));
  }
  if (!has_organisation_) findings_.Add("no organisation is there");
  RETURN_IF_ERROR(CheckJournal(kv_, kOrganisationNumber, findings_));
  for (const ListedSurvey& survey : surveys) {
    StoredSurvey& stored = stored_[survey.number];
    CheckRelations(survey.name, stored, findings_);
    report_.entries += stored.log.size();
    report_.records += stored.records.size();
    stored = {};
    if (replay) RETURN_IF_ERROR(CompareWithReplay(survey));
  }
  return absl::OkStatus();
}

absl::Status Verifier::ReadSpace(Space space) {
  return kv_.Scan(space, "", EndOfSpace(),
                  [&](std::string_view key,
                      std::string_view value) -> absl::StatusOr<bool> {
                    ReadKey(space, key, value);
                    return true;
                  });
}

void Verifier::ReadKey(Space space, std::string_view key,
                       std::string_view value) {
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed.has_value() || parsed->space != space) {
    findings_.Add("the key ", PrintKey(key), " is not one of ", ToText(space));
    return;
  }
  if (parsed->tag == Tag::kOrganisation)
    return ReadOrganisation(*parsed, value);
  if (IsCatalogKey(*parsed) || IsOrganisationKey(*parsed)) return;
  const auto survey = stored_.find(parsed->survey);
  if (parsed->organisation != kOrganisationNumber || survey == stored_.end()) {
    findings_.Add("the key ", PrintKey(key), " is of no survey that is there");
    return;
  }
  const absl::Status added = survey->second.Add(*parsed, value);
  if (!added.ok()) findings_.Add(PrintKey(key), ": ", added.message());
}

// There is one, and it has its number.
void Verifier::ReadOrganisation(const ParsedKey& key, std::string_view value) {
  const auto number = DecodeNumber(value);
  if (key.name == kOrganisation && number.ok() &&
      *number == kOrganisationNumber) {
    has_organisation_ = true;
    return;
  }
  findings_.Add("the organisation ", key.name, " is not number ",
                kOrganisationNumber);
}

absl::Status Verifier::CompareWithReplay(const ListedSurvey& survey) {
  MemoryKv replayed;
  if (absl::Status status = Replay(kv_, survey, replayed); !status.ok()) {
    findings_.Add("survey ", survey.name,
                  " cannot be replayed: ", status.message());
    return absl::OkStatus();
  }
  for (std::size_t space = 0; space < kSpaces; ++space) {
    RETURN_IF_ERROR(CompareSpace(survey, static_cast<Space>(space), replayed));
  }
  return absl::OkStatus();
}

absl::Status Verifier::CompareSpace(const ListedSurvey& survey, Space space,
                                    const KvReader& replayed) {
  Key prefix;
  prefix.Be32(kOrganisationNumber).Be32(survey.number);
  const std::string end = PrefixEnd(prefix);
  std::string other;
  RETURN_IF_ERROR(kv_.Scan(
      space, prefix, end,
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        ASSIGN_OR_RETURN(const bool found, replayed.Get(space, key, other));
        findings_.Expect(found, PrintKey(key), " does not follow from the log");
        findings_.Expect(!found || other == value, PrintKey(key),
                         " has another value than follows from the log");
        return true;
      }));
  return replayed.Scan(
      space, prefix, end,
      [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
        ASSIGN_OR_RETURN(const bool found, kv_.Get(space, key, other));
        findings_.Expect(found, PrintKey(key),
                         " follows from the log but is not there");
        return true;
      });
}

}  // namespace

absl::StatusOr<VerifyReport> VerifyKv(const KvReader& kv, bool replay) {
  VerifyReport report;
  RETURN_IF_ERROR(Verifier(kv, report).Run(replay));
  return report;
}

absl::StatusOr<VerifyReport> Verify(const std::string& directory, bool replay,
                                    const RocksKvOptions& options) {
  ASSIGN_OR_RETURN(const auto kv, OpenRocksKvReadOnly(directory, options));
  return VerifyKv(*kv, replay);
}

}  // namespace chasqui::storage
