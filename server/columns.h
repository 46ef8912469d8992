// The server's half of what travels as columns (sync/wire/batch.h).

#ifndef CHASQUI_SERVER_COLUMNS_H_
#define CHASQUI_SERVER_COLUMNS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "sync/page.h"
#include "sync/reader.h"
#include "sync/wire/conversation.h"

namespace chasqui::server {

// The format of columns that is spoken here (sync/wire/batch.cc).
inline constexpr std::uint32_t kColumnsFormat = 1;

// What the server and a device know of each other in one survey's part of an
// exchange. Thread-compatible. All must outlive it.
class Columns final : private wire::RecordNames {
 public:
  // `held` is what the device says it holds; nullptr if it is not here.
  Columns(const Reader& reader, const v1::SurveyExchange& exchange,
          const v1::ExchangeClock& clock,
          std::shared_ptr<const wire::Statistics> held);

  // The rows of the exchange's batch. InvalidArgument: ask for rows.
  absl::StatusOr<std::vector<std::string>> Rows() const;
  // A page, if it is less than its rows are.
  std::optional<std::string> Items(const std::vector<PageItem>& items) const;
  // Whether Items() are spelled with statistics.
  bool with_statistics() const { return held_ != nullptr; }

 private:
  std::optional<RecordId> RecordAt(Seq seq) const override;

  const Reader& reader_;
  const v1::SurveyExchange& exchange_;
  const std::shared_ptr<const wire::Statistics> held_;
  wire::Layouts layouts_;
  wire::Conversation conversation_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_COLUMNS_H_
