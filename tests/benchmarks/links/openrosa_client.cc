// What ODK Collect does, as far as bytes and round trips go, where its source
// (getodk/collect: InstanceServerUploader, OkHttpOpenRosaServerClientProvider,
// ServerFormsDetailsFetcher) leaves a choice always the one that makes it look
// better:
//
//   uploads    a HEAD once a session (its answer has a Location, which is
//   kept),
//              then a multipart POST of XML for each filled form, one after the
//              other on one kept connection
//   news       the form list; the form if its hash changed; the manifest; the
//              whole list of entities if its hash changed
//   timeouts   30 s to connect, 60 s in which nothing moves
//   retries    what failed is tried again after a wait as ours, going on with
//              the first that was not acknowledged (Collect leaves it to a
//              person, or to a job that waits longer)
//
// Not played: TLS, digest authentication (a second request for the first), the
// headers that servers add for browsers.

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>
#include <utility>

#include "client/device.h"
#include "connect/gzip.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/day_client.h"
#include "tests/benchmarks/links/http_messages.h"
#include "tests/benchmarks/links/openrosa_documents.h"

namespace chasqui::benchmarks {
namespace {

constexpr int kConnectSeconds = 30;
constexpr int kClientIdleSeconds = 60;
constexpr char kClientHeaders[] =
    "User-Agent: org.odk.collect.android/v2024.3.0 Dalvik/2.1.0\r\n"
    "X-OpenRosa-Version: 1.0\r\n"
    "Date: Wed, 02 Apr 2014 10:30:00 GMT\r\n"
    "Accept-Encoding: gzip\r\n"
    "Connection: Keep-Alive\r\n";
constexpr char kBoundary[] = "3e1f6f4c-6f0e-4a5e-9d51-0d9b6a2f6d3b";

using SteadyTime = std::chrono::steady_clock;

double SecondsSince(SteadyTime::time_point began) {
  return std::chrono::duration<double>(SteadyTime::now() - began).count();
}

// As a device of ours waits after so many failures in a row (client/device.h),
// so that neither is better for its patience alone; what is drawn there between
// half and all is the average here.
std::int64_t PauseMs(std::uint32_t failures) {
  constexpr std::uint32_t kDoublingsMax = 7;
  const std::int64_t full =
      std::min(client::kBackoffFirstMs << std::min(failures, kDoublingsMax),
               client::kBackoffMaxMs);
  return full * 3 / 4;
}

class OpenRosaClient final : public DayClient {
 public:
  explicit OpenRosaClient(std::string address) : address_(std::move(address)) {}

  absl::Status Save(const std::vector<client::WrittenSave>& saves) override;
  absl::StatusOr<SyncReport> Sync() override;
  absl::StatusOr<std::size_t> CountRecords() override {
    return records_.size();
  }

 private:
  absl::StatusOr<HttpMessage> Call(std::string_view method,
                                   std::string_view target,
                                   std::string_view headers,
                                   std::string_view body);
  absl::StatusOr<std::string> Get(std::string_view target);
  absl::Status Upload();
  absl::Status FetchNews();
  // What is left to do, until it breaks.
  absl::Status Go(SteadyTime::time_point began);

  const std::string address_;
  std::string xform_;
  std::string form_hash_;
  std::string list_hash_;
  ListedRecords records_;
  std::deque<std::string> outbox_;  // submissions as XML
  std::uint64_t instances_ = 0;

