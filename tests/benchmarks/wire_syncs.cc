#include "tests/benchmarks/wire_syncs.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "client/device.h"
#include "client/grpc_transport.h"
#include "client/memory_store.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"
#include "tests/benchmarks/links/link.h"
#include "tests/benchmarks/load_device.h"
#include "tests/benchmarks/server_process.h"
#include "tests/benchmarks/survey_setup.h"
#include "tests/benchmarks/sync_now.h"
#include "tests/benchmarks/wire_edits.h"
#include "tests/benchmarks/workplace.h"

namespace chasqui::benchmarks {
namespace {

constexpr char kSurvey[] = "census";
constexpr std::size_t kAreas = 1'000;
constexpr std::size_t kBatchesThere = 4;
constexpr std::size_t kRounds = 5;
constexpr std::size_t kRoundSyncs = 4;
constexpr std::size_t kSyncs = kRounds * kRoundSyncs;

// As fast as it gets, without loss: it only counts.
LinkTrace WideOpen() {
  constexpr std::uint32_t kAtOnce = 1 << 20;
  LinkTrace trace;
  trace.name = "wide open";
  trace.length_us = 1'000;
  trace.up = {{0, kAtOnce}};
  trace.down = {{0, kAtOnce}};
  trace.conditions = {{0, 0, 0}};
  return trace;
}

std::string AreaName(std::size_t number) { return StrCat("area", number); }

// Of TCP's contents, both ways, since it began.
std::uint64_t BytesOver(const Link& link) {
  // What the two say after the last answer is part of it.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const LinkCounts counts = link.Counts();
  return counts.up.bytes + counts.down.bytes -
         kSegmentHeaderBytes * (counts.up.packets + counts.down.packets);
}

// What one of kSyncs doings of `sync` takes: the median of kRounds rounds,
// since on a busy machine gRPC says more of its windows.
absl::StatusOr<double> BytesOfEach(
    const Link& link,
    const std::function<absl::Status(std::size_t number)>& sync) {
  std::vector<double> rounds;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::uint64_t before = BytesOver(link);
    for (std::size_t i = 0; i < kRoundSyncs; ++i) {
      RETURN_IF_ERROR(sync(round * kRoundSyncs + i));
    }
    rounds.push_back(static_cast<double>(BytesOver(link) - before) /
                     kRoundSyncs);
  }
  std::sort(rounds.begin(), rounds.end());
  return rounds[kRounds / 2];
}

// The reader's: all areas are theirs.
class Tablet {
 public:
  static absl::StatusOr<std::unique_ptr<Tablet>> Start(
      std::string name, std::unique_ptr<client::NetworkTransport> transport);

  // Creations, as they are in `batch`, of records in one of the areas.
  absl::Status Create(const WireBatch& batch);
  absl::Status Edit(const Change& edit);
  absl::Status Sync() { return SyncNow(*device_, *transport_, clock_); }

 private:
  explicit Tablet(std::unique_ptr<client::NetworkTransport> transport)
      : transport_(std::move(transport)) {}
  client::LocalSurvey& survey() { return *device_->Find(kSurvey); }

