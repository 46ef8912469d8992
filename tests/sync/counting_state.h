// A state that does nothing but count.

#ifndef CHASQUI_TESTS_SYNC_COUNTING_STATE_H_
#define CHASQUI_TESTS_SYNC_COUNTING_STATE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "sync/state.h"

namespace chasqui::testing {

// For what only counts: every other question is answered Unimplemented, and
// every other write is an error of the test.
class CountingState final : public State {
 public:
  // Those that are not zero.
  const std::map<std::string, std::int64_t>& counts() const { return counts_; }

  void Count(std::string_view counter, std::int64_t delta) override {
    std::int64_t& count = counts_[std::string(counter)];
    count += delta;
    if (count == 0) counts_.erase(std::string(counter));
  }

  Survey& survey() override { return survey_; }
  absl::StatusOr<const Record*> FindRecord(const RecordId&) override {
    return NotHere();
  }
  absl::StatusOr<Record*> EditRecord(const RecordId&) override {
    return NotHere();
  }
  Record* AddRecord(const RecordId&) override { return nullptr; }
  absl::StatusOr<const Row*> FindRow(const RecordId&, const RowId&) override {
    return NotHere();
  }
  absl::StatusOr<Row*> EditRow(const RecordId&, const RowId&) override {
    return NotHere();
  }
  Row* AddRow(const RecordId&, const RowId&) override { return nullptr; }
  absl::StatusOr<std::vector<RowId>> RowsOf(const RecordId&) override {
    return NotHere();
  }
  absl::StatusOr<const EntryInfo*> FindEntry(Seq) override { return NotHere(); }
  absl::StatusOr<EntryInfo*> EditEntry(Seq) override { return NotHere(); }
  EntryInfo* AddEntry(Seq) override { return nullptr; }
  absl::StatusOr<ChangeReceived> ReadChange(Seq) override { return NotHere(); }
  absl::StatusOr<const Device*> FindDevice(std::string_view) override {
    return NotHere();
  }
  absl::StatusOr<Device*> EditDevice(std::string_view) override {
    return NotHere();
  }
  absl::StatusOr<std::vector<ChainLink>> Links(std::string_view,
                                               std::uint64_t) override {
    return NotHere();
  }
  void AddLink(std::string_view, std::uint64_t, const ChainLink&) override {
    Fail();
  }
  absl::Status MoveLink(std::string_view, std::uint64_t,
                        const ChainLink&) override {
    return NotHere();
  }
  absl::StatusOr<std::vector<Seq>> GapAfter(std::string_view,
                                            const ChainHash&) override {
    return NotHere();
  }
  absl::Status PutGap(std::string_view, const ChainHash&, Seq) override {
    return NotHere();
  }
  absl::Status EraseGap(std::string_view, const ChainHash&, Seq) override {
    return NotHere();
  }
  void PutFeed(const Bucket&, Seq, const FeedEntry&) override { Fail(); }
  void EraseFeed(const Bucket&, Seq) override { Fail(); }
  void PutNotice(std::string_view, Seq, Seq) override { Fail(); }
  void EraseNotice(std::string_view, Seq, Seq) override { Fail(); }
  absl::StatusOr<const Held*> FindHeld(Seq) override { return NotHere(); }
  void PutHeld(Seq, const Held&) override { Fail(); }
  absl::Status EraseHeld(Seq) override { return NotHere(); }
  absl::StatusOr<std::vector<Seq>> HeldFor(const RecordId&) override {
    return NotHere();
  }
  void SetConflicted(const RecordId&, bool) override { Fail(); }

 private:
  static absl::Status NotHere() {
    return absl::UnimplementedError("this state only counts");
  }
  static void Fail() { ADD_FAILURE() << "this state only counts"; }

  Survey survey_;
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SYNC_COUNTING_STATE_H_
