#include "server/hand_in.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "server/exchange.h"
#include "server/limits.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"
#include "sync/seal/envelope.h"

namespace chasqui::server {
namespace {

// What is sealed is a request; what is no matter of a sealed one is refused.
absl::StatusOr<v1::SyncRequest> RequestIn(const std::string& content) {
  v1::SyncRequest request;
  if (!request.ParseFromString(content)) {
    return absl::InvalidArgumentError("what is sealed in it is no request");
  }
  if (request.surveys().empty()) {
    return absl::InvalidArgumentError("what is sealed in it is of no survey");
  }
  if (!request.carried().empty() || request.after() != 0) {
    return absl::InvalidArgumentError(
        "what is sealed in it carries another, or is of a stream");
  }
  for (v1::SurveyExchange& survey : *request.mutable_surveys()) {
    if (!survey.has_batch() || !survey.batch().columns().empty()) {
      return absl::InvalidArgumentError(
          StrCat("survey \"", survey.survey(),
                 "\": what is sealed of it must be a batch, as rows"));
    }
    survey.set_pull(false);
    // The receipt tells the lineage, whatever the device will know by then.
    survey.set_log(0);
  }
  return request;
}

// Names what the outcomes are of: a receipt may reach a clone.
v1::SealedRun RunOf(const v1::ChangeBatch& batch) {
  v1::SealedRun run;
  run.set_first(batch.first());
  ChainHash h = ChainHash::FromBytes(batch.before()).value_or(ChainHash{});
  for (const std::string& change : batch.changes()) h = ChainNext(h, change);
  const auto changes = static_cast<std::uint64_t>(batch.changes_size());
  run.mutable_last()->set_number(batch.first() + changes - 1);
  run.mutable_last()->set_h(std::string(h.view()));
  return run;
}

// One sealed batch on its way; owned by whoever goes on with it.
class HandingIn : public std::enable_shared_from_this<HandingIn> {
 public:
  HandingIn(const Surroundings& around,
            std::function<void(absl::StatusOr<v1::HandInResponse>)> done)
      : around_(around), done_(std::move(done)) {}

  void Start(const std::string& sealed) {
    if (absl::Status status = Open(sealed); !status.ok()) {
      return done_(std::move(status));
    }
    Exchange(
        around_, standing_, request_, *receipt_.mutable_answer(),
        [self = shared_from_this()](const absl::Status& status) {
          self->Answer(status);
        },
        Arrival::kInFile);
  }

 private:
  absl::Status Open(const std::string& sealed) {
    if (around_.keyring == nullptr) {
      return absl::FailedPreconditionError(
          "this server has no key, and so nothing is sealed to it");
    }
    ASSIGN_OR_RETURN(seal::Opened opened, seal::Open(sealed, seal::Kind::kBatch,
                                                     around_.keyring->own()));
    device_ = std::move(opened.message.device);
    ASSIGN_OR_RETURN(request_, RequestIn(opened.message.content));
    // A name that nobody has come in by is not met, and takes none away.
    ASSIGN_OR_RETURN(standing_, around_.authenticator.Standing(device_));
    ASSIGN_OR_RETURN(key_, around_.keyring->Meet(device_, opened.signer));
    if (*key_ != opened.signer) {
      around_.log.Say(Severity::kWarning, "sealed by another key",
                      {{"device", device_}});
      return absl::PermissionDeniedError(
          StrCat("it is sealed in the name of device ", device_, " by key ",
                 seal::ToText(opened.signer), "; that device is known by key ",
                 seal::ToText(*key_)));
    }
    return absl::OkStatus();
  }

  void Answer(const absl::Status& status) {
    absl::StatusOr<v1::HandInResponse> response =
        status.ok() ? Receipt() : status;
    around_.log.SayFailure("HandIn", response.status());
    done_(std::move(response));
  }

  absl::StatusOr<v1::HandInResponse> Receipt() {
    v1::HandInResponse response;
    response.set_device(device_);
    for (int i = 0; i < request_.surveys_size(); ++i) {
      const v1::ChangeBatch& batch = request_.surveys(i).batch();
      const v1::SurveyNews& news = receipt_.answer().surveys(i);
      // One that was refused has nothing to be told by a receipt.
      if (news.error_code() != 0) {
        return absl::Status(
            static_cast<absl::StatusCode>(news.error_code()),
            StrCat("device ", device_, ", survey \"", news.survey(),
                   "\": ", news.error_message()));
      }
      *receipt_.add_runs() = RunOf(batch);
      response.set_changes(response.changes() +
                           static_cast<std::uint32_t>(batch.changes_size()));
      response.set_taken(response.taken() +
                         static_cast<std::uint32_t>(news.outcomes_size()));
      const auto waiting = std::count_if(
          news.outcomes().begin(), news.outcomes().end(), [](const auto& each) {
            return each.outcome().kind() == v1::OUTCOME_KIND_QUARANTINED;
          });
      response.set_quarantined(response.quarantined() +
                               static_cast<std::uint32_t>(waiting));
    }
    receipt_.mutable_answer()->clear_retry_after_ms();
    ASSIGN_OR_RETURN(*response.mutable_receipt(),
                     seal::Seal({seal::Kind::kReceipt, device_,
                                 receipt_.SerializeAsString()},
                                around_.keyring->own(), *key_));
    return response;
  }

