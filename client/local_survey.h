// One survey on a device: its copy of the records in scope, its own changes,
// and how far it has come with the server.

#ifndef CHASQUI_CLIENT_LOCAL_SURVEY_H_
#define CHASQUI_CLIENT_LOCAL_SURVEY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/comparing.h"
#include "client/device_store.h"
#include "client/exchange.h"
#include "client/local_state.h"
#include "sync/base/clock.h"
#include "sync/change.h"
#include "sync/ids.h"
#include "sync/lineage.h"
#include "sync/page.h"

namespace chasqui::client {

// A record as its person sees it: confirmed ⊕ pending.
struct RecordView {
  // The copy with the pending changes written over it, in the order they were
  // made. Their writes have seq 0. Rows that are gone are not here.
  PulledRecord record;
  bool confirmed = false;  // a copy from the server is under it
  // No longer in scope: kept until its changes are acknowledged.
  bool read_only = false;
  std::vector<std::uint64_t> pending;  // numbers of the changes over the copy
  // In quarantine, to be shown beside the fields they write.
  std::vector<StoredChange> quarantined;
};

// A record being edited: what the form showed when it was opened. Thread-
// compatible.
class Editing {
 public:
  const RecordId& record() const { return change_.record; }
  const RecordView& view() const { return view_; }

  void Set(const FieldAddress& at, const Value& value);
  void Clear(const FieldAddress& at) { Set(at, Value::Cleared()); }
  void SetStatus(RecordStatus to);  // from the status shown
  void AddRow(const RowId& row, std::uint32_t repeat, const RowId& parent);
  void DeleteRow(const RowId& row);
  void Delete();
  void Restore(const RowId& row);  // none: the record
  void Review();
  void UseForm(std::uint32_t number) { change_.form = number; }
  // To be called once where an answer is personal: kSaltBytes of randomness.
  void Salt(std::string salt) { change_.salt = std::move(salt); }
  bool empty() const { return !change_.creates && change_.ops.empty(); }

 private:
  friend class LocalSurvey;
  Op& Add(OpKind kind);

  Change change_;
  RecordView view_;
  // Base of the record as it was opened; and those of fields that hide what
  // came since behind a pending write.
  Position base_;
  std::vector<std::pair<FieldAddress, Position>> hidden_;
  Lineage lineage_;  // that orders them
};

// Changes that are to be sent, and the age of the oldest: 0 if there is none,
// or by its clock it is yet to be made.
struct Unsent {
  std::uint64_t changes = 0;
  std::int64_t oldest_ms = 0;
};

class LocalSurvey {
 public:
  // REQUIRES: `state` is what the store has of this survey.
  LocalSurvey(std::string name, std::string device, SurveyState state,
              DeviceStore& store, Clock& clock);

  // Takes stock of the outbox. To be called once, before anything else.
  absl::Status Load();

  const std::string& name() const { return name_; }
  const SurveyState& state() const { return state_; }

  // ---- for people

  // NotFound if the device has neither a copy nor a pending change of it.
  absl::StatusOr<RecordView> View(const RecordId& id) const;
  // Ids of the records there are, ascending, gone ones left out.
  absl::StatusOr<std::vector<RecordId>> List() const;

  // Opens a record: the base is stamped now (rules 4). FailedPrecondition for
  // one that is read-only; NotFound.
  absl::StatusOr<Editing> Open(const RecordId& id) const;
  // Opens a record that does not exist yet.
  absl::StatusOr<Editing> Create(const RecordId& id) const;

  // Makes the edit a change in the outbox. On return it is in the store, whole.
  // Returns its number.
  //
  // InvalidArgument, and nothing is saved: an answer over its limit, or a
  // change over kChangeBytesMax; both name the limit.
  absl::StatusOr<std::uint64_t> Save(const Editing& editing);

  // Changes without an outcome, by number.
  absl::StatusOr<std::vector<StoredChange>> Outbox() const;
  std::uint64_t outbox_size() const { return outbox_.size(); }
  // All changes still kept, by number.
  absl::StatusOr<std::vector<StoredChange>> Changes() const;

  // The form versions here, as the wire spells them.
  absl::StatusOr<std::vector<std::string>> Forms() const;

  // ---- for exchanges

