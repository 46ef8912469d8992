// What the logs of surveys are, written down again and again in the journal of
// their organisation.

#ifndef CHASQUI_SERVER_COMMANDS_WITNESS_H_
#define CHASQUI_SERVER_COMMANDS_WITNESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/organisation.h"
#include "storage/kv.h"
#include "sync/journal.h"
#include "sync/store.h"

namespace chasqui::commands {

// How often, while a server runs; and when it ends.
inline constexpr int kWitnessMinutes = 60;

// Writes down what is new of each log. What could not be is tried again the
// next time. Thread-compatible.
absl::Status WitnessLogs(const storage::Kv& kv, const Catalog& catalog,
                         access::Organisation& organisation);

// Whether the journal in `kv` is a chain, the logs are what it has witnessed,
// and `noted` (a journal's head, as ToText() has it; empty: none) was its head
// once. InvalidArgument: that is no head. Else what is wrong is a finding.
struct AuditReport {
  JournalHead head;
  std::uint64_t witnessed = 0;  // entries of logs
  std::vector<std::string> findings;
};
absl::StatusOr<AuditReport> CheckAudit(storage::Kv& kv,
                                       const std::string& noted);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_WITNESS_H_
