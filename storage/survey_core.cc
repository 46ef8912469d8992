#include "storage/survey_core.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "storage/log_appender.h"
#include "storage/log_codec.h"
#include "storage/snapshot_reader.h"
#include "storage/state_codec.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// A snapshot may come between two administrative commits and find neither's
// version; it then has only to be taken again.
constexpr int kSnapshotTriesMax = 100;

bool IsAdministrative(const ServerEntry& entry) {
  return entry.index() + 1 <
         static_cast<std::size_t>(EntryKind::kChangeReceived);
}

// The change that a decision on quarantine is about; nullopt for any other
// entry.
std::optional<Seq> DecidedChange(const ServerEntry& entry) {
  if (const auto* released = std::get_if<QuarantineReleased>(&entry)) {
    return released->change;
  }
  if (const auto* rejected = std::get_if<QuarantineRejected>(&entry)) {
    return rejected->change;
  }
  return std::nullopt;
}

absl::Status NotHeld(Seq change) {
  return absl::NotFoundError(
      StrCat("the change at ", change, " is not in quarantine"));
}

}  // namespace

SurveyCore::SurveyCore(Kv& kv, const Keys& keys, std::string_view name)
    : kv_(kv), keys_(keys), name_(name), transaction_(kv, keys, survey_) {
  survey_.name = name_;
}

absl::StatusOr<std::unique_ptr<SurveyCore>> SurveyCore::Create(
    Kv& kv, const Keys& keys, std::string_view name, const SurveyConfig& config,
    const Opening& opening, absl::FunctionRef<void(KvBatch&)> besides) {
  RETURN_IF_ERROR(kv.CheckRoom());
  std::unique_ptr<SurveyCore> core(new SurveyCore(kv, keys, name));
  core->loaded_ = true;
  core->opens_as_ = opening.name;
  const SurveyCreated created{kRulesVersion, config};
  RETURN_IF_ERROR(CheckEntry({1, opening.now_ms, created}, core->survey_));
  besides(core->transaction_.batch());
  RETURN_IF_ERROR(core->Append(created, opening.now_ms));
  RETURN_IF_ERROR(core->RecordName(opening.now_ms));
  RETURN_IF_ERROR(core->Commit());
  return core;
}

absl::StatusOr<std::unique_ptr<SurveyCore>> SurveyCore::Open(
    Kv& kv, const Keys& keys, std::string_view name, const Opening& opening) {
  std::unique_ptr<SurveyCore> core(new SurveyCore(kv, keys, name));
  RETURN_IF_ERROR(core->Load());
  core->opens_as_ = opening.name;
  const absl::Status room = kv.CheckRoom();
  if (absl::IsResourceExhausted(room)) return core;
  RETURN_IF_ERROR(room);
  RETURN_IF_ERROR(core->RecordName(opening.now_ms));
  RETURN_IF_ERROR(core->Commit());
  return core;
}

absl::Status SurveyCore::RecordName(std::int64_t now_ms) {
  if (opens_as_ == PresentName(survey_.lineage)) return absl::OkStatus();
  return Append(LogOpened{opens_as_}, now_ms);
}

absl::Status SurveyCore::Load() {
  std::string bytes;
  ASSIGN_OR_RETURN(const bool found,
                   kv_.Get(Space::kMeta, keys_.Head(), bytes));
  if (!found) {
    return absl::DataLossError(StrCat("survey ", name_, " has no log"));
  }
  ASSIGN_OR_RETURN(const Head head, DecodeHead(bytes));
  Survey survey;
  survey.name = name_;
  const Key all = keys_.All(Tag::kAdministrative);
  const absl::Status read = kv_.Scan(
      Space::kMeta, all, PrefixEnd(all),
      [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
        const std::optional<ParsedKey> parsed = ParseKey(key);
        if (!parsed.has_value()) {
          return absl::DataLossError(StrCat("malformed key ", PrintKey(key)));
        }
        RETURN_IF_ERROR(ApplyStored(parsed->seq, survey));
        return true;
      });
  RETURN_IF_ERROR(read);
  survey.head = head.seq;
  survey.received_ms = head.received_ms;
  survey_ = std::move(survey);
  transaction_.set_administrative(head.administrative);
  loaded_ = true;
  PublishVersion();
  NoteCommitted();
  return absl::OkStatus();
}

