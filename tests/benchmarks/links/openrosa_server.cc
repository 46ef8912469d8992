#include "tests/benchmarks/links/openrosa_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "connect/gzip.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

// A server that waits for long: it is the client that gives up.
constexpr int kServerIdleSeconds = 600;
// Below, compressing does not pay (nginx of ODK Central: gzip_min_length).
constexpr std::size_t kGzipBytesMin = 1'280;

constexpr char kFormListHead[] =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<xforms xmlns="http://openrosa.org/xforms/xformsList"><xform><formID>nmis_education</formID><name>School census</name><version>)";
constexpr char kFormListTail[] =
    R"(<downloadUrl>/forms/census</downloadUrl><manifestUrl>/manifest</manifestUrl></xform></xforms>)";
constexpr char kTaken[] =
    R"(<OpenRosaResponse xmlns="http://openrosa.org/http/response" items="0"><message nature="submit_success">full submission upload was successful!</message></OpenRosaResponse>)";

// What is in the one part of a multipart body: between the first empty line and
// the last boundary.
std::string_view OnlyPart(std::string_view multipart) {
  constexpr std::string_view kEmptyLine = "\r\n\r\n";
  const std::size_t from = multipart.find(kEmptyLine);
  const std::size_t to = multipart.rfind("\r\n--");
  if (from == std::string_view::npos || to == std::string_view::npos ||
      to < from + kEmptyLine.size()) {
    return {};
  }
  return multipart.substr(from + kEmptyLine.size(),
                          to - from - kEmptyLine.size());
}

}  // namespace

OpenRosaServer::Serving::Serving(int socket)
    : connection(socket, kServerIdleSeconds) {}

OpenRosaServer::OpenRosaServer(std::string xform, ListedRecords records)
    : xform_(std::move(xform)), records_(std::move(records)) {}

absl::StatusOr<std::unique_ptr<OpenRosaServer>> OpenRosaServer::Start(
    std::string xform, ListedRecords records) {
  std::unique_ptr<OpenRosaServer> server(
      new OpenRosaServer(std::move(xform), std::move(records)));
  server->listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof at;
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  constexpr int kWaiting = 16;
  if (server->listening_ < 0 || bind(server->listening_, address, size) != 0 ||
      listen(server->listening_, kWaiting) != 0 ||
      getsockname(server->listening_, address, &size) != 0) {
    return absl::UnavailableError("the OpenRosa server cannot listen");
  }
  server->port_ = ntohs(at.sin_port);
  server->accepting_ = std::thread([s = server.get()] { s->Accept(); });
  return server;
}

OpenRosaServer::~OpenRosaServer() {
  {
    const MutexLock lock(mutex_);
    ending_ = true;
    for (Serving& serving : servings_) serving.connection.Break();
  }
  shutdown(listening_, SHUT_RDWR);
  if (accepting_.joinable()) accepting_.join();
  std::list<Serving> servings;
  {
    const MutexLock lock(mutex_);
    servings.swap(servings_);
  }
  for (Serving& serving : servings) serving.thread.join();
  if (listening_ >= 0) close(listening_);
}

void OpenRosaServer::Accept() {
  for (;;) {
    const int socket = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const MutexLock lock(mutex_);
    Serving& serving = servings_.emplace_back(socket);
    if (ending_) serving.connection.Break();
    serving.thread = std::thread(
        [this, connection = &serving.connection] { Serve(*connection); });
  }
}

void OpenRosaServer::Serve(HttpConnection& connection) {
  for (;;) {
    const auto request = connection.Read();
    if (!request.ok()) break;
    Answer answer = Respond(*request);
    std::string headers =
        StrCat("X-OpenRosa-Version: 1.0\r\nServer: nginx\r\nContent-Type: ",
               answer.type, "\r\n", answer.extra);
    if (answer.body.size() >= kGzipBytesMin &&
        request->Header("accept-encoding") == "gzip") {
      answer.body = connect::Gzip(answer.body);
      headers += "Content-Encoding: gzip\r\n";
    }
    if (!connection
             .Write(StrCat("HTTP/1.1 ", answer.status), headers, answer.body,
                    answer.bodiless)
             .ok()) {
      break;
    }
  }
  connection.Break();
}

OpenRosaServer::Answer OpenRosaServer::Respond(const HttpMessage& request) {
  const std::string_view method =
      std::string_view(request.start).substr(0, request.start.find(' '));
  if (method == "GET") return Get(request.Second());
  if (method == "POST") return Take(OnlyPart(request.body));
  Answer answer;
  answer.status = "204 No Content";
  answer.extra =
      StrCat("Location: http://", request.Header("host"),
             "/submission\r\nX-OpenRosa-Accept-Content-Length: 100000000\r\n");
  answer.bodiless = true;
  return answer;
}

const std::string& OpenRosaServer::List() {
  if (list_.empty()) list_ = WriteList(records_);
  return list_;
}

OpenRosaServer::Answer OpenRosaServer::Get(std::string_view target) {
  const MutexLock lock(mutex_);
  Answer answer;
  if (target == "/formList") {
    answer.body = StrCat(std::string_view(kFormListHead), VersionOf(xform_),
                         "</version><hash>md5:", HashText(xform_), "</hash>",
                         std::string_view(kFormListTail));
  } else if (target == "/forms/census") {
    answer.body = xform_;
  } else if (target == "/manifest") {
    answer.body = StrCat(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest "
        "xmlns=\"http://openrosa.org/xforms/xformsManifest\"><mediaFile "
        "type=\"entityList\"><filename>village.csv</filename><hash>md5:",
        HashText(List()),
        "</hash><downloadUrl>/list.csv</downloadUrl></mediaFile></manifest>");
  } else if (target == "/list.csv") {
    answer.type = "text/csv; charset=utf-8";
    answer.body = List();
  } else {
    answer.status = "404 Not Found";
  }
  return answer;
}

OpenRosaServer::Answer OpenRosaServer::Take(std::string_view multipart) {
  Answer answer;
  auto submission = ReadSubmission(multipart);
  if (!submission.ok()) {
    answer.status = "400 Bad Request";
    return answer;
  }
  answer.status = "201 Created";
  answer.body = kTaken;
  const MutexLock lock(mutex_);
  if (!instances_.insert(submission->instance).second) return answer;
  const bool known = records_.contains(submission->record);
  ListedRecord& record = records_[submission->record];
  if (known) ++record.version;
  for (auto& [path, text] : submission->answers) {
    record.answers[path] = std::move(text);
  }
  list_.clear();
  return answer;
}

void OpenRosaServer::Publish(std::string xform) {
  const MutexLock lock(mutex_);
  xform_ = std::move(xform);
}

ListedRecords OpenRosaServer::Records() const {
  const MutexLock lock(mutex_);
  return records_;
}

std::size_t OpenRosaServer::CountSubmissions() const {
  const MutexLock lock(mutex_);
  return instances_.size();
}

}  // namespace chasqui::benchmarks
