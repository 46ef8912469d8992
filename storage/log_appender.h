#ifndef CHASQUI_STORAGE_LOG_APPENDER_H_
#define CHASQUI_STORAGE_LOG_APPENDER_H_

#include <cstdint>
#include <deque>

#include "absl/status/statusor.h"
#include "storage/survey_transaction.h"
#include "sync/apply.h"
#include "sync/intake.h"
#include "sync/store.h"

namespace chasqui::storage {

// Stamps, writes and applies entries, and all that becomes due by them. Lives
// for one group, which is received at `now_ms`.
class LogAppender final : public Appender {
 public:
  LogAppender(SurveyTransaction& transaction, std::int64_t now_ms)
      : transaction_(transaction), now_ms_(now_ms) {}

  absl::StatusOr<Seq> Append(ServerEntry body) override;

 private:
  absl::StatusOr<Seq> AppendOne(ServerEntry body);

  SurveyTransaction& transaction_;
  const std::int64_t now_ms_;
  std::deque<Due> due_;  // in the order they became due
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_LOG_APPENDER_H_
