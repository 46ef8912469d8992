#include "tests/simulation/handset.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sync/base/check.h"

namespace chasqui::testing {
namespace {

// The fields an op writes, for which its base is kept while it is pending.
std::optional<FieldAddress> WrittenBy(const Op& op) {
  switch (op.kind) {
    case OpKind::kSet:
      return op.at;
    case OpKind::kSetStatus:
      return FieldAddress{{}, kStatusField, 0};
    case OpKind::kAddRow:
    case OpKind::kRestore:
      return FieldAddress{op.at.row, kExistenceField, 0};
    default:
      return std::nullopt;
  }
}

}  // namespace

bool Handset::LiesBefore(const Position& a, const Position& b) const {
  return chasqui::LiesBefore(a, b, lineage_);
}

// Rules 7: until the device's copy covers its seq.
bool Handset::IsPending(const Outgoing& change) const {
  if (!change.at.has_value()) return true;
  if (change.outcome.kind == OutcomeKind::kQuarantined) return false;
  return !Covers(change.change.record, *change.at);
}

bool Handset::Covers(const RecordId& record, const Position& position) const {
  const auto copy = follower_.copies().find(record);
  if (copy != follower_.copies().end() && !copy->second.buckets.empty()) {
    const Position held{copy->second.log, copy->second.record.seq};
    if (!LiesBefore(held, position)) return true;
    for (const Bucket& bucket : copy->second.buckets) {
      if (!LiesBefore(follower_.CompleteOf(bucket), position)) return true;
    }
    return false;
  }
  // Not, or no longer, in any bucket: once all of them are past it.
  const auto& buckets = follower_.cursor().buckets;
  return std::all_of(buckets.begin(), buckets.end(), [&](const auto& entry) {
    return !LiesBefore(entry.second.complete, position);
  });
}

void Handset::Open(const RecordId& record) {
  form_.emplace();
  form_->record = record;
  const auto copy = follower_.copies().find(record);
  if (copy != follower_.copies().end()) {
    form_->base = {copy->second.log, copy->second.record.seq};
    for (const Bucket& bucket : copy->second.buckets) {
      const Position complete = follower_.CompleteOf(bucket);
      if (LiesBefore(form_->base, complete)) form_->base = complete;
    }
  } else {
    // The creation's: the lowest `complete` of the buckets followed.
    bool any = false;
    for (const auto& [bucket, at] : follower_.cursor().buckets) {
      if (!any || LiesBefore(at.complete, form_->base)) {
        form_->base = at.complete;
      }
      any = true;
    }
  }
  for (const Outgoing& made : outbox_) {
    if (made.change.record != record || !IsPending(made)) continue;
    for (const Op& op : made.change.ops) {
      const auto at = WrittenBy(op);
      if (at.has_value()) {
        form_->pending[*at] = made.change.positions[op.base];
      }
    }
  }
}

void Handset::Save(std::vector<Op> ops, bool creates) {
  CHECK(form_.has_value());
  Change change;
  change.record = form_->record;
  change.creates = creates;
  change.form = std::max(forms, 1U);
  change.person = person_;
  change.clock = {boot_, mono_ms_, wall_ms_};
  Position lowest = form_->base;
  for (const auto& [at, base] : form_->pending) {
    if (LiesBefore(base, lowest)) lowest = base;
  }
  change.positions = {lowest};
  for (Op& op : ops) {
    Position base = form_->base;
    if (const auto at = WrittenBy(op); at.has_value()) {
      const auto pending = form_->pending.find(*at);
      if (pending != form_->pending.end()) base = pending->second;
    } else {
      base = lowest;
    }
    if (op.kind == OpKind::kAddRow) {
      own_rows_[change.record][op.at.row] = op.repeat;
    }
    auto& positions = change.positions;
    auto place = std::find(positions.begin(), positions.end(), base);
    if (place == positions.end()) place = positions.insert(place, base);
    op.base = static_cast<std::uint32_t>(place - positions.begin());
  }
  change.ops = std::move(ops);
  Outgoing made;
  made.bytes = EncodeChange(change);
  made.change = std::move(change);
  made.h = end_ = ChainNext(end_, made.bytes);
  outbox_.push_back(std::move(made));
  form_.reset();
}

std::vector<RecordId> Handset::Records() const {
  std::vector<RecordId> ids;
  for (const auto& [id, copy] : follower_.copies()) {
    if (!copy.buckets.empty()) ids.push_back(id);
  }
  for (const Outgoing& made : outbox_) {
    if (made.change.creates && IsPending(made) &&
        std::find(ids.begin(), ids.end(), made.change.record) == ids.end()) {
      ids.push_back(made.change.record);
    }
  }
  return ids;
}

const PulledRecord* Handset::CopyOf(const RecordId& record) const {
  const auto copy = follower_.copies().find(record);
  return copy == follower_.copies().end() ? nullptr : &copy->second.record;
}

RecordStatus Handset::StatusOf(const RecordId& record) const {
  RecordStatus status = RecordStatus::kNone;
  if (const PulledRecord* const copy = CopyOf(record)) {
    for (const FieldState& field : copy->fields) {
      if (field.field != kStatusField) continue;
      status = static_cast<RecordStatus>(ChoiceOf(field.value()));
    }
  }
  for (const Outgoing& made : outbox_) {
    if (made.change.record != record || !IsPending(made)) continue;
    for (const Op& op : made.change.ops) {
      if (op.kind == OpKind::kSetStatus) status = op.to;
    }
  }
  return status;
}

ChainHash Handset::HashBefore(std::uint64_t number) const {
  CHECK(number >= first_);
  return number == first_ ? before_first_ : outbox_[number - first_ - 1].h;
}

std::vector<ToldLineage> Handset::Lineages() const {
  std::vector<ToldLineage> told;
  for (const auto& [name, lineage] : lineages_) told.push_back(lineage);
  return told;
}

Request Handset::NextRequest(std::uint64_t id, std::size_t changes_max,
                             std::size_t items_max) {
  Request request;
  request.id = awaited_ = id;
  request.person = person_;
  request.cursor = EncodeCursor(follower_.cursor());
  request.items_max = items_max;
  Batch& batch = request.batch;
  batch.device = device_;
  batch.first = next_to_send_;
  batch.before = HashBefore(next_to_send_);
  batch.orphan = orphan_;
  batch.told = Lineages();
  batch.exchange = {boot_, mono_ms_, wall_ms_, round_trip_ms_};
  for (std::size_t i = next_to_send_ - first_;
       i < outbox_.size() && batch.changes.size() < changes_max; ++i) {
    ReceivedChange change;
    change.bytes = outbox_[i].bytes;
    change.told = outbox_[i].told;
    batch.changes.push_back(std::move(change));
  }
  sent_mono_ms_ = mono_ms_;
  return request;
}

void Handset::Take(const Response& response) {
  CHECK(awaits(response.id));
  awaited_ = 0;
  round_trip_ms_ = mono_ms_ - sent_mono_ms_;
  lineage_ = response.lineage.names;
  lineages_[response.log] = response.lineage;
  forms = response.forms;
  VoidBeyondTheCut();
  TakeAnswers(response);
  Resume(response.batch);
  std::set<RecordId> keep;
  for (const Outgoing& made : outbox_) {
    if (!made.at.has_value()) keep.insert(made.change.record);
  }
  follower_.Take(response.pulled, response.log, keep);
  for (const Notice& notice : response.pulled.notices) {
    for (Outgoing& made : outbox_) {
      if (made.h == notice.h) made.outcome = notice.outcome;
    }
  }
  DropDurable(response.durable);
}

// An acknowledgement that counts as less than it was is none.
void Handset::VoidBeyondTheCut() {
  for (std::uint64_t i = 0; i < outbox_.size(); ++i) {
    Outgoing& made = outbox_[i];
    if (!made.at.has_value()) continue;
    const Seq counts = CountsAs(*made.at, lineage_,
                                std::numeric_limits<Seq>::max(), Lineages());
    if (counts == made.at->seq) continue;
    made.at.reset();
    next_to_send_ = std::min(next_to_send_, first_ + i);
  }
}

void Handset::TakeAnswers(const Response& response) {
  for (const ChangeAnswer& answer : response.batch.changes) {
    if (answer.number < first_) continue;
    Outgoing& made = outbox_[answer.number - first_];
    made.at = {response.log, answer.seq};
    made.outcome = answer.outcome;
    made.told = answer.time;
  }
}

// Goes on after the last change that both hold (rules 3).
void Handset::Resume(const BatchAnswer& answer) {
  orphan_ = false;
  if (!answer.gap) {
    // A clone, or a copy of this device from before, may have sent what is not
    // acknowledged here: asking again tells what became of it.
    next_to_send_ = std::min(answer.end.number + 1, FirstUnanswered());
    return;
  }
  next_to_send_ = first_;
  bool shared = false;
  for (const ChainEnd& end : answer.ends) {
    const bool is_mine = end.number + 1 >= first_ &&
                         end.number + 1 <= first_ + outbox_.size() &&
                         HashBefore(end.number + 1) == end.h;
    if (!is_mine || end.number + 1 < next_to_send_) continue;
    next_to_send_ = end.number + 1;
    shared = true;
  }
  orphan_ = !shared && first_ > 1;
  // A clone that had dropped them may have said that they are lost: what lies
  // before its orphan is here, and nobody else has it.
  if (FirstUnanswered() < next_to_send_) {
    next_to_send_ = FirstUnanswered();
    orphan_ = true;
  }
}

std::uint64_t Handset::FirstUnanswered() const {
  const auto unanswered =
      std::find_if(outbox_.begin(), outbox_.end(),
                   [](const Outgoing& made) { return !made.at.has_value(); });
  return first_ + static_cast<std::uint64_t>(unanswered - outbox_.begin());
}

void Handset::DropDurable(const Position& durable) {
  const Seq covered =
      CountsAs(durable, lineage_, std::numeric_limits<Seq>::max(), {});
  std::size_t count = 0;
  while (count < outbox_.size() && outbox_[count].at.has_value() &&
         outbox_[count].at->seq <= covered && first_ + count < next_to_send_ &&
         !IsPending(outbox_[count])) {
    ++count;
  }
  if (count == 0) return;
  before_first_ = outbox_[count - 1].h;
  outbox_.erase(outbox_.begin(),
                outbox_.begin() + static_cast<std::ptrdiff_t>(count));
  first_ += count;
}

void Handset::Kill() {
  form_.reset();
  awaited_ = 0;
}

bool Handset::IsSettled() const {
  return std::all_of(outbox_.begin(), outbox_.end(),
                     [this](const Outgoing& made) {
                       return made.at.has_value() && !IsPending(made);
                     });
}

std::string Handset::Unsettled() const {
  std::string text;
  for (std::size_t i = 0; i < outbox_.size(); ++i) {
    const Outgoing& made = outbox_[i];
    if (made.at.has_value() && !IsPending(made)) continue;
    text += "#" + std::to_string(first_ + i) + " of record " +
            ToText(made.change.record);
    text += made.at.has_value() ? ", at " + ToText(*made.at) + "; " : "; ";
  }
  return text;
}

void Handset::Reboot(std::uint64_t boot) {
  boot_ = boot;
  mono_ms_ = 0;
  Kill();
}

void Handset::SetClock(std::uint64_t boot, std::int64_t wall_ms) {
  boot_ = boot;
  wall_ms_ = wall_ms;
}

}  // namespace chasqui::testing
