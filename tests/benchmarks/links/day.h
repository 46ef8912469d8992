// A day's work of an enumerator, as it is written down before it begins: the
// same for every link and every protocol, and what the server must have in the
// end.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/edit_file.h"
#include "tests/benchmarks/census_csv.h"

namespace chasqui::benchmarks {

inline constexpr char kDaySurvey[] = "census";
inline constexpr char kDayArea[] = "village";
inline constexpr char kDayPerson[] = "visitor000";    // whose day it is
inline constexpr char kOtherPerson[] = "visitor001";  // who was there before
inline constexpr char kDayDevice[] = "tablet";

struct DaySizes {
  std::size_t scope = 2'000;  // records that are there in the morning
  std::size_t created = 30;
  std::size_t edited = 60;  // records of the scope, two answers each
  std::size_t syncs = 3;    // with work; one before, one after
};

using AnswersByPath = std::map<std::string, std::string, std::less<>>;

struct Day {
  std::string xform;
  std::string later_xform;  // published after the first sync with work
  // Creations of all that is there in the morning.
  std::vector<client::WrittenSave> scope;
  // What is saved before each sync with work.
  std::vector<std::vector<client::WrittenSave>> work;

  // Every record there must be at the end, with all its answers.
  std::map<RecordId, AnswersByPath> Outcome() const;
};

// The census's schools in its order, again from the first when they are
// through. Edits give a school the answers of another. Answers are in the
// spelling that servers and exports use.
//
// InvalidArgument if the register has no row that can be edited, or `sizes` ask
// for more edits than there are records.
absl::StatusOr<Day> PlanDay(const CensusCsv& csv, const std::string& xform,
                            const DaySizes& sizes);

// Saves as lines of an edit file, and back.
std::string WriteSaves(const std::vector<client::WrittenSave>& saves);
absl::StatusOr<std::vector<client::WrittenSave>> ReadSaves(
    std::string_view lines);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_H_
