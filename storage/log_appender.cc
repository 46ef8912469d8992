#include "storage/log_appender.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sync/base/status_macros.h"

namespace chasqui::storage {

absl::StatusOr<Seq> LogAppender::Append(ServerEntry body) {
  ASSIGN_OR_RETURN(const Seq seq, AppendOne(std::move(body)));
  while (!due_.empty()) {
    const Due due = due_.front();
    due_.pop_front();
    ServerEntry decision = QuarantineReleased{due.change, ""};
    if (due.reject) decision = QuarantineRejected{due.change, ""};
    RETURN_IF_ERROR(AppendOne(std::move(decision)).status());
  }
  return seq;
}

absl::StatusOr<Seq> LogAppender::AppendOne(ServerEntry body) {
  const Survey& survey = transaction_.survey();
  LogEntry entry;
  entry.seq = survey.head + 1;
  entry.received_ms = std::max(now_ms_, survey.received_ms + 1);
  entry.body = std::move(body);
  transaction_.AppendLog(entry);
  ASSIGN_OR_RETURN(const std::vector<Due> due, Apply(entry, transaction_));
  due_.insert(due_.end(), due.begin(), due.end());
  return entry.seq;
}

}  // namespace chasqui::storage
