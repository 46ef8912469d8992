// What services are given: they hold no state of their own.

#ifndef CHASQUI_SERVER_SURROUNDINGS_H_
#define CHASQUI_SERVER_SURROUNDINGS_H_

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/access/organisation.h"
#include "server/authenticator.h"
#include "server/bucket_indexes.h"
#include "server/byte_budget.h"
#include "server/contacts.h"
#include "server/errors.h"
#include "server/event_log.h"
#include "server/keyring.h"
#include "server/personal.h"
#include "server/statistics_shelf.h"
#include "server/workers.h"
#include "sync/base/clock.h"
#include "sync/store.h"

namespace chasqui::server {

// All outlive every service.
struct Surroundings {
  Catalog& catalog;
  const Authenticator& authenticator;
  Clock& clock;
  EventLog& log;
  Contacts& contacts;
  Workers& workers;
  ByteBudget& budget;
  StatisticsShelf& statistics;
  BucketIndexes& indexes;
  Keyring* keyring = nullptr;                    // null: nothing is sealed here
  access::Organisation* organisation = nullptr;  // null: names are all there is
  Personal* personal = nullptr;  // null: no survey may have personal fields

  std::int64_t NowMs() const { return absl::ToUnixMillis(clock.Now()); }
};

// Has a unary call answered by `handle`, a function that fills the response
// and returns an absl::Status, on a worker thread. gRPC keeps context, request
// and response until Finish.
template <typename Handle>
grpc::ServerUnaryReactor* Answer(const Surroundings& around, const char* call,
                                 grpc::CallbackServerContext* context,
                                 Handle handle) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  around.workers.Do([&around, call, reactor, handle = std::move(handle)] {
    const absl::Status status = handle();
    around.log.SayFailure(call, status);
    reactor->Finish(ToGrpc(status));
  });
  return reactor;
}

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SURROUNDINGS_H_