absl::Status SurveyCore::ApplyStored(Seq seq, Survey& survey) const {
  std::string bytes;
  ASSIGN_OR_RETURN(const bool found,
                   kv_.Get(Space::kLog, keys_.Log(seq), bytes));
  if (!found) {
    return absl::DataLossError(
        StrCat("the log of survey ", name_, " lacks entry ", seq));
  }
  ASSIGN_OR_RETURN(const LogEntry entry, DecodeLogEntry(seq, bytes));
  return ApplyToSurvey(entry, survey);
}

absl::Status SurveyCore::Append(ServerEntry body, std::int64_t now_ms) {
  return LogAppender(transaction_, now_ms).Append(std::move(body)).status();
}

absl::Status SurveyCore::Commit() {
  PublishVersion();
  RETURN_IF_ERROR(transaction_.Commit(Sync::kYes));
  NoteCommitted();
  return absl::OkStatus();
}

// Before it is committed: a reader may come at once.
void SurveyCore::PublishVersion() {
  const Seq administrative = transaction_.administrative();
  if (administrative == published_) return;
  versions_.Publish(administrative, survey_);
  published_ = administrative;
}

void SurveyCore::NoteCommitted() {
  versions_.ForgetBefore(transaction_.administrative());
  head_ = {PresentName(survey_.lineage), survey_.head};
  accepted_is_durable_ = survey_.config.accepted_is_durable;
  has_personal_ = !survey_.config.personal.empty();
}

void SurveyCore::Abandon() {
  transaction_.Abandon();
  published_ = 0;  // perhaps that of what is abandoned
  loaded_ = false;
}

SurveyCore::Prepared SurveyCore::Prepare(
    const std::vector<Delivery>& deliveries, std::int64_t now_ms) {
  Prepared prepared;
  absl::Status failed = kv_.CheckRoom();
  if (failed.ok() && !loaded_) failed = Load();
  if (failed.ok()) {
    const Seq before = survey_.head;
    failed = RecordName(now_ms);
    if (failed.ok()) failed = TakeGroup(deliveries, now_ms, prepared.answers);
    if (failed.ok() && survey_.head != before) {
      PublishVersion();
      auto finished = transaction_.Finish();
      failed = finished.status();
      if (failed.ok()) prepared.batch = *std::move(finished);
    }
    if (!failed.ok()) Abandon();
  }
  if (!failed.ok()) {
    prepared.answers = Answers(deliveries.size(), failed);
    return prepared;
  }
  prepared.head = {PresentName(survey_.lineage), survey_.head};
  prepared.administrative = transaction_.administrative();
  prepared.accepted_is_durable = survey_.config.accepted_is_durable;
  prepared.has_personal = !survey_.config.personal.empty();
  for (absl::StatusOr<DeliveryAnswer>& answer : prepared.answers) {
    if (!answer.ok()) continue;
    answer->head = survey_.head;
    answer->received_ms = survey_.received_ms;
  }
  return prepared;
}