  const Surroundings& around_;
  const std::function<void(absl::StatusOr<v1::HandInResponse>)> done_;
  std::string device_;
  access::CallingDevice standing_;
  std::optional<seal::PublicKey> key_;
  v1::SyncRequest request_;
  v1::Receipt receipt_;
};

void CarriedToWire(const absl::StatusOr<v1::HandInResponse>& answer,
                   v1::CarriedAnswer& wire) {
  if (answer.ok()) {
    wire.set_receipt(answer->receipt());
    return;
  }
  wire.set_error_code(static_cast<int>(answer.status().code()));
  wire.set_error_message(PublicMessage(answer.status()));
}

// The key that the device is known by, for its own.
absl::StatusOr<seal::PublicKey> KnownKey(const Surroundings& around,
                                         const std::string& device,
                                         const std::string& told) {
  ASSIGN_OR_RETURN(const seal::PublicKey key, seal::PublicKey::FromBytes(told));
  ASSIGN_OR_RETURN(const seal::PublicKey known,
                   around.keyring->Meet(device, key));
  if (known != key) {
    around.log.Say(Severity::kWarning, "device has another key",
                   {{"device", device}});
  }
  return known;
}

// A key that cannot be taken holds up no exchange: the device tells it again.
void TellKeys(const Surroundings& around, const std::string& device,
              const v1::SyncRequest& request, v1::SyncResponse& response) {
  if (around.keyring == nullptr) return;
  const bool lineage =
      std::any_of(response.surveys().begin(), response.surveys().end(),
                  [](const auto& news) { return news.has_lineage(); });
  const bool starts = std::any_of(
      request.surveys().begin(), request.surveys().end(),
      [](const auto& survey) { return !survey.keys_for().empty(); });
  const bool told = !request.device_key().empty();
  if (told || lineage || starts) {
    response.set_server_key(
        std::string(around.keyring->own().public_key().view()));
  }
  if (!told) return;
  const auto known = KnownKey(around, device, request.device_key());
  if (known.ok()) {
    response.set_device_key(std::string(known->view()));
  } else {
    around.log.Say(
        Severity::kWarning, "a device's key was not taken",
        {{"device", device}, {"message", StdView(known.status().message())}});
  }
}

// What the device has to know of how it is let in. That it has forgotten
// everything is written down; until it could be, it is told again.
void TellStanding(const Surroundings& around,
                  const access::CallingDevice& device,
                  const v1::SyncRequest& request, v1::SyncResponse& response) {
  response.set_token(device.renewed);
  response.set_token_expires_ms(device.renewed_until_ms);
  response.set_wipe(device.wipe);
  if (!device.wipe || !request.wiped() || around.organisation == nullptr) {
    return;
  }
  const absl::Status noted = around.organisation->ChangeDevice(
      device.person, device.name, access::v1::DEVICE_STATE_WIPED);
  around.log.SayFailure("Sync", noted);
}

}  // namespace

void HandIn(const Surroundings& around, const std::string& sealed,
            std::function<void(absl::StatusOr<v1::HandInResponse>)> done) {
  const auto handing = std::make_shared<HandingIn>(around, std::move(done));
  around.workers.Do([handing, &sealed] { handing->Start(sealed); });
}

void ExchangeAndHandIn(const Surroundings& around,
                       const access::CallingDevice& device,
                       const v1::SyncRequest& request,
                       v1::SyncResponse& response,
                       std::function<void(absl::Status)> done) {
  Exchange(around, device, request, response,
           [&around, device, &request, &response,
            done = std::move(done)](const absl::Status& status) {
             if (!status.ok()) return done(status);
             TellKeys(around, device.name, request, response);
             TellStanding(around, device, request, response);
             if (request.carried().empty()) return done(status);
             HandIn(around, request.carried(),
                    [&response, done](const auto& answer) {
                      CarriedToWire(answer, *response.mutable_carried());
                      done(absl::OkStatus());
                    });
           });
}

}  // namespace chasqui::server
