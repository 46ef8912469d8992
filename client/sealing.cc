#include "client/sealing.h"

#include <utility>

#include "client/exchange_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/seal/envelope.h"

namespace chasqui::client {
namespace {

absl::Status NoServerKey() {
  return absl::FailedPreconditionError(
      "this device does not know its server's key yet, to which it would seal: "
      "sync once");
}

// What must stand alone: no news, nothing that takes an exchange to be known.
absl::StatusOr<std::string> SealPart(SurveyRequest part, const Device& device,
                                     Clock& clock) {
  part.pull = false;
  part.cursor.clear();
  part.started.clear();
  part.questions.clear();
  part.forms = 0;
  part.columns = ColumnMeans{};
  part.columns.rows_only = true;
  part.columns.news_as_rows = true;
  Request request;
  request.device = device.name();
  request.clock = ClocksNow(clock);
  request.surveys.push_back(std::move(part));
  return seal::Seal({seal::Kind::kBatch, device.name(),
                     RequestToWire(request).SerializeAsString()},
                    *device.keys().own, *device.keys().server);
}

// The receipt in `unit`, if it is this device's own.
absl::StatusOr<v1::Receipt> OpenReceipt(std::string_view unit,
                                        const Device& device) {
  ASSIGN_OR_RETURN(const seal::Opened opened,
                   seal::Open(unit, seal::Kind::kReceipt, *device.keys().own));
  if (opened.signer != *device.keys().server) {
    return absl::FailedPreconditionError(
        StrCat("it is signed by key ", seal::ToText(opened.signer),
               "; this device's server has key ",
               seal::ToText(*device.keys().server)));
  }
  v1::Receipt receipt;
  if (opened.message.device != device.name() ||
      !receipt.ParseFromString(opened.message.content) ||
      receipt.runs_size() != receipt.answer().surveys_size()) {
    return absl::InvalidArgumentError(StrCat(
        "what is sealed in it is no receipt for device ", device.name()));
  }
  return receipt;
}

absl::StatusOr<std::size_t> TakeOne(std::string_view unit, Device& device) {
  ASSIGN_OR_RETURN(const v1::Receipt receipt, OpenReceipt(unit, device));
  ASSIGN_OR_RETURN(Response response,
                   ResponseFromWire(receipt.answer(), Request{}));
  std::size_t outcomes = 0;
  for (int i = 0; i < receipt.runs_size(); ++i) {
    SurveyNews& news = response.surveys[static_cast<std::size_t>(i)];
    const v1::SealedRun& run = receipt.runs(i);
    const auto h = ChainHash::FromBytes(run.last().h());
    LocalSurvey* const survey = device.Find(news.survey);
    if (!h.has_value() || survey == nullptr) {
      return absl::InvalidArgumentError(
          StrCat("it is of survey \"", news.survey,
                 "\", which this device does not work on"));
    }
    ASSIGN_OR_RETURN(const std::size_t taken,
                     survey->TakeReceipt(run.first(), {run.last().number(), *h},
                                         std::move(news)));
    outcomes += taken;
  }
  return outcomes;
}

}  // namespace

absl::StatusOr<SealedOutbox> SealOutbox(Device& device, Clock& clock) {
  if (!device.keys().own.has_value() || !device.keys().server.has_value()) {
    return NoServerKey();
  }
  SealedOutbox sealed;
  for (const std::string& name : device.Surveys()) {
    const LocalSurvey& survey = *device.Find(name);
    std::uint64_t through = 0;
    while (true) {
      ASSIGN_OR_RETURN(SurveyRequest part,
                       survey.NextRequest(kSealedRowsBytesMax, through));
      if (part.last() == 0) break;
      through = part.last();
      const bool rest = part.rest;
      sealed.changes += part.batch->changes.size();
      ASSIGN_OR_RETURN(const std::string unit,
                       SealPart(std::move(part), device, clock));
      sealed.file += unit;
      ++sealed.batches;
      if (!rest) break;
    }
  }
  return sealed;
}

absl::StatusOr<TakenReceipts> TakeReceipts(std::string_view file,
                                           Device& device) {
  if (!device.keys().own.has_value() || !device.keys().server.has_value()) {
    return NoServerKey();
  }
  TakenReceipts taken;
  std::string_view rest = file;
  do {
    const std::size_t at = file.size() - rest.size();
    const auto outside = seal::Inspect(rest);
    const absl::StatusOr<std::size_t> outcomes =
        outside.ok() ? TakeOne(rest.substr(0, outside->bytes), device)
                     : outside.status();
    if (!outcomes.ok()) {
      return absl::Status(
          outcomes.status().code(),
          StrCat("at byte ", at, ": ", StdView(outcomes.status().message())));
    }
    rest.remove_prefix(outside->bytes);
    ++taken.receipts;
    taken.outcomes += *outcomes;
  } while (!rest.empty());
  return taken;
}

}  // namespace chasqui::client
