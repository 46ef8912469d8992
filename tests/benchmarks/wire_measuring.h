// What the table of `wire` says, measured.

#ifndef CHASQUI_TESTS_BENCHMARKS_WIRE_MEASURING_H_
#define CHASQUI_TESTS_BENCHMARKS_WIRE_MEASURING_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/wire/batch.h"
#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/wire_records.h"

namespace chasqui::benchmarks {

// What one way of telling them takes, over all batches.
struct Tally {
  double batch = 0;  // bytes, of 50 together
  double alone = 0;  // bytes, of the first of each batch by itself
};

// All must outlive it.
class Measuring {
 public:
  Measuring(WireForm& form, WireRecords& records, Figures& figures)
      : form_(form), records_(records), figures_(figures) {}

  absl::Status All();

 private:
  absl::Status TrainStatistics();
  void Rivals();
  void Floors();
  absl::Status Ours();
  absl::Status Edits();
  void Speed(double encode, double decode);
  absl::StatusOr<std::string> There(const std::vector<std::string>& rows,
                                    const wire::Conversation& conversation,
                                    const wire::RecordNames& names);
  void Row(const std::string& name, const Tally& tally, const std::string& how);

  WireForm& form_;
  WireRecords& records_;
  Figures& figures_;
  std::optional<wire::Statistics> statistics_;
  Tally floor_;
  double encode_seconds_ = 0;
  double decode_seconds_ = 0;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WIRE_MEASURING_H_