  absl::Status SetPerson(std::string_view person);
  // The next request's part; its batch, of changes numbered above `under_way`,
  // within `bytes_max`.
  absl::StatusOr<SurveyRequest> NextRequest(std::size_t bytes_max,
                                            std::uint64_t under_way = 0) const;
  // Of the changes numbered above `number` that are still to be sent.
  absl::StatusOr<Unsent> UnsentAfter(std::uint64_t number) const;
  // Takes in what a receipt says of the run of changes from `first` to `last`,
  // sealed once: outcomes of those that have none yet, as far as the log that
  // it speaks of is the one known here. Returns of how many.
  // FailedPrecondition: the run is none of this device, but of a clone, or lost
  // with an older store.
  absl::StatusOr<std::size_t> TakeReceipt(std::uint64_t first,
                                          const ChainEnd& last,
                                          SurveyNews news);
  // Of the starting file, the number of the chunk to be taken next: 0 where
  // none was. FailedPrecondition: all of its bucket is here already.
  absl::StatusOr<std::uint32_t> NextChunkOf(
      const seal::StartingName& file) const;
  // Takes in a chunk of a starting file, in one transaction. Of what is newer
  // here, nothing is replaced. REQUIRES: news.starting is there.
  // FailedPrecondition: as NextChunkOf; it is another chunk's turn; or the log
  // that is known here has lost what the file is of.
  absl::Status TakeStarting(SurveyNews news);
  // Takes in the server's part, in one transaction; then compares what there is
  // now with what the server has, if it says so. `sent` is the part it answers.
  // Returns whether another exchange is due.
  absl::StatusOr<bool> TakeIn(const SurveyRequest& sent,
                              const SurveyNews& news);

  // At the latest last page the copy was what the server had: all that has
  // arrived is a base.
  bool agrees() const;
  // The copy is not what the server has, and comparing has not helped: the
  // server's data should be looked at. Comes to an end by itself when either
  // becomes another.
  bool differs() const { return given_up_.has_value(); }

 private:
  friend class Intaking;

  absl::StatusOr<Lineage> PresentLineage() const;
  absl::StatusOr<std::vector<ToldLineage>> Lineages() const;
  absl::StatusOr<std::optional<StoredRecord>> Copy(const RecordId& id) const;
  absl::StatusOr<std::vector<StoredChange>> ChangesOf(const RecordId& id) const;
  // The changes of `id` that its copy does not cover; told to `view`, with
  // those in quarantine, unless it is null.
  absl::StatusOr<std::vector<Change>> PendingOf(
      const RecordId& id, const std::optional<StoredRecord>& copy,
      RecordView* view) const;
  // Whether, and under which name of the log, a starting file's chunk counts.
  absl::Status Place(SurveyNews& news) const;
  // Of what a receipt says, what counts here; false if nothing does.
  absl::StatusOr<bool> Recount(SurveyNews& news) const;
  absl::StatusOr<Batch> NextBatch(std::size_t bytes_max,
                                  std::uint64_t under_way) const;
  absl::StatusOr<ColumnMeans> Means(const SurveyRequest& request) const;
  absl::StatusOr<std::optional<Seq>> EntryAbout(const RecordId& id) const;
  // Compares with the server, whose digest of the scope `news` has. Returns
  // whether there is more to be asked.
  absl::StatusOr<bool> Compare(const SurveyNews& news);
  absl::Status Agree(const SurveyNews& news);
  // Drops what the server does not have in these buckets.
  absl::Status DropSurplus(const std::vector<SurplusCopy>& surplus);
  absl::Status EraseUnsound(const std::vector<std::string>& keys);
  absl::Status Keep(SurveyState next);

  const std::string name_;
  const std::string device_;
  SurveyState state_;
  DeviceStore& store_;
  Clock& clock_;
  std::set<std::uint64_t> outbox_;  // numbers of the changes in it
  // The server could not read the columns of those before this number: they go
  // as rows. Forgotten when the app ends: by then it may be able to.
  std::uint64_t rows_through_ = 0;
  // Columns of news could not be read here. Forgotten likewise.
  bool news_as_rows_ = false;

  // A comparison under way, and how many went before it without agreement.
  std::unique_ptr<Comparing> comparing_;
  int rounds_ = 0;
  // Our digest and the server's when there was no more to be done about it.
  std::optional<std::pair<absl::uint128, absl::uint128>> given_up_;
};

// A boot id as the 64 bits that travel. 0 for none: a device that cannot tell
// its boot must not seem to be in the same one as before.
std::uint64_t BootNumber(std::string_view boot_id);

// What the clocks say now, for an exchange; how long one takes is not known.
Exchange ClocksNow(Clock& clock);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_LOCAL_SURVEY_H_
