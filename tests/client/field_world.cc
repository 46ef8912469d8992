#include "tests/client/field_world.h"

#include <future>
#include <utility>

#include "client/exchange_wire.h"
#include "server/hand_in.h"
#include "server/starting_file.h"
#include "server/surroundings.h"
#include "storage/catalog.h"
#include "storage/keys.h"
#include "storage/replay.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/form/xform_reader.h"
#include "sync/lineage.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {

SurveyConfig ConfigWithBackup() {
  SurveyConfig config = testing::SchoolConfig();
  config.accepted_is_durable = false;
  return config;
}

FieldWorld::FieldWorld(const SurveyConfig& config)
    : kv_(std::make_unique<storage::MemoryKv>()),
      log_(clock_, nullptr),
      keyring_(*server::Keyring::Open(keys_.path())),
      personal_(keys_.path(), record_keys_),
      workers_(1) {
  CHECK(storage::WriteLayout(*kv_).ok());
  CHECK(server::MakeSurveyKey(keys_.path(), kSurvey).ok());
  storage::CatalogOptions options;
  options.durability = &backed_up_;
  catalog_ = *storage::OpenCatalog(*kv_, clock_, options);
  CHECK(catalog_->Create(kSurvey, config).ok());
  store_ = *catalog_->Find(kSurvey);
  const std::string source = testing::SchoolForm("1");
  auto form = ReadXForm(source, {});
  CHECK(form.ok());
  Append(FormPublished{*std::move(form), source});
}

void FieldWorld::Open() {
  storage::CatalogOptions options;
  options.durability = &backed_up_;
  catalog_ = *storage::OpenCatalog(*kv_, clock_, options);
  store_ = *catalog_->Find(kSurvey);
}

void FieldWorld::Restart() {
  catalog_.reset();
  Open();
}

void FieldWorld::Restore(const storage::MemoryKv& backup) {
  catalog_.reset();
  kv_ = backup.Copy();
  Open();
}

void FieldWorld::Damage(const RecordId& record) {
  const storage::Key key =
      storage::Keys(storage::kOrganisationNumber, 1).Record(record);
  std::string bytes;
  CHECK(*kv_->Get(storage::Space::kRecords, key, bytes));
  // In its name.
  const std::size_t at = bytes.find("school ");
  CHECK(at != std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  auto batch = kv_->NewBatch();
  batch->Put(storage::Space::kRecords, key, bytes);
  CHECK(kv_->Commit(std::move(batch), storage::Sync::kYes).ok());
  Restart();  // nothing of it is in memory any more
}

void FieldWorld::Rebuild() {
  auto rebuilt = std::make_unique<storage::MemoryKv>();
  CHECK(storage::Replay(*kv_, {kSurvey, 1}, *rebuilt).ok());
  CHECK(storage::WriteLayout(*rebuilt).ok());
  Restore(*rebuilt);
}

void FieldWorld::Append(ServerEntry entry) {
  std::vector<ServerEntry> entries;
  entries.push_back(std::move(entry));
  const auto answer = SubmitAndWait(*store_, std::move(entries));
  CHECK(answer.ok());
}

void FieldWorld::Reconfigure(const SurveyConfig& config) {
  Append(ConfigChanged{config});
}

void FieldWorld::Erase(const RecordId& record) {
  CHECK(server::Erase(*store_, kSurvey, {{record, "sani"}}, personal_).ok());
}

std::string FieldWorld::KeyOf(const RecordId& record) {
  const auto keys = personal_.Of(kSurvey);
  CHECK(keys.ok());
  const auto key = (*keys)->Find(record);
  CHECK(key.ok());
  return key->has_value() ? std::string((*key)->view()) : std::string();
}

std::shared_ptr<const Reader> FieldWorld::Read() const {
  return *store_->Snapshot();
}

Position FieldWorld::Head() const {
  const auto reader = Read();
  return {PresentName(reader->survey().lineage), reader->head()};
}

std::uint32_t FieldWorld::Field(std::string_view path) const {
  for (const FieldSchema& field : Read()->survey().schema.fields()) {
    if (field.path == path) return field.number;
  }
  CHECK(false);
  return 0;
}

std::uint32_t FieldWorld::Choice(std::string_view path,
                                 std::string_view code) const {
  return Read()->survey().numbering.ChoiceNumber(Field(path), code).value();
}

std::size_t FieldWorld::LiveWrites(const RecordId& record,
                                   std::string_view path) const {
  const auto found = *Read()->FindRecord(record);
  CHECK(found.has_value());
  const FieldState* const field = found->Find(Field(path));
  return field == nullptr ? 0 : field->live.size();
}

std::string TextIn(const std::vector<FieldState>& fields,
                   std::uint32_t number) {
  for (const FieldState& field : fields) {
    if (field.field != number || field.choice != 0) continue;
    const Value& value = field.value();
    if (value.kind == ValueKind::kInteger) {
      return std::to_string(IntegerOf(value));
    }
    return value.kind == ValueKind::kText ? value.payload : "(no text)";
  }
  return "(absent)";
}

std::string FieldWorld::Shown(const RecordId& record,
                              std::string_view path) const {
  const auto found = *Read()->FindRecord(record);
  if (!found.has_value()) return "(none)";
  return TextIn(found->fields, Field(path));
}

server::Surroundings FieldWorld::Around() {
  server::Surroundings around = {
      *catalog_, authenticator_, clock_,      log_,     contacts_,
      workers_,  budget_,        statistics_, indexes_, keyring_.get()};
  around.personal = &personal_;
  return around;
}

absl::StatusOr<v1::SyncResponse> FieldWorld::Exchange(
    const std::string& device, const v1::SyncRequest& request) {
  const server::Surroundings around = Around();
  v1::SyncResponse response;
  std::promise<absl::Status> done;
  server::ExchangeAndHandIn(
      around, *authenticator_.Standing(device), request, response,
      [&done](absl::Status status) { done.set_value(std::move(status)); });
  const absl::Status status = done.get_future().get();
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::HandInResponse> FieldWorld::HandIn(
    const std::string& sealed) {
  const server::Surroundings around = Around();
  std::promise<absl::StatusOr<v1::HandInResponse>> done;
  server::HandIn(around, sealed,
                 [&done](auto answer) { done.set_value(std::move(answer)); });
  return done.get_future().get();
}

absl::StatusOr<std::string> FieldWorld::MakeStart(const Bucket& bucket) {
  v1::MakeStartingFileRequest request;
  request.set_survey(kSurvey);
  request.mutable_bucket()->set_kind(static_cast<v1::BucketKind>(bucket.kind));
  request.mutable_bucket()->set_name(bucket.name);
  const server::Surroundings around = Around();
  ASSIGN_OR_RETURN(const auto made,
                   server::StartingFile::Begin(around, request, piece_bytes));
  std::string file;
  v1::MakeStartingFileResponse piece;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, made->Next(piece));
    if (!more) return file;
    file += piece.data();
  }
}

