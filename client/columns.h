// A device's half of what travels as columns (sync/wire/batch.h).

#ifndef CHASQUI_CLIENT_COLUMNS_H_
#define CHASQUI_CLIENT_COLUMNS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/survey.pb.h"
#include "client/exchange.h"
#include "sync/page.h"
#include "sync/wire/conversation.h"

namespace chasqui::client {

// The format of columns that is spoken here (sync/wire/batch.cc).
inline constexpr std::uint32_t kColumnsFormat = 1;

// The layout of a form version: the same that the server has of it.
wire::Layout LayoutOf(const v1::FormVersion& form);

// What the device and the server know of each other in one survey's part of an
// exchange. Thread-compatible.
class Columns final : private wire::RecordNames {
 public:
  // `exchange` is the request's clock. What the device holds and cannot read is
  // as if it held nothing.
  Columns(const SurveyRequest& request, const Exchange& exchange);

  // Where the conversation is spelled with statistics: their version.
  const std::optional<Position>& statistics() const { return version_; }

  // The batch of the request. Nullopt if it should go as rows: they are as
  // small, or the server has asked for them.
  std::optional<std::string> Batch() const;
  // A page of the response, in `log`. InvalidArgument if it does not decode, or
  // is spelled with statistics and the request named none.
  absl::StatusOr<std::vector<PageItem>> Items(const std::string& columns,
                                              LogName log,
                                              bool with_statistics) const;

 private:
  std::optional<Seq> SeqOf(const RecordId& id) const override;

  const SurveyRequest& request_;
  std::map<RecordId, Seq> records_;
  wire::Layouts layouts_;
  std::optional<wire::Statistics> statistics_;
  std::optional<Position> version_;
  wire::Conversation conversation_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_COLUMNS_H_
