#include "server/register_upload.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/acts.h"
#include "server/admitted.h"
#include "server/limits.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/register.h"

namespace chasqui::server {
namespace {

absl::StatusOr<RegisterOptions> OptionsFromWire(
    const v1::RegisterOptions& wire) {
  if (wire.id_column().empty() || wire.area_column().empty()) {
    return absl::InvalidArgumentError(
        "the columns of id and area must be named");
  }
  RegisterOptions options;
  options.id_column = wire.id_column();
  options.area_column = wire.area_column();
  options.assignee_column = wire.assignee_column();
  options.ignored = {wire.ignored_columns().begin(),
                     wire.ignored_columns().end()};
  switch (wire.duplicates()) {
    case v1::DUPLICATE_ROWS_UNSPECIFIED:
    case v1::DUPLICATE_ROWS_REFUSE:
      options.duplicates = Duplicates::kRefuse;
      return options;
    case v1::DUPLICATE_ROWS_FIRST:
      options.duplicates = Duplicates::kFirst;
      return options;
    case v1::DUPLICATE_ROWS_LAST:
      options.duplicates = Duplicates::kLast;
      return options;
    default:
      return absl::InvalidArgumentError("duplicates is unknown");
  }
}

absl::Status Deliver(const Surroundings& around, const Admitted& in,
                     std::vector<ServerEntry>& group,
                     v1::ImportRegisterResponse& response) {
  RETURN_IF_ERROR(Seal(around, in.reader->survey(), group));
  ASSIGN_OR_RETURN(const std::size_t held, AppendAll(*in.store, group));
  response.set_quarantined(response.quarantined() + held);
  return absl::OkStatus();
}

// Loads a whole register. A group that was delivered stays delivered if a later
// one fails: loading again goes on from there.
absl::Status Load(const Surroundings& around, const Admitted& in,
                  const v1::RegisterOptions& options, const std::string& csv,
                  v1::ImportRegisterResponse& response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Reader> reader,
                   Disclosed(around, in.reader));
  ASSIGN_OR_RETURN(const RegisterOptions how, OptionsFromWire(options));
  ASSIGN_OR_RETURN(const RegisterFile file,
                   ReadRegister(csv, how, reader->survey()));
  response.set_rows(file.rows);
  response.set_duplicates(file.duplicates);

  std::vector<ServerEntry> group;
  for (const RegisterRecord& record : file.records) {
    ASSIGN_OR_RETURN(const RegisterWrites before,
                     WrittenByRegister(record.id, *reader));
    std::optional<ChangeReceived> change =
        ChangeOf(record, before, reader->survey(), around.NowMs());
    if (!change.has_value()) {
      response.set_unchanged(response.unchanged() + 1);
      continue;
    }
    if (before.exists) {
      response.set_changed(response.changed() + 1);
    } else {
      response.set_created(response.created() + 1);
    }
    group.emplace_back(*std::move(change));
    if (group.size() >= kRegisterGroup) {
      RETURN_IF_ERROR(Deliver(around, in, group, response));
    }
  }
  return Deliver(around, in, group, response);
}

// Collects the file message by message, then has a worker load it.
class Upload final : public grpc::ServerReadReactor<v1::ImportRegisterRequest> {
 public:
  Upload(const Surroundings& around, const grpc::ServerContextBase& context,
         v1::ImportRegisterResponse& response)
      : around_(around), context_(context), response_(response) {
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return LoadIt();
    if (absl::Status status = Take(); !status.ok()) {
      Finish(ToGrpc(status));
      return;
    }
    StartRead(&message_);
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Take() {
    if (message_.has_options() != !options_.has_value()) {
      return absl::InvalidArgumentError(
          "options are the first message, and only that");
    }
    if (message_.has_options()) {
      options_ = message_.options();
      return absl::OkStatus();
    }
    const std::string& chunk = message_.chunk();
    if (chunk.size() > kRegisterChunkBytesMax) {
      return absl::InvalidArgumentError(StrCat("a chunk has ", chunk.size(),
                                               " bytes; it may have ",
                                               kRegisterChunkBytesMax));
    }
    if (csv_.size() + chunk.size() > kRegisterBytesMax) {
      return absl::InvalidArgumentError(
          StrCat("the register has over ", kRegisterBytesMax, " bytes"));
    }
    csv_ += chunk;
    return absl::OkStatus();
  }

  // What ends a stream cannot be told from what cuts it: the size can.
  absl::Status CheckComplete() const {
    if (!options_.has_value()) {
      return absl::InvalidArgumentError("options are missing");
    }
    if (options_->file_bytes() != csv_.size()) {
      return absl::InvalidArgumentError(StrCat("the register has ", csv_.size(),
                                               " bytes; file_bytes says ",
                                               options_->file_bytes()));
    }
    return absl::OkStatus();
  }

  void LoadIt() {
    if (absl::Status status = CheckComplete(); !status.ok()) {
      Finish(ToGrpc(status));
      return;
    }
    around_.workers.Do([this] {
      const absl::Status status = LoadIfAllowed();
      around_.log.SayFailure("ImportRegister", status);
      Finish(ToGrpc(status));
    });
  }

  absl::Status LoadIfAllowed() {
    ASSIGN_OR_RETURN(
        const Admitted in,
        Admit(around_, context_, options_->survey(),
              access::Right::kImportRegister, {"ImportRegister", "", ""}));
    return Load(around_, in, *options_, csv_, response_);
  }

  const Surroundings& around_;
  const grpc::ServerContextBase& context_;
  v1::ImportRegisterResponse& response_;
  v1::ImportRegisterRequest message_;
  std::optional<v1::RegisterOptions> options_;
  std::string csv_;
};

}  // namespace

grpc::ServerReadReactor<v1::ImportRegisterRequest>* ReceiveRegister(
    const Surroundings& around, const grpc::ServerContextBase& context,
    v1::ImportRegisterResponse& response) {
  return new Upload(around, context, response);
}

}  // namespace chasqui::server