std::string FieldWorld::StartOf(const Bucket& bucket) {
  const auto file = MakeStart(bucket);
  CHECK(file.ok());
  return *file;
}

void Link::Send(std::uint64_t id, const Request& request) {
  sent.push_back(request);
  if (!online) {
    arrived.push_back({id, absl::UnavailableError("offline")});
    return;
  }
  // Over the wire, as bytes.
  v1::SyncRequest wire;
  const std::string spelled = RequestToWire(request).SerializeAsString();
  bytes += spelled.size();
  CHECK(wire.ParseFromString(spelled));
  if (news_bytes_max != 0) wire.set_news_bytes_max(news_bytes_max);
  if (on_the_way != nullptr) on_the_way(wire);
  requests.push_back(wire);
  absl::StatusOr<v1::SyncResponse> answer =
      world_.Exchange(request.device, wire);
  absl::StatusOr<Response> read = absl::InternalError("no answer");
  if (!answer.ok()) {
    read = answer.status();
  } else {
    if (on_the_way_back != nullptr) on_the_way_back(*answer);
    bytes += answer->ByteSizeLong();
    responses.push_back(*answer);
    read = ResponseFromWire(*answer, request);
    if (read.ok()) Count(*read);
  }
  if (lose_answers > 0) {
    --lose_answers;
    arrived.push_back({id, absl::UnavailableError("cut")});
    return;
  }
  Completion completion{id, std::move(read), bytes_moved};
  (keep_answers ? kept : arrived).push_back(std::move(completion));
}

void Link::Count(const Response& response) {
  for (const SurveyNews& news : response.surveys) {
    for (const BucketNews& bucket : news.buckets) {
      records += bucket.items.size() + bucket.repairs.size();
    }
  }
}

std::optional<Completion> Link::Poll() {
  if (arrived.empty()) return std::nullopt;
  Completion completion = std::move(arrived.front());
  arrived.pop_front();
  return completion;
}

}  // namespace chasqui::client
