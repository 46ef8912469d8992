// What was sealed, as whoever wrote it knows it: the oracle and the naive views
// decide by the answers themselves, and must come to what the server does,
// which cannot read them.

#ifndef CHASQUI_TESTS_SIMULATION_PLAINTEXTS_H_
#define CHASQUI_TESTS_SIMULATION_PLAINTEXTS_H_

#include <map>
#include <string>

#include "sync/entry.h"
#include "sync/page.h"
#include "sync/value.h"

namespace chasqui::testing {

class Plaintexts {
 public:
  // `sealed` is what became of the change `plain`, by a key that is kept.
  void Note(const std::string& plain, const std::string& sealed);

  // As it was before it was sealed; as it is, if that was by a key that nobody
  // kept: no two answers are known to be the same then.
  const Value& Of(const Value& value) const;
  ChangeReceived Of(const ChangeReceived& received) const;
  PulledRecord Of(PulledRecord record) const;

 private:
  std::map<std::string, std::string> changes_;
  std::map<std::string, Value> values_;  // by the payload
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_PLAINTEXTS_H_
