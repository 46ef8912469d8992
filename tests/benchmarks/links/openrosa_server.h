// An OpenRosa server with one form and one list of entities, as ODK Central
// serves them, over plain HTTP/1.1:
//
//   GET  /formList         what there is, by hash
//   GET  /forms/census     the form
//   GET  /manifest         its list, by hash
//   GET  /list.csv         the whole of it
//   HEAD /submission       where to send
//   POST /submission       one filled form; the same twice is one
//
// What can be compressed is, for who accepts it: Central's nginx does.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_OPENROSA_SERVER_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_OPENROSA_SERVER_H_

#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "sync/base/mutex.h"
#include "tests/benchmarks/links/http_messages.h"
#include "tests/benchmarks/links/openrosa_documents.h"

namespace chasqui::benchmarks {

// Thread-safe. A thread for each connection, of which there are few.
class OpenRosaServer {
 public:
  // On any address, on a port that is free.
  static absl::StatusOr<std::unique_ptr<OpenRosaServer>> Start(
      std::string xform, ListedRecords records);
  ~OpenRosaServer();

  std::uint16_t port() const { return port_; }
  void Publish(std::string xform);
  ListedRecords Records() const;
  // Filled forms taken, each once.
  std::size_t CountSubmissions() const;

 private:
  struct Answer {
    std::string_view status = "200 OK";
    std::string_view type = "text/xml; charset=utf-8";
    std::string extra;  // headers
    std::string body;
    bool bodiless = false;
  };
  struct Serving {
    explicit Serving(int socket);
    HttpConnection connection;
    std::thread thread;
  };

  OpenRosaServer(std::string xform, ListedRecords records);
  void Accept();
  void Serve(HttpConnection& connection);
  Answer Respond(const HttpMessage& request);
  Answer Get(std::string_view target);
  Answer Take(std::string_view multipart);
  const std::string& List() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::thread accepting_;

  mutable Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Serving> servings_ ABSL_GUARDED_BY(mutex_);
  std::string xform_ ABSL_GUARDED_BY(mutex_);
  ListedRecords records_ ABSL_GUARDED_BY(mutex_);
  std::string list_ ABSL_GUARDED_BY(mutex_);  // empty: to be written anew
  std::set<RecordId> instances_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_OPENROSA_SERVER_H_
