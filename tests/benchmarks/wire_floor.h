// What a record takes if each field is told by itself, as well as can be.

#ifndef CHASQUI_TESTS_BENCHMARKS_WIRE_FLOOR_H_
#define CHASQUI_TESTS_BENCHMARKS_WIRE_FLOOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sync/change.h"
#include "tests/benchmarks/wire_records.h"

namespace chasqui::benchmarks {

// An adaptive model per field, ideal code lengths, no byte of anything else:
// ids, times and bases are not in it, nor what one field says of another.
//
//   is it answered      counted
//   a choice            counted, all as likely at first
//   a number            counted; one never seen by its bits and their number
//   a text              counted; one never seen letter by letter, each counted
//                       after the two before it
//   a place, a decimal  its digits, the first four counted, each after those
//                       before it; the rest 10 to 1
//
// Each count begins with a half. Thread-compatible.
class FieldModels {
 public:
  explicit FieldModels(const WireForm& form) : form_(form) {}

  // Bits that `change`'s answers take now; then learns them.
  double Tell(const Change& change);
  // Of one answer, likewise.
  double TellValue(std::uint32_t field, const Value& value);

 private:
  struct Counts {
    std::map<std::string, double, std::less<>> of;
    double all = 0;
    // Bits of `what`, one of `kinds`; then counts it.
    double Tell(const std::string& what, double kinds);
    bool Has(std::string_view what) const { return of.contains(what); }
  };

  double TellNumber(Counts& sizes, const std::string& payload);
  double TellText(const std::string& name, std::string_view text);
  double TellDigits(const std::string& name, std::string_view text);

  const WireForm& form_;
  std::map<std::string, Counts> counts_;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WIRE_FLOOR_H_
