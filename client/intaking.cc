#include "client/intaking.h"

#include <algorithm>
#include <utility>

#include "client/held.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

// Of EncodePulled(): its second byte has bit 0 for whole, bit 1 for gone.
bool IsWhole(const NewsItem& item) {
  return item.bytes.size() > 1 && (item.bytes[1] & 1) != 0;
}
bool IsGone(const NewsItem& item) {
  return item.bytes.size() > 1 && (item.bytes[1] & 2) != 0;
}

}  // namespace

absl::Status Intaking::Load() {
  ASSIGN_OR_RETURN(lineage_, survey_.PresentLineage());
  ASSIGN_OR_RETURN(std::vector<StoredChange> kept, survey_.Changes());
  for (StoredChange& change : kept) {
    if (const auto decoded = DecodeChange(change.bytes); decoded.ok()) {
      record_of_[change.number] = decoded->record;
    }
    changes_[change.number] = std::move(change);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<StoredRecord>*> Intaking::Copy(
    const RecordId& id) {
  const auto known = copies_.find(id);
  if (known != copies_.end()) return &known->second;
  ASSIGN_OR_RETURN(std::optional<StoredRecord> copy, survey_.Copy(id));
  return &copies_.emplace(id, std::move(copy)).first->second;
}

bool Intaking::HasUnacknowledged(const RecordId& id) const {
  return std::any_of(
      record_of_.begin(), record_of_.end(), [this, &id](const auto& entry) {
        return entry.second == id && !changes_.at(entry.first).is_held();
      });
}

absl::Status Intaking::TakeItem(const NewsItem& item,
                                const FollowedBucket& followed) {
  ASSIGN_OR_RETURN(std::optional<StoredRecord>* const copy, Copy(item.record));
  const Position at = {
      news_.starting.has_value() ? news_.starting->file.at.log : news_.log,
      item.seq};
  const bool outdated = news_.starting.has_value() && copy->has_value() &&
                        LiesBefore(at, (*copy)->at, lineage_);
  if (item.left) {
    return outdated ? absl::OkStatus() : Leave(item.record, followed.id);
  }
  std::vector<Following> following;
  if (copy->has_value()) following = std::move((*copy)->following);
  std::erase_if(following, [&followed](const Following& f) {
    return f.bucket == followed.id;
  });
  following.push_back({followed.id, followed.generation});

  if (outdated) {
    (*copy)->following = std::move(following);
    return absl::OkStatus();
  }

  StoredRecord next;
  next.at = at;
  next.gone = IsGone(item);
  next.following = std::move(following);
  next.key = item.key;
  if (IsWhole(item) || next.gone) {
    next.bytes = item.bytes;
  } else {
    // What changed of a record that is not here: the copy was damaged. The
    // digests differ then, and the whole record comes.
    if (!copy->has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(PulledRecord held, DecodePulled((*copy)->bytes));
    ASSIGN_OR_RETURN(const PulledRecord fresh, DecodePulled(item.bytes));
    Merge(fresh, held);
    if (next.key.empty()) next.key = (*copy)->key;
    next.bytes = EncodePulled(held);
  }
  *copy = std::move(next);
  return absl::OkStatus();
}

void Intaking::TakeNotice(const Notice& notice) {
  const auto found = changes_.find(notice.number);
  if (found == changes_.end() || found->second.h != notice.h) return;
  StoredChange& change = found->second;
  if (!change.is_held()) return;
  // Released: it is in the log at a later place, at the latest at the head.
  if (change.is_quarantined() &&
      notice.outcome.kind != OutcomeKind::kQuarantined) {
    change.accepted = {news_.log, news_.head};
    change.released = true;
  }
  change.outcome = notice.outcome;
  edited_.insert(notice.number);
}

// What is durable and covered is done with; what no bucket holds is dropped,
// unless a change of it is still to be acknowledged.
absl::Status Intaking::Forget() {
  for (const auto& [number, change] : changes_) {
    if (!IsSettled(change, state_, lineage_)) continue;
    const auto record = record_of_.find(number);
    if (record == record_of_.end()) continue;
    ASSIGN_OR_RETURN(std::optional<StoredRecord>* const copy,
                     Copy(record->second));
    if (change.is_refused() || IsCovered(change, *copy, state_, lineage_)) {
      forgotten_.insert(number);
    }
    // An acknowledgement may be all that kept the record.
    if (copy->has_value() && (*copy)->following.empty()) {
      forgotten_.insert(number);
    }
  }
  for (const std::uint64_t number : edited_) {
    const auto record = record_of_.find(number);
    if (record != record_of_.end()) {
      RETURN_IF_ERROR(Copy(record->second).status());
    }
  }
  for (auto& [id, copy] : copies_) {
    if (copy.has_value() && copy->following.empty() && !HasUnacknowledged(id)) {
      copy.reset();
    }
  }
  return absl::OkStatus();
}

absl::Status Intaking::Commit() {
  const std::string& name = survey_.name_;
  StoreBatch batch;
  for (std::string& key : old_lineages_) {
    batch.Erase(Table::kLineage, std::move(key));
  }
  if (news_.lineage.has_value()) {
    batch.Put(Table::kLineage,
              NumberKey(name, static_cast<std::uint64_t>(news_.log)),
              EncodeLineage(*news_.lineage));
  }
  for (const std::uint64_t number : edited_) {
    batch.Put(Table::kChange, NumberKey(name, number),
              EncodeStored(changes_.at(number)));
  }
  for (const std::uint64_t number : forgotten_) {
    batch.Erase(Table::kChange, NumberKey(name, number));
    batch.Erase(Table::kChangeOfRecord,
                ChangeOfRecordKey(name, record_of_.at(number), number));
  }
  for (const auto& [id, copy] : copies_) {
    if (copy.has_value()) {
      batch.Put(Table::kRecord, RecordKey(name, id), EncodeStored(*copy));
    } else {
      batch.Erase(Table::kRecord, RecordKey(name, id));
    }
  }
  for (const FormNews& form : news_.forms) {
    batch.Put(Table::kForm, NumberKey(name, form.number), form.bytes);
    state_.forms = std::max(state_.forms, form.number);
  }
  if (news_.unreadable) {
    // They may be what the two ends differ in.
    batch.Erase(Table::kStatistics, name);
  } else if (news_.statistics.has_value()) {
    batch.Put(Table::kStatistics, name, EncodeStatistics(*news_.statistics));
  }
  batch.Put(Table::kSurvey, name, EncodeState(state_));
  batch.set_lasting(false);  // the server says it again
  RETURN_IF_ERROR(survey_.store_.Commit(batch));
  survey_.state_ = std::move(state_);
  for (const std::uint64_t number : edited_) {
    if (changes_.at(number).is_held()) {
      survey_.outbox_.erase(number);
    } else {
      survey_.outbox_.insert(number);
    }
  }
  for (const std::uint64_t number : forgotten_) survey_.outbox_.erase(number);
  return absl::OkStatus();
}

absl::Status Intaking::Run() {
  RETURN_IF_ERROR(Load());
  if (pulled()) {
    if (sent_.cursor.empty()) DoubtBuckets();
    state_.cursor = news_.cursor;
    std::erase_if(state_.started, [this](const StartedBucket& started) {
      return std::find(sent_.started.begin(), sent_.started.end(),
                       started.cursor) != sent_.started.end();
    });
  }
  // A cursor that the server cannot read is of no use to anybody.
  if (absl::IsInvalidArgument(news_.error)) {
    state_.cursor.clear();
    state_.started.clear();
  }
  RETURN_IF_ERROR(TakeLineage());
  if (news_.answer.has_value()) {
    RETURN_IF_ERROR(TakeOutcomes(*news_.answer));
  }
  state_.durable = news_.durable;
  for (const BucketNews& bucket : news_.buckets) {
    RETURN_IF_ERROR(TakeBucket(bucket));
  }
  RETURN_IF_ERROR(DropLost());
  if (news_.digest.has_value() && !news_.unreadable) {
    for (FollowedBucket& followed : state_.buckets) {
      RETURN_IF_ERROR(Completed(followed, {news_.log, news_.head}));
    }
  }
  if (news_.starting.has_value()) RETURN_IF_ERROR(NoteStarted(*news_.starting));
  for (const Notice& notice : news_.notices) TakeNotice(notice);
  RETURN_IF_ERROR(Forget());
  return Commit();
}

absl::StatusOr<bool> LocalSurvey::TakeIn(const SurveyRequest& sent,
                                         const SurveyNews& news) {
  if (news.log == LogName::kNone) return false;  // the survey is not served
  // Asked under a name that a starting file has replaced meanwhile: how the two
  // lie to each other is told to who asks again.
  if (news.log != state_.log && !news.lineage.has_value() &&
      sent.log != state_.log) {
    return true;
  }
  const std::size_t before = outbox_.size();
  Intaking intaking(*this, sent, news);
  RETURN_IF_ERROR(intaking.Run());
  bool asking = false;
  if (sent.pull && news.error.ok() && !news.unreadable &&
      news.digest.has_value()) {
    ASSIGN_OR_RETURN(asking, Compare(news));
  }
  const bool sending =
      !outbox_.empty() && (outbox_.size() < before || !sent.batch.has_value() ||
                           sent.batch->changes.empty());
  if (news.send_rows && sent.batch.has_value()) {
    rows_through_ = sent.batch->first + sent.batch->changes.size();
  }
  news_as_rows_ |= news.unreadable;
  return news.more || intaking.resend() || sending || asking ||
         news.send_rows || news.unreadable;
}

}  // namespace chasqui::client
