// A device played by hand, for schedules that need exact bases: it keeps the
// chain of its changes and nothing else. A copy of it is a clone.

#ifndef CHASQUI_TESTS_TESTING_TABLET_H_
#define CHASQUI_TESTS_TESTING_TABLET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/change.h"
#include "sync/intake.h"
#include "tests/testing/survey_server.h"

namespace chasqui::testing {

// "r1" → the same sixteen bytes each time.
RecordId RecordNamed(std::string_view name);
RowId RowNamed(std::string_view name);

// A change being written down.
class Edit {
 public:
  Edit(std::string person, const RecordId& record, const Position& base) {
    change_.record = record;
    change_.form = 1;
    change_.person = std::move(person);
    change_.positions = {base};
  }

  Edit& Creates(std::string_view area);
  Edit& Form(std::uint32_t number);
  Edit& Set(std::uint32_t field, const Value& value, const RowId& row = {});
  Edit& Set(std::uint32_t field, std::string_view text, const RowId& row = {}) {
    return Set(field, Value::Text(text), row);
  }
  Edit& Tick(std::uint32_t field, std::uint32_t choice, bool ticked = true);
  Edit& Status(RecordStatus from, RecordStatus to);
  Edit& AddRow(const RowId& row, std::uint32_t repeat = 1,
               const RowId& parent = {});
  Edit& DeleteRow(const RowId& row);
  Edit& Delete();
  Edit& Restore(const RowId& row = {});
  Edit& Review();
  // A base of the op just added that is higher than the change's.
  Edit& Seen(const Position& base);
  Edit& At(const EditClock& clock);

  const Change& change() const { return change_; }

 private:
  Op& Add(OpKind kind);

  Change change_;
};

class Tablet {
 public:
  explicit Tablet(std::string device);

  const std::string& device() const { return device_; }
  std::uint64_t length() const { return chain_.size(); }  // of the chain

  // Takes the change into the chain. Returns its number.
  std::uint64_t Save(const Edit& edit);
  std::uint64_t SaveRaw(std::string bytes);

  // The changes from number `first` on, up to `last`.
  Batch BatchOf(std::uint64_t first, std::uint64_t last) const;
  Batch BatchFrom(std::uint64_t first) const;
  // The same, in a file on a memory card.
  Batch CardOf(std::uint64_t first, std::uint64_t last) const;

  // Saves and sends at once. Returns the answer to this one change.
  ChangeAnswer Send(const Edit& edit, SurveyServer& server);

  Exchange exchange;
  std::vector<ToldLineage> told;

 private:
  std::string device_;
  ChainHash start_;
  std::vector<std::pair<std::string, ChainHash>> chain_;  // bytes, h
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_TABLET_H_
