#include "client/local_survey.h"

#include <algorithm>
#include <utility>

#include "client/base.h"
#include "client/copies.h"
#include "client/held.h"
#include "client/opening.h"
#include "client/overlay.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

absl::Status CheckEdit(const Change& change) {
  for (const Op& op : change.ops) {
    if (op.kind != OpKind::kSet) continue;
    if (absl::Status status = CheckValue(op.value); !status.ok()) {
      return absl::InvalidArgumentError(
          StrCat("field ", op.at.field, ": ", StdView(status.message())));
    }
  }
  if (change.ops.size() > kChangeOpsMax) {
    return absl::InvalidArgumentError(StrCat("the save has ", change.ops.size(),
                                             " answers; the limit is ",
                                             kChangeOpsMax));
  }
  return absl::OkStatus();
}

}  // namespace

LocalSurvey::LocalSurvey(std::string name, std::string device,
                         SurveyState state, DeviceStore& store, Clock& clock)
    : name_(std::move(name)),
      device_(std::move(device)),
      state_(std::move(state)),
      store_(store),
      clock_(clock) {}

absl::Status LocalSurvey::Load() {
  ASSIGN_OR_RETURN(const std::vector<StoredChange> changes, Changes());
  outbox_.clear();
  for (const StoredChange& change : changes) {
    if (!change.is_held()) outbox_.insert(change.number);
  }
  return absl::OkStatus();
}

absl::StatusOr<Lineage> LocalSurvey::PresentLineage() const {
  if (state_.log == LogName::kNone) return Lineage{};
  ASSIGN_OR_RETURN(
      const auto bytes,
      store_.Get(Table::kLineage,
                 NumberKey(name_, static_cast<std::uint64_t>(state_.log))));
  if (!bytes.has_value()) return Lineage{};
  return DecodeLineage(*bytes);
}

absl::StatusOr<std::optional<StoredRecord>> LocalSurvey::Copy(
    const RecordId& id) const {
  ASSIGN_OR_RETURN(const auto bytes,
                   store_.Get(Table::kRecord, RecordKey(name_, id)));
  if (!bytes.has_value()) return std::nullopt;
  std::optional<StoredRecord> copy = SoundCopy(state_, id, *bytes);
  // What cannot be read is no copy: the comparison brings another.
  if (copy.has_value() && !DecodePulled(copy->bytes).ok()) return std::nullopt;
  return copy;
}

absl::StatusOr<std::vector<StoredChange>> LocalSurvey::ChangesOf(
    const RecordId& id) const {
  std::vector<std::uint64_t> numbers;
  RETURN_IF_ERROR(store_.Scan(Table::kChangeOfRecord, RecordKey(name_, id), "",
                              [&numbers](std::string_view key, auto) {
                                numbers.push_back(NumberOf(key));
                                return true;
                              }));
  std::vector<StoredChange> changes;
  for (const std::uint64_t number : numbers) {
    ASSIGN_OR_RETURN(const auto bytes,
                     store_.Get(Table::kChange, NumberKey(name_, number)));
    if (!bytes.has_value()) continue;
    ASSIGN_OR_RETURN(StoredChange change, DecodeStoredChange(*bytes));
    changes.push_back(std::move(change));
  }
  return changes;
}

absl::StatusOr<std::vector<Change>> LocalSurvey::PendingOf(
    const RecordId& id, const std::optional<StoredRecord>& copy,
    RecordView* view) const {
  ASSIGN_OR_RETURN(const Lineage lineage, PresentLineage());
  ASSIGN_OR_RETURN(std::vector<StoredChange> stored, ChangesOf(id));
  std::vector<Change> pending;
  for (StoredChange& kept : stored) {
    if (kept.is_quarantined()) {
      if (view != nullptr && !kept.is_refused()) {
        view->quarantined.push_back(std::move(kept));
      }
      continue;
    }
    if (IsCovered(kept, copy, state_, lineage)) continue;
    ASSIGN_OR_RETURN(Change change, DecodeChange(kept.bytes));
    if (view != nullptr) view->pending.push_back(kept.number);
    pending.push_back(std::move(change));
  }
  return pending;
}

absl::StatusOr<RecordView> LocalSurvey::View(const RecordId& id) const {
  ASSIGN_OR_RETURN(const std::optional<StoredRecord> copy, Copy(id));
  RecordView view;
  view.record.id = id;
  if (copy.has_value()) {
    ASSIGN_OR_RETURN(view.record, DecodePulled(copy->bytes));
    OpenSealed(copy->key, view.record);
    view.confirmed = true;
    view.read_only = copy->following.empty();
  }
  ASSIGN_OR_RETURN(const std::vector<Change> pending,
                   PendingOf(id, copy, &view));
  if (!copy.has_value() && pending.empty() && view.quarantined.empty()) {
    return absl::NotFoundError(
        StrCat("record ", ToText(id), " is not on this device"));
  }
  for (const Change& change : pending) Overlay(change, view.record);
  return view;
}

absl::StatusOr<std::vector<RecordId>> LocalSurvey::List() const {
  std::vector<RecordId> ids;
  const auto add = [this, &ids](std::string_view key, auto) {
    const RecordId id = RecordOf(name_, key);
    if (ids.empty() || ids.back() != id) ids.push_back(id);
    return true;
  };
  const std::string prefix = SurveyPrefix(name_);
  RETURN_IF_ERROR(store_.Scan(Table::kRecord, prefix, "", add));
  RETURN_IF_ERROR(store_.Scan(Table::kChangeOfRecord, prefix, "", add));
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<RecordId> there;
  for (const RecordId& id : ids) {
    const absl::StatusOr<RecordView> view = View(id);
    if (absl::IsNotFound(view.status())) continue;
    RETURN_IF_ERROR(view.status());
    if (!view->record.gone) there.push_back(id);
  }
  return there;
}

