#ifndef CHASQUI_STORAGE_SURVEY_CORE_H_
#define CHASQUI_STORAGE_SURVEY_CORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "storage/survey_transaction.h"
#include "storage/survey_versions.h"
#include "sync/apply.h"
#include "sync/intake.h"
#include "sync/reader.h"
#include "sync/store.h"
#include "sync/survey.h"

namespace chasqui::storage {

class LogAppender;

// One survey, stepped by hand: what a committer runs in its thread, and a
// simulation in its own.
//
//     CommitGroup(d1, d2, …)  =  Prepare: one pass of Apply
//                                Write:   one atomic write, one fsync
//
// A group is committed as a whole, and answered only then. What is in memory
// runs ahead of what is stored by what is prepared, and no further: if a write
// fails, Abandon, and everything is read again.
//
// One thread may prepare a group while another writes the one before:
//
//     Prepare(1)  Prepare(2)  Prepare(3)  …
//                 Write(1)    Write(2)    …      each after the one before
//
// Thread-compatible, but for Write and Snapshot.
class SurveyCore {
 public:
  using Answers = std::vector<absl::StatusOr<DeliveryAnswer>>;

  // A log is opened for writing: under which new name, and when.
  struct Opening {
    LogName name = LogName::kNone;
    std::int64_t now_ms = 0;
  };

  // A group that has been applied and is to be written.
  struct Prepared {
    std::unique_ptr<KvBatch> batch;  // null: there is nothing to write
    Answers answers;                 // one for each delivery, in their order
    // What others may know of the survey once it is written.
    Position head;
    Seq administrative = 0;
    bool accepted_is_durable = false;
    bool has_personal = false;
  };

  // Begins a survey's log with its creation, and opens it. `besides` may add
  // writes of the catalog's own to the same commit.
  static absl::StatusOr<std::unique_ptr<SurveyCore>> Create(
      Kv& kv, const Keys& keys, std::string_view name,
      const SurveyConfig& config, const Opening& opening,
      absl::FunctionRef<void(KvBatch&)> besides);

  // Opens the survey's log for writing, under its new name. Where there is no
  // room for that now, the name is given with the first group that there is
  // room for; until then reads work. DataLoss if there is no log;
  // FailedPrecondition if it asks for rules unknown to this binary.
  static absl::StatusOr<std::unique_ptr<SurveyCore>> Open(
      Kv& kv, const Keys& keys, std::string_view name, const Opening& opening);

  // Takes the deliveries in order, and commits. One answer for each, in the
  // same order:
  //   InvalidArgument, AlreadyExists, NotFound   this delivery is refused, and
  //                                              nothing of it appended
  //   else                                       the group as a whole failed
  Answers CommitGroup(const std::vector<Delivery>& deliveries,
                      std::int64_t now_ms);

  // Applies the deliveries. Their answers, as of CommitGroup, may be given once
  // the group is written: even one with nothing to write may speak of what the
  // group before it does.
  //
  // REQUIRES: of the groups prepared before at most the last is not written.
  Prepared Prepare(const std::vector<Delivery>& deliveries,
                   std::int64_t now_ms);
  // May be called by any thread. After an error what has been prepared since
  // must not be written, and Abandon called before anything else is prepared.
  absl::Status Write(Prepared& prepared);
  void Abandon();

  // As of the last group committed by CommitGroup, or of the start.
  const std::string& name() const { return name_; }
  const Position& head() const { return head_; }
  bool accepted_is_durable() const { return accepted_is_durable_; }
  bool has_personal() const { return has_personal_; }

  // The state as of the last commit, or of one that ends meanwhile. May be
  // called by any thread at any time, and must not outlive this object.
  absl::StatusOr<std::shared_ptr<const Reader>> Snapshot() const;

 private:
  SurveyCore(Kv& kv, const Keys& keys, std::string_view name);

  // Reads what the administrative entries made, and the head.
  absl::Status Load();
  absl::Status ApplyStored(Seq seq, Survey& survey) const;
  absl::Status RecordName(std::int64_t now_ms);
  absl::Status Append(ServerEntry body, std::int64_t now_ms);
  absl::Status Commit();
  void PublishVersion();
  void NoteCommitted();

  // What of the group failed, or the answers of its deliveries, without head.
  absl::Status TakeGroup(const std::vector<Delivery>& deliveries,
                         std::int64_t now_ms, Answers& answers);
  absl::StatusOr<DeliveryAnswer> TakeEntries(
      const std::vector<ServerEntry>& entries, LogAppender& log);
  absl::Status CheckEntries(const std::vector<ServerEntry>& entries);
  absl::StatusOr<ChangeAnswer> AnswerFor(const ServerEntry& entry, Seq seq);

  Kv& kv_;
  const Keys keys_;
  const std::string name_;
  Survey survey_;
  SurveyTransaction transaction_;
  SurveyVersions versions_;
  Seq published_ = 0;  // the last administrative entry given to versions_
  bool loaded_ = false;
  LogName opens_as_ = LogName::kNone;  // still to be recorded

  Position head_;
  bool accepted_is_durable_ = false;
  bool has_personal_ = false;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_SURVEY_CORE_H_