  // Of the present sync.
  std::unique_ptr<HttpConnection> connection_;
  bool asked_where_ = false;
  SyncReport report_;
};

absl::Status OpenRosaClient::Save(
    const std::vector<client::WrittenSave>& saves) {
  const std::string version = VersionOf(xform_);
  for (const client::WrittenSave& save : saves) {
    Submission submission;
    // Its own name: a hash of what it is the how-many-th of.
    const ChainHash named =
        ChainNext(ChainHash{}, StrCat(kDayDevice, " ", ++instances_));
    submission.instance.bytes = named.bytes;
    submission.record = save.record;
    submission.creates = save.kind == client::SaveKind::kCreate;
    // The client's copy shows its own edits at once, and a form sends all of
    // it.
    ListedRecord& record = records_[save.record];
    submission.base_version = record.version;
    for (const auto& [path, text] : save.set) {
      record.answers[path] = text.value_or("");
    }
    submission.answers = record.answers;
    outbox_.push_back(WriteSubmission(submission, version));
  }
  return absl::OkStatus();
}

absl::StatusOr<HttpMessage> OpenRosaClient::Call(std::string_view method,
                                                 std::string_view target,
                                                 std::string_view headers,
                                                 std::string_view body) {
  ++report_.attempts;
  if (connection_ == nullptr) {
    ASSIGN_OR_RETURN(const int socket, ConnectTo(address_, kConnectSeconds));
    connection_ = std::make_unique<HttpConnection>(socket, kClientIdleSeconds);
  }
  report_.bytes_up += body.size();
  RETURN_IF_ERROR(
      connection_->Write(StrCat(method, " ", target, " HTTP/1.1"),
                         StrCat("Host: ", address_, "\r\n",
                                std::string_view(kClientHeaders), headers),
                         body, /*bodiless=*/true));
  ASSIGN_OR_RETURN(HttpMessage answer, connection_->Read(method == "HEAD"));
  ++report_.round_trips;
  report_.bytes_down += answer.body.size();
  if (answer.Second().empty() || answer.Second().front() != '2') {
    return absl::InternalError(
        StrCat(method, " ", target, " is answered: ", answer.start));
  }
  return answer;
}

absl::StatusOr<std::string> OpenRosaClient::Get(std::string_view target) {
  ASSIGN_OR_RETURN(HttpMessage answer, Call("GET", target, "", ""));
  if (answer.Header("content-encoding") != "gzip") {
    return std::move(answer.body);
  }
  return connect::Gunzip(answer.body, kHttpBodyBytesMax);
}

absl::Status OpenRosaClient::Upload() {
  if (!asked_where_) {
    RETURN_IF_ERROR(
        Call("HEAD", StrCat("/submission?deviceID=", kDayDevice), "", "")
            .status());
    asked_where_ = true;
  }
  const std::string& xml = outbox_.front();
  const std::string body = StrCat(
      "--", kBoundary,
      "\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; "
      "filename=\"School census.xml\"\r\nContent-Type: text/xml; "
      "charset=utf-8\r\nContent-Length: ",
      xml.size(), "\r\n\r\n", xml, "\r\n--", kBoundary, "--\r\n");
  RETURN_IF_ERROR(Call("POST", StrCat("/submission?deviceID=", kDayDevice),
                       StrCat("Content-Type: multipart/form-data; boundary=",
                              kBoundary, "\r\n"),
                       body)
                      .status());
  outbox_.pop_front();
  return absl::OkStatus();
}

absl::Status OpenRosaClient::FetchNews() {
  ASSIGN_OR_RETURN(const std::string forms, Get("/formList"));
  const std::string form_hash = ElementText(forms, "hash");
  if (form_hash != form_hash_) {
    ASSIGN_OR_RETURN(xform_, Get("/forms/census"));
    form_hash_ = form_hash;
  }
  ASSIGN_OR_RETURN(const std::string manifest, Get("/manifest"));
  const std::string list_hash = ElementText(manifest, "hash");
  if (list_hash == list_hash_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string csv, Get("/list.csv"));
  ASSIGN_OR_RETURN(records_, ReadList(csv));
  list_hash_ = list_hash;
  return absl::OkStatus();
}

absl::Status OpenRosaClient::Go(SteadyTime::time_point began) {
  while (!outbox_.empty()) RETURN_IF_ERROR(Upload());
  if (report_.emptied_seconds == 0) {
    report_.emptied_seconds = SecondsSince(began);
  }
  return FetchNews();
}

absl::StatusOr<SyncReport> OpenRosaClient::Sync() {
  const auto began = SteadyTime::now();
  report_ = {};
  asked_where_ = false;
  std::uint32_t failures = 0;
  std::uint64_t answered = 0;
  for (;;) {
    const absl::Status status = Go(began);
    if (status.ok()) break;
    connection_.reset();
    if (!absl::IsUnavailable(status) && !absl::IsOutOfRange(status)) {
      return status;
    }
    if (SecondsSince(began) > static_cast<double>(kSyncSecondsMax)) {
      return absl::DeadlineExceededError(
          StrCat("a sync took more than ", kSyncSecondsMax,
                 " s; last: ", StdView(status.message())));
    }
    // An answer in between ends a row of failures.
    if (report_.round_trips != answered) failures = 0;
    answered = report_.round_trips;
    std::this_thread::sleep_for(std::chrono::milliseconds(PauseMs(failures)));
    ++failures;
  }
  connection_.reset();
  report_.seconds = SecondsSince(began);
  return report_;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DayClient>> NewOpenRosaClient(
    const std::string& address) {
  return std::make_unique<OpenRosaClient>(address);
}

}  // namespace chasqui::benchmarks