absl::Status SurveyCore::Write(Prepared& prepared) {
  if (prepared.batch == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(kv_.Commit(std::move(prepared.batch), Sync::kYes));
  versions_.ForgetBefore(prepared.administrative);
  return absl::OkStatus();
}

SurveyCore::Answers SurveyCore::CommitGroup(
    const std::vector<Delivery>& deliveries, std::int64_t now_ms) {
  Prepared prepared = Prepare(deliveries, now_ms);
  if (absl::Status failed = Write(prepared); !failed.ok()) {
    Abandon();
    return Answers(deliveries.size(), failed);
  }
  if (prepared.head.seq != 0) {
    head_ = prepared.head;
    accepted_is_durable_ = prepared.accepted_is_durable;
    has_personal_ = prepared.has_personal;
  }
  return std::move(prepared.answers);
}

absl::Status SurveyCore::TakeGroup(const std::vector<Delivery>& deliveries,
                                   std::int64_t now_ms, Answers& answers) {
  LogAppender log(transaction_, now_ms);
  for (const Delivery& delivery : deliveries) {
    if (const auto* batch = std::get_if<Batch>(&delivery)) {
      ASSIGN_OR_RETURN(BatchAnswer answer, Take(*batch, transaction_, log));
      answers.emplace_back(DeliveryAnswer{std::move(answer), {}, 0, 0});
      continue;
    }
    const auto& entries = std::get<std::vector<ServerEntry>>(delivery);
    if (absl::Status refused = CheckEntries(entries); !refused.ok()) {
      if (absl::IsDataLoss(refused) || absl::IsUnavailable(refused)) {
        return refused;
      }
      answers.emplace_back(refused);
      continue;
    }
    ASSIGN_OR_RETURN(DeliveryAnswer answer, TakeEntries(entries, log));
    answers.emplace_back(std::move(answer));
  }
  return absl::OkStatus();
}

absl::Status SurveyCore::CheckEntries(const std::vector<ServerEntry>& entries) {
  const auto administrative =
      std::count_if(entries.begin(), entries.end(), IsAdministrative);
  // Each must be good after those before it, so several are tried on a copy.
  std::optional<Survey> copy;
  if (administrative > 1) copy = survey_;
  Survey& survey = copy.has_value() ? *copy : survey_;
  for (const ServerEntry& body : entries) {
    if (const std::optional<Seq> change = DecidedChange(body)) {
      ASSIGN_OR_RETURN(const Held* held, transaction_.FindHeld(*change));
      if (held == nullptr) return NotHeld(*change);
    }
    if (!IsAdministrative(body)) continue;
    const LogEntry entry{survey.head + 1, survey.received_ms + 1, body};
    RETURN_IF_ERROR(CheckEntry(entry, survey));
    if (copy.has_value()) RETURN_IF_ERROR(ApplyToSurvey(entry, survey));
  }
  return absl::OkStatus();
}

absl::StatusOr<DeliveryAnswer> SurveyCore::TakeEntries(
    const std::vector<ServerEntry>& entries, LogAppender& log) {
  DeliveryAnswer answer;
  std::vector<Seq> seqs;
  for (const ServerEntry& entry : entries) {
    // An entry before it in the delivery may have set the change free.
    if (const std::optional<Seq> change = DecidedChange(entry)) {
      ASSIGN_OR_RETURN(const Held* held, transaction_.FindHeld(*change));
      if (held == nullptr) {
        seqs.push_back(*change);
        continue;
      }
    }
    ASSIGN_OR_RETURN(seqs.emplace_back(), log.Append(entry));
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    ASSIGN_OR_RETURN(answer.entries.emplace_back(),
                     AnswerFor(entries[i], seqs[i]));
  }
  return answer;
}

absl::StatusOr<ChangeAnswer> SurveyCore::AnswerFor(const ServerEntry& entry,
                                                   Seq seq) {
  ChangeAnswer answer;
  answer.seq = seq;
  // A decision is answered with what became of the change.
  const Seq about = DecidedChange(entry).value_or(seq);
  ASSIGN_OR_RETURN(const EntryInfo* info, transaction_.FindEntry(about));
  if (info != nullptr) {
    answer.time = info->time;
    answer.outcome = info->outcome;
  }
  return answer;
}

absl::StatusOr<std::shared_ptr<const Reader>> SurveyCore::Snapshot() const {
  for (int tries = 0; tries < kSnapshotTriesMax; ++tries) {
    std::shared_ptr<const KvReader> snapshot = kv_.Snapshot();
    std::string bytes;
    ASSIGN_OR_RETURN(const bool found,
                     snapshot->Get(Space::kMeta, keys_.Head(), bytes));
    if (!found) return absl::DataLossError(StrCat(name_, " has no head"));
    ASSIGN_OR_RETURN(const Head head, DecodeHead(bytes));
    std::shared_ptr<const Survey> survey = versions_.At(head);
    if (survey == nullptr) continue;
    return std::make_shared<SnapshotReader>(std::move(snapshot), keys_,
                                            std::move(survey));
  }
  return absl::UnavailableError(
      StrCat("survey ", name_, " changes too often to be read"));
}

}  // namespace chasqui::storage
