// confirmed ⊕ pending a second time, as simply as it can be said: what each
// field of a record shows, and which rows it has.

#ifndef CHASQUI_TESTS_SIMULATION_NAIVE_VIEW_H_
#define CHASQUI_TESTS_SIMULATION_NAIVE_VIEW_H_

#include <map>
#include <string>

#include "sync/change.h"
#include "sync/page.h"

namespace chasqui::testing {

// Shares the value types with sync/ and client/, and nothing that decides.
class NaiveView {
 public:
  // Begins with the device's copy.
  void Take(const PulledRecord& copy);
  // What one sees after a change of one's own.
  void Write(const Change& change);
  // Empty if `shown` is the same.
  std::string DifferenceTo(const PulledRecord& shown) const;

 private:
  void Write(const Op& op);
  void Drop(const RowId& row);

  bool gone_ = false;
  std::map<FieldAddress, Value> fields_;
  std::map<RowId, RowId> rows_;  // to the row around it
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_NAIVE_VIEW_H_
