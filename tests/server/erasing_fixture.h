// Records whose answers are personal, for tests of what erases them.

#ifndef CHASQUI_TESTS_SERVER_ERASING_FIXTURE_H_
#define CHASQUI_TESTS_SERVER_ERASING_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chasqui/v1/record_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/authenticator.h"
#include "server/event_log.h"
#include "server/personal.h"
#include "server/server.h"
#include "storage/catalog.h"
#include "sync/personal/memory_key_store.h"
#include "sync/personal/sealing.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/household_form.h"

namespace chasqui::server {

inline RecordId Numbered(std::uint8_t number) {
  RecordId id;
  id.bytes[15] = number;
  return id;
}

// A survey in memory whose question x is personal.
class ErasingTest : public ::testing::Test {
 protected:
  ErasingTest() {
    CHECK(MakeSurveyKey(directory_.path(), "census").ok());
    SurveyConfig config = testing::HouseholdConfig();
    config.personal = {"x"};
    CHECK(catalog_->Create("census", config).ok());
    std::vector<ServerEntry> form;
    form.emplace_back(FormPublished{testing::HouseholdForm(1), ""});
    CHECK(SubmitAndWait(store(), std::move(form)).ok());
  }

  SurveyStore& store() { return **catalog_->Find("census"); }
  const personal::SurveyKeys& keys() { return **personal_.Of("census"); }

  // A record that the register brings.
  void Bring(std::uint8_t number) {
    Change change;
    change.record = Numbered(number);
    change.creates = true;
    change.form = 1;
    Op area;
    area.at.field = kAreaField;
    area.value = Value::Text("north");
    Op name;
    name.at.field = testing::kX;
    name.value = Value::Text("Ada");
    change.ops = {area, name};
    ChangeReceived received;
    received.by_register = true;
    received.bytes = EncodeChange(change);
    received.counts = {0};
    std::vector<ServerEntry> entries;
    entries.emplace_back(std::move(received));
    const auto reader = *store().Snapshot();
    CHECK(personal::SealEntries(reader->survey(), keys(), entries).ok());
    CHECK(SubmitAndWait(store(), std::move(entries)).ok());
  }
  // What a device sends. Where the log has it.
  Seq Send(const std::string& bytes) {
    Batch batch;
    batch.device = "tablet";
    batch.before = ChainStart("census", "tablet");
    batch.changes.emplace_back().bytes = bytes;
    ReadBatch(batch);
    h_ = batch.changes[0].h;
    const auto reader = *store().Snapshot();
    CHECK(personal::SealBatch(reader->survey(), keys(), batch).ok());
    return SubmitAndWait(store(), std::move(batch))->batch.changes[0].seq;
  }
  // By the log alone: the server goes down before it does the rest.
  void Reject(Seq change) {
    std::vector<ServerEntry> entries;
    entries.emplace_back(QuarantineRejected{change, "olga"});
    CHECK(SubmitAndWait(store(), std::move(entries)).ok());
  }
  // What the device sent last, as it would be read by who may.
  bool CanBeRead() {
    return keys().Find(personal::PlaceOfUnread(h_))->has_value();
  }
  Record RecordOf(std::uint8_t number) {
    return **(*store().Snapshot())->FindRecord(Numbered(number));
  }
  bool HasKey(std::uint8_t number) {
    return keys().Find(Numbered(number))->has_value();
  }

  // Has a server of the survey do it, for olga.
  template <typename Method, typename Request, typename Response>
  grpc::Status Call(Method method, const Request& request, Response& response) {
    MetadataAuthenticator names;
    EventLog log(clock_, nullptr);
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    Hosted hosted{"main", catalog_.get(), &names};
    hosted.personal = &personal_;
    const auto server = Server::Start(options, {hosted}, clock_, log);
    CHECK(server.ok());
    v1::RecordService::Stub stub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string((*server)->port()),
                            grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.AddMetadata("chasqui-person", "olga");
    return (stub.*method)(&context, request, &response);
  }

  testing::FreshDirectory directory_;
  storage::HandClock clock_;
  std::unique_ptr<Catalog> catalog_ = storage::NewMemoryCatalog(clock_, {});
  personal::MemoryKeyStore kept_;
  Personal personal_{directory_.path(), kept_};
  ChainHash h_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_TESTS_SERVER_ERASING_FIXTURE_H_
