// One survey on a server that tests own: the real core on memory, stepped by
// hand, that can crash and be restored from a backup.

#ifndef CHASQUI_TESTS_TESTING_SURVEY_SERVER_H_
#define CHASQUI_TESTS_TESTING_SURVEY_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/memory_kv.h"
#include "storage/survey_core.h"
#include "sync/config.h"
#include "sync/intake.h"
#include "sync/outcome.h"
#include "sync/reader.h"
#include "sync/store.h"
#include "tests/testing/random.h"

namespace chasqui::testing {

// What a server's disk held at one time.
using Backup = std::shared_ptr<const storage::MemoryKv>;

// Aborts where the store itself fails: nothing here is expected to.
class SurveyServer {
 public:
  // Creates the survey "survey" and opens its log for the first time.
  explicit SurveyServer(const SurveyConfig& config);

  const std::string& name() const { return name_; }

  // Commits one group. Time passes by a second before, unless SetNow was
  // called with a later one.
  std::vector<absl::StatusOr<DeliveryAnswer>> Commit(
      const std::vector<Delivery>& deliveries);
  // As Commit, of one batch that must be taken.
  BatchAnswer Take(Batch batch);
  // As Commit, of one entry that must be taken.
  ChangeAnswer Append(ServerEntry entry);

  void Publish(int version);
  void Release(Seq change, const std::string& person = "sam");
  void Reject(Seq change, const std::string& person = "sam");

  Position head() const { return core_->head(); }
  std::shared_ptr<const Reader> Read() const;
  ToldLineage lineage() const { return {Read()->survey().lineage}; }

  // Shown values, for tests that tell a story. Empty where there is none;
  // ticked and unticked read "yes" and "no".
  std::string Shown(const RecordId& record, std::uint32_t field,
                    std::uint32_t choice = 0, const RowId& row = {}) const;
  std::vector<std::string> Live(const RecordId& record, std::uint32_t field,
                                std::uint32_t choice = 0) const;
  Record RecordOf(const RecordId& record) const;  // Aborts if there is none.
  bool Has(const RecordId& record) const;
  Outcome OutcomeAt(Seq change) const;

  Backup Copy() const;
  // Starts again on what was committed: the log gets a new name.
  void Restart();
  // Starts again on what `backup` holds.
  void Restore(const Backup& backup);

  // One bit of what is stored, anywhere but in the log, is another. Where.
  std::string Damage(Random& random);
  // Whether everything that is stored follows from the log.
  bool IsSound() const;
  // What follows from the log alone, as `chasqui rebuild` makes it.
  Backup Replayed() const;

  std::int64_t now_ms() const { return now_ms_; }
  void SetNow(std::int64_t now_ms) { now_ms_ = now_ms; }

  // Whether `bytes` are in any value that the server keeps.
  bool Holds(std::string_view bytes) const;

  // A hash of every key and value the server keeps.
  std::uint64_t Hash() const { return HashOf(*kv_); }
  static std::uint64_t HashOf(const storage::KvReader& kv);

 private:
  void Open();

  const std::string name_ = "survey";
  std::int64_t now_ms_ = 1'400'000'000'000;
  std::uint64_t opened_ = 0;
  std::unique_ptr<storage::MemoryKv> kv_;
  std::unique_ptr<storage::SurveyCore> core_;
};

// The text a value is told apart by in tests.
std::string TextOf(const Value& value);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_SURVEY_SERVER_H_