  SystemClock clock_;
  client::MemoryStore store_;
  std::unique_ptr<client::NetworkTransport> transport_;
  std::unique_ptr<client::Device> device_;
  std::size_t created_ = 0;
};

absl::StatusOr<std::unique_ptr<Tablet>> Tablet::Start(
    std::string name, std::unique_ptr<client::NetworkTransport> transport) {
  std::unique_ptr<Tablet> tablet(new Tablet(std::move(transport)));
  ASSIGN_OR_RETURN(
      tablet->device_,
      client::Device::Open(std::move(name), tablet->store_, tablet->clock_,
                           tablet->transport_.get(),
                           [] { return std::uint64_t{0}; }));
  RETURN_IF_ERROR(tablet->device_->Join(kSurvey, kReaderName));
  RETURN_IF_ERROR(tablet->Sync());
  return tablet;
}

absl::Status Tablet::Create(const WireBatch& batch) {
  for (const Change& change : batch.changes) {
    ASSIGN_OR_RETURN(client::Editing editing, survey().Create(change.record));
    editing.UseForm(1);
    for (const Op& op : change.ops) {
      if (op.kind == OpKind::kSet && op.at.field >= kFirstFormField) {
        editing.Set(op.at, op.value);
      }
    }
    FieldAddress area;
    area.field = kAreaField;
    editing.Set(area, Value::Text(AreaName(created_++ % kAreas)));
    RETURN_IF_ERROR(survey().Save(editing).status());
  }
  return absl::OkStatus();
}

absl::Status Tablet::Edit(const Change& edit) {
  ASSIGN_OR_RETURN(client::Editing editing, survey().Open(edit.record));
  editing.UseForm(1);
  for (const Op& op : edit.ops) editing.Set(op.at, op.value);
  return survey().Save(editing).status();
}

// What HTTP/2 and gRPC say around a message each way, on a stream that is open.
absl::StatusOr<double> MeasureFraming(const Link& link) {
  const auto stub = v1::SyncService::NewStub(NewConnection(link.address()));
  grpc::ClientContext context;
  context.AddMetadata("chasqui-device", "nobody");
  const auto stream = stub->SyncStream(&context);
  const auto exchange = [&stream](std::size_t) {
    v1::SyncResponse answer;
    return stream->Write(v1::SyncRequest()) && stream->Read(&answer)
               ? absl::OkStatus()
               : absl::UnavailableError("the stream broke");
  };
  RETURN_IF_ERROR(exchange(0));
  ASSIGN_OR_RETURN(const double bytes, BytesOfEach(link, exchange));
  stream->WritesDone();
  RETURN_IF_ERROR(FromGrpc(stream->Finish()));
  return bytes;
}

struct SyncBytes {
  double empty = 0;
  double one_edit = 0;
};

// Of a tablet that is up to date. Each edit is made once.
absl::StatusOr<SyncBytes> MeasureTablet(Tablet& tablet, const Link& link,
                                        const std::vector<Change>& edits) {
  // What comes later than the news, as statistics do, has come by then.
  for (int i = 0; i < 3; ++i) RETURN_IF_ERROR(tablet.Sync());
  SyncBytes bytes;
  ASSIGN_OR_RETURN(bytes.empty, BytesOfEach(link, [&](std::size_t) {
                     return tablet.Sync();
                   }));
  ASSIGN_OR_RETURN(bytes.one_edit,
                   BytesOfEach(link, [&](std::size_t number) -> absl::Status {
                     RETURN_IF_ERROR(tablet.Edit(edits[number]));
                     return tablet.Sync();
                   }));
  return bytes;
}

// Corrections of records in `created`: numbers and choices.
std::vector<Change> EditsOf(const std::set<RecordId>& created,
                            const WireRecords& records, const WireForm& form) {
  std::vector<Change> edits;
  for (Change& edit : MakeWireEdits(records, form, /*texts=*/false).changes) {
    if (created.contains(edit.record)) edits.push_back(std::move(edit));
  }
  return edits;
}

absl::StatusOr<std::unique_ptr<ServerProcess>> StartServer(
    const std::string& directory, const std::string& xform) {
  ASSIGN_OR_RETURN(auto server, ServerProcess::Start(directory));
  std::set<std::string> areas;
  for (std::size_t i = 0; i < kAreas; ++i) areas.insert(AreaName(i));
  ASSIGN_OR_RETURN(const auto config,
                   CensusConfig(CHASQUI_CENSUS_DIR "/survey.json", areas,
                                /*loaders=*/0, /*visitors=*/0));
  RETURN_IF_ERROR(MakeSurvey(server->address(), kSurvey, config, xform));
  return server;
}

}  // namespace

absl::Status MeasureSyncs(const std::string& xform, const WireForm& form,
                          const WireRecords& records, Figures& figures) {
  ASSIGN_OR_RETURN(const auto place, Workplace::In(CHASQUI_BENCHMARK_DIR));
  ASSIGN_OR_RETURN(const auto server, StartServer(place->Path("data"), xform));
  const LinkTrace trace = WideOpen();
  ASSIGN_OR_RETURN(const auto link, StartProxyLink(server->port(), trace, 0));

  ASSIGN_OR_RETURN(const auto tablet,
                   Tablet::Start("tablet", client::NewGrpcTransport(
                                               link->address(), "tablet")));
  std::set<RecordId> created;
  const std::size_t batches = std::min(kBatchesThere, records.tested.size());
  for (std::size_t i = 0; i < batches; ++i) {
    RETURN_IF_ERROR(tablet->Create(records.tested[i]));
    for (const Change& change : records.tested[i].changes) {
      created.insert(change.record);
    }
  }
  RETURN_IF_ERROR(tablet->Sync());
  std::vector<Change> edits = EditsOf(created, records, form);
  if (edits.size() < 2 * kSyncs) {
    return absl::InternalError("there are too few records to be corrected");
  }
  ASSIGN_OR_RETURN(const SyncBytes streamed,
                   MeasureTablet(*tablet, *link, edits));
  edits.erase(edits.begin(), edits.begin() + kSyncs);
  ASSIGN_OR_RETURN(const auto unary_tablet,
                   Tablet::Start("other", client::NewUnaryGrpcTransport(
                                              link->address(), "other")));
  ASSIGN_OR_RETURN(const SyncBytes unary,
                   MeasureTablet(*unary_tablet, *link, edits));
  ASSIGN_OR_RETURN(const double framing, MeasureFraming(*link));

  const std::string how =
      StrCat(kAreas, " buckets, ", created.size(), " records, gRPC, both ways");
  figures.Add({"sync_empty_bytes", streamed.empty, "B", framing, how});
  figures.Add({"sync_one_edit_bytes", streamed.one_edit, "B", framing,
               "the same, a number or choice corrected"});
  figures.Note({"sync_empty_unary", unary.empty, "B", {}, "by a call each"});
  figures.Note(
      {"sync_one_edit_unary", unary.one_edit, "B", {}, "by a call each"});
  return server->End();
}

}  // namespace chasqui::benchmarks
