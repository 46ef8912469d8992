// What services are given: they hold no state of their own.

#ifndef CHASQUI_SERVER_SURROUNDINGS_H_
#define CHASQUI_SERVER_SURROUNDINGS_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/access/contacts.h"
#include "server/access/organisation.h"
#include "server/authenticator.h"
#include "server/bucket_indexes.h"
#include "server/byte_budget.h"
#include "server/errors.h"
#include "server/event_log.h"
#include "server/keyring.h"
#include "server/personal.h"
#include "server/rate_limits.h"
#include "server/statistics_shelf.h"
#include "server/workers.h"
#include "sync/base/clock.h"
#include "sync/store.h"

namespace chasqui::server {

// Of one organisation. All outlive every service.
struct Surroundings {
  Catalog& catalog;
  const Authenticator& authenticator;
  Clock& clock;
  EventLog& log;
  access::Contacts& contacts;
  Workers& workers;
  ByteBudget& budget;
  StatisticsShelf& statistics;
  BucketIndexes& indexes;
  Keyring* keyring = nullptr;                    // null: nothing is sealed here
  access::Organisation* organisation = nullptr;  // null: names are all there is
  std::string name = "main";                     // of the organisation
  RateLimits* limits = nullptr;                  // null: there are none
  bool behind_proxy = false;     // which says from where a call comes
  Personal* personal = nullptr;  // null: no survey may have personal fields

  std::int64_t NowMs() const { return absl::ToUnixMillis(clock.Now()); }
};

// Where `status` says that it was too much, puts the seconds to wait into the
// trailer `retry-after`.
void TellWhenToComeAgain(const absl::Status& status,
                         grpc::ServerContextBase& context);

// Takes one request of so many bytes from what a device may make, and from what
// all may. ResourceExhausted.
absl::Status TakeFromDevice(const Surroundings& around,
                            const std::string& device, std::size_t bytes);
// Likewise of a call by somebody who is not let in.
absl::Status TakeFromAddress(const Surroundings& around,
                             const grpc::ServerContextBase& context,
                             std::size_t bytes);

// A try to come in, by `act`, which says Unauthenticated where it was wrong: of
// those one address has so many a minute. ResourceExhausted.
absl::Status AsGuess(const Surroundings& around,
                     const grpc::ServerContextBase& context,
                     absl::FunctionRef<absl::Status()> act);

// Has a unary call answered by `handle`, a function that fills the response
// and returns an absl::Status, on a worker thread. gRPC keeps context, request
// and response until Finish.
template <typename Handle>
grpc::ServerUnaryReactor* Answer(const Surroundings& around, const char* call,
                                 grpc::CallbackServerContext* context,
                                 Handle handle) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  around.workers.Do(
      [&around, call, context, reactor, handle = std::move(handle)] {
        const absl::Status status = handle();
        around.log.SayFailure(call, status);
        TellWhenToComeAgain(status, *context);
        reactor->Finish(ToGrpc(status));
      });
  return reactor;
}

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SURROUNDINGS_H_