absl::StatusOr<Editing> LocalSurvey::Open(const RecordId& id) const {
  Editing editing;
  ASSIGN_OR_RETURN(editing.view_, View(id));
  if (editing.view_.read_only) {
    return absl::FailedPreconditionError(
        StrCat("record ", ToText(id),
               " is no longer this device's: it is kept only until its "
               "changes are acknowledged"));
  }
  ASSIGN_OR_RETURN(const std::optional<StoredRecord> copy, Copy(id));
  ASSIGN_OR_RETURN(const Lineage lineage, PresentLineage());
  editing.base_ = copy.has_value() ? BaseOfCopy(*copy, state_, lineage)
                                   : BaseOfCreation(state_, lineage);
  ASSIGN_OR_RETURN(const std::vector<Change> pending,
                   PendingOf(id, copy, nullptr));
  editing.hidden_ = HiddenFields(pending);
  editing.lineage_ = lineage;
  editing.change_.record = id;
  editing.change_.person = state_.person;
  editing.change_.form =
      editing.view_.record.form != 0 ? editing.view_.record.form : state_.forms;
  return editing;
}

absl::StatusOr<Editing> LocalSurvey::Create(const RecordId& id) const {
  ASSIGN_OR_RETURN(const Lineage lineage, PresentLineage());
  Editing editing;
  editing.base_ = BaseOfCreation(state_, lineage);
  editing.lineage_ = lineage;
  editing.change_.record = id;
  editing.change_.creates = true;
  editing.change_.person = state_.person;
  editing.change_.form = state_.forms;
  return editing;
}

absl::StatusOr<std::uint64_t> LocalSurvey::Save(const Editing& editing) {
  Change change = editing.change_;
  RETURN_IF_ERROR(CheckEdit(change));
  StampBases(editing.base_, editing.hidden_, editing.lineage_, change);
  change.clock.boot = BootNumber(clock_.BootId());
  change.clock.mono_ms = clock_.MonotonicMillis();
  change.clock.wall_ms = absl::ToUnixMillis(clock_.Now());

  StoredChange stored;
  stored.number = state_.number + 1;
  stored.before = state_.number == 0 ? ChainStart(name_, device_) : state_.h;
  stored.bytes = EncodeChange(change);
  if (stored.bytes.size() > kChangeBytesMax) {
    return absl::InvalidArgumentError(
        StrCat("the save has ", stored.bytes.size(), " bytes; the limit is ",
               kChangeBytesMax, ": save a part of it first"));
  }
  // What cannot be read again is no save: whoever shows the form says so now.
  RETURN_IF_ERROR(DecodeChange(stored.bytes).status());
  stored.h = ChainNext(stored.before, stored.bytes);

  SurveyState next = state_;
  next.number = stored.number;
  next.h = stored.h;
  StoreBatch batch;
  batch.Put(Table::kChange, NumberKey(name_, stored.number),
            EncodeStored(stored));
  batch.Put(Table::kChangeOfRecord,
            ChangeOfRecordKey(name_, change.record, stored.number), "");
  batch.Put(Table::kSurvey, name_, EncodeState(next));
  RETURN_IF_ERROR(store_.Commit(batch));
  state_ = std::move(next);
  outbox_.insert(stored.number);
  return stored.number;
}

absl::StatusOr<std::vector<StoredChange>> LocalSurvey::Changes() const {
  std::vector<StoredChange> changes;
  absl::Status status;
  RETURN_IF_ERROR(store_.Scan(Table::kChange, SurveyPrefix(name_), "",
                              [&](std::string_view, std::string_view value) {
                                absl::StatusOr<StoredChange> change =
                                    DecodeStoredChange(value);
                                status = change.status();
                                if (change.ok())
                                  changes.push_back(*std::move(change));
                                return status.ok();
                              }));
  RETURN_IF_ERROR(status);
  return changes;
}

absl::StatusOr<std::vector<StoredChange>> LocalSurvey::Outbox() const {
  ASSIGN_OR_RETURN(std::vector<StoredChange> changes, Changes());
  std::erase_if(changes, [](const StoredChange& c) { return c.is_held(); });
  return changes;
}

absl::StatusOr<std::vector<std::string>> LocalSurvey::Forms() const {
  std::vector<std::string> forms;
  RETURN_IF_ERROR(store_.Scan(Table::kForm, SurveyPrefix(name_), "",
                              [&forms](auto, std::string_view value) {
                                forms.emplace_back(value);
                                return true;
                              }));
  return forms;
}

absl::Status LocalSurvey::SetPerson(std::string_view person) {
  SurveyState next = state_;
  next.person = std::string(person);
  StoreBatch batch;
  batch.Put(Table::kSurvey, name_, EncodeState(next));
  RETURN_IF_ERROR(store_.Commit(batch));
  state_ = std::move(next);
  return absl::OkStatus();
}

std::uint64_t BootNumber(std::string_view boot_id) {
  if (boot_id.empty()) return 0;
  const ChainHash hash = ChainNext(ChainHash{}, boot_id);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = (number << 8) | hash.bytes[i];
  return number == 0 ? 1 : number;
}

Exchange ClocksNow(Clock& clock) {
  Exchange now;
  now.boot = BootNumber(clock.BootId());
  now.mono_ms = clock.MonotonicMillis();
  now.wall_ms = absl::ToUnixMillis(clock.Now());
  return now;
}

}  // namespace chasqui::client
