// An increment taken in whole, its cells as text, for tests to look at.

#ifndef CHASQUI_TESTS_EXPORT_TAKEN_H_
#define CHASQUI_TESTS_EXPORT_TAKEN_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "export/increment_source.h"

namespace chasqui::testing {

// Column to text; a column without a value is not there. Numbers in decimal,
// moments as "number@offset", lists as codes in brackets.
using TakenRow = std::map<std::string, std::string>;

struct Taken {
  std::map<std::string, std::vector<std::string>> columns;  // by table
  std::map<std::string, std::vector<TakenRow>> rows;        // by table
  std::vector<std::size_t> batch_bytes;
  exporting::IncrementSummary summary;
};

// REQUIRES: nothing fails.
Taken TakeAll(exporting::IncrementSource& source);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_EXPORT_TAKEN_H_
