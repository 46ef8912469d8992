// Answers that come piece by piece, for as long as there are any.

#ifndef CHASQUI_SERVER_PIECES_H_
#define CHASQUI_SERVER_PIECES_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"
#include "server/surroundings.h"

namespace chasqui::server {

// Makes a piece when the one before has been sent: memory stays bounded by the
// pace of whoever receives. Deletes itself.
template <typename Response, typename Source>
class PieceSender final : public grpc::ServerWriteReactor<Response> {
 public:
  template <typename Begin>
  PieceSender(const Surroundings& around, const char* call, Begin begin)
      : around_(around), call_(call) {
    around_.workers.Do([this, begin = std::move(begin)] {
      absl::StatusOr<std::unique_ptr<Source>> begun = begin();
      if (!begun.ok()) return Fail(begun.status());
      source_ = *std::move(begun);
      SendNext();
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::CANCELLED);
    around_.workers.Do([this] { SendNext(); });
  }
  void OnDone() override { delete this; }

 private:
  void SendNext() {
    const absl::StatusOr<bool> made = source_->Next(response_);
    if (!made.ok()) return Fail(made.status());
    if (!*made) return this->Finish(grpc::Status::OK);
    this->StartWrite(&response_);
  }

  void Fail(const absl::Status& status) {
    around_.log.SayFailure(call_, status);
    this->Finish(ToGrpc(status));
  }

  const Surroundings& around_;
  const char* const call_;
  std::unique_ptr<Source> source_;
  Response response_;
};

// Has a call answered by what `begin` makes, an absl::StatusOr of a unique_ptr
// to a source: its Next(Response&) fills in a piece and returns true, or false
// when there are no more, or an error. All on worker threads.
template <typename Response, typename Begin>
grpc::ServerWriteReactor<Response>* SendPieces(const Surroundings& around,
                                               const char* call, Begin begin) {
  using Source = typename decltype(begin())::value_type::element_type;
  return new PieceSender<Response, Source>(around, call, std::move(begin));
}

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PIECES_H_
