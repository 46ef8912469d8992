#include "server/columns.h"

#include <utility>

#include "sync/lineage.h"
#include "sync/survey.h"
#include "sync/wire/batch.h"

namespace chasqui::server {

Columns::Columns(const Reader& reader, const v1::SurveyExchange& exchange,
                 const v1::ExchangeClock& clock,
                 std::shared_ptr<const wire::Statistics> held)
    : reader_(reader), exchange_(exchange), held_(std::move(held)) {
  const Survey& survey = reader.survey();
  const std::uint32_t form = exchange.forms();
  if (form > 0 && form <= survey.forms.size()) {
    layouts_.emplace(
        form, wire::LayoutOf(survey.forms[form - 1].form, survey.numbering));
  }
  conversation_.person = exchange.person();
  conversation_.log = LogName{exchange.log()};
  conversation_.clock = {clock.boot(), clock.mono_ms(), clock.wall_ms()};
  conversation_.form = form;
  conversation_.layouts = &layouts_;
}

// Where the log was cut since, a seq may be of another entry now: only what the
// two histories share names a record.
std::optional<RecordId> Columns::RecordAt(Seq seq) const {
  const Position told{conversation_.log, seq};
  if (seq > reader_.head() ||
      CountsAs(told, reader_.survey().lineage, reader_.head(), {}) != seq) {
    return std::nullopt;
  }
  const auto entry = reader_.FindEntry(seq);
  if (!entry.ok() || !entry->has_value() || (*entry)->record.empty()) {
    return std::nullopt;
  }
  return (*entry)->record;
}

absl::StatusOr<std::vector<std::string>> Columns::Rows() const {
  const v1::ChangeBatch& batch = exchange_.batch();
  wire::Conversation conversation = conversation_;
  if (batch.with_statistics()) {
    if (held_ == nullptr) {
      return absl::InvalidArgumentError(
          "batch: the statistics of its columns are not here; send the changes "
          "as rows");
    }
    conversation.statistics = held_.get();
  }
  return wire::DecodeBatch(batch.columns(), conversation, *this);
}

std::optional<std::string> Columns::Items(
    const std::vector<PageItem>& items) const {
  std::size_t rows = 0;
  for (const PageItem& item : items) {
    rows += item.left ? RecordId::kSize : EncodePulled(item.record).size();
  }
  wire::Conversation conversation = conversation_;
  conversation.log = PresentName(reader_.survey().lineage);
  conversation.statistics = held_.get();
  std::optional<std::string> columns = wire::EncodeItems(items, conversation);
  if (columns.has_value() && columns->size() >= rows) return std::nullopt;
  return columns;
}

}  // namespace chasqui::server
