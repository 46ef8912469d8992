// How often each node of a context was passed, and by whom: what statistics
// are made of.

#ifndef CHASQUI_SYNC_WIRE_EVIDENCE_H_
#define CHASQUI_SYNC_WIRE_EVIDENCE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/statistics.h"

namespace chasqui::wire {

// Thread-compatible. At most kNodesMax nodes, some 40 MiB; later ones are not
// noted.
class Evidence {
 public:
  static constexpr std::size_t kNodesMax = std::size_t{1} << 19;

  // What follows is by this enumerator: any number that tells them apart.
  void BeginPerson(std::uint32_t person) { person_ = person; }
  // What follows is of another record.
  void BeginRecord() { ++record_; }
  void Note(const Contexts& contexts, std::uint32_t node, bool bit);

  // The nodes that enough have passed; of these, as many as fit into
  // kStatisticsBytesMax, those that were passed most often first.
  Statistics Distilled() const;

 private:
  struct Passed {
    std::uint32_t times = 0;
    std::uint32_t ones = 0;
    std::uint32_t records = 0;
    std::uint32_t last_record = 0;
    std::uint32_t people = 0;  // up to kPeopleMin, in `known`
    std::array<std::uint32_t, Statistics::kPeopleMin> known{};
  };
  using Nodes = absl::flat_hash_map<std::uint64_t, Passed>;

  Nodes nodes_;
  std::uint32_t record_ = 0;
  std::uint32_t person_ = 0;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_EVIDENCE_H_
