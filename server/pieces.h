// Answers that come piece by piece, for as long as there are any.

#ifndef CHASQUI_SERVER_PIECES_H_
#define CHASQUI_SERVER_PIECES_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"
#include "server/surroundings.h"

namespace chasqui::server {

// Makes a piece while the one before is sent, and none before that: memory
// stays bounded by the pace of whoever receives. Deletes itself.
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
      Make();
    });
  }

  void OnWriteDone(bool ok) override {
    sent_ = ok;
    Arrive();
  }
  void OnDone() override { delete this; }

 private:
  void Make() {
    made_ = source_->Next(pieces_[next_]);
    Arrive();
  }

  // Of two, that the next piece is made and the one before sent, whichever
  // comes last goes on. So nothing is made when the call is finished, and what
  // the other has written is seen.
  void Arrive() {
    if (awaited_.fetch_sub(1) == 1) Send();
  }

  void Send() {
    if (!sent_) return this->Finish(grpc::Status::CANCELLED);
    if (!made_.ok()) return Fail(made_.status());
    if (!*made_) return this->Finish(grpc::Status::OK);
    Response& piece = pieces_[next_];
    next_ = 1 - next_;
    awaited_ = 2;
    this->StartWrite(&piece);
    around_.workers.Do([this] { Make(); });
  }

  void Fail(const absl::Status& status) {
    around_.log.SayFailure(call_, status);
    this->Finish(ToGrpc(status));
  }

  const Surroundings& around_;
  const char* const call_;
  std::unique_ptr<Source> source_;
  Response pieces_[2];
  std::size_t next_ = 0;  // the one to be made
  absl::StatusOr<bool> made_ = false;
  bool sent_ = true;
  std::atomic<int> awaited_ = 1;  // before the first there is none to be sent
};

// Has a call answered by what `begin` makes, an absl::StatusOr of a unique_ptr
// to a source: its Next(Response&) makes a piece of what may be an earlier one
// and returns true, or false when there are no more, or an error. All on worker
// threads, one after the other.
template <typename Response, typename Begin>
grpc::ServerWriteReactor<Response>* SendPieces(const Surroundings& around,
                                               const char* call, Begin begin) {
  using Source = typename decltype(begin())::value_type::element_type;
  return new PieceSender<Response, Source>(around, call, std::move(begin));
}

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PIECES_H_
