#include "server/surroundings.h"

#include "server/caller_address.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {

void TellWhenToComeAgain(const absl::Status& status,
                         grpc::ServerContextBase& context) {
  const std::int64_t wait_s = RetryAfterS(status);
  if (wait_s > 0) context.AddTrailingMetadata("retry-after", StrCat(wait_s));
}

absl::Status TakeFromDevice(const Surroundings& around,
                            const std::string& device, std::size_t bytes) {
  if (around.limits == nullptr) return absl::OkStatus();
  const std::int64_t now = around.clock.MonotonicMillis();
  RETURN_IF_ERROR(around.limits->Take(CallerKind::kDevice, device, bytes, now));
  return around.limits->Take(CallerKind::kOrganisation, "", bytes, now);
}

absl::Status TakeFromAddress(const Surroundings& around,
                             const grpc::ServerContextBase& context,
                             std::size_t bytes) {
  if (around.limits == nullptr) return absl::OkStatus();
  return around.limits->Take(CallerKind::kAddress,
                             CallerAddress(context, around.behind_proxy), bytes,
                             around.clock.MonotonicMillis());
}

absl::Status AsGuess(const Surroundings& around,
                     const grpc::ServerContextBase& context,
                     absl::FunctionRef<absl::Status()> act) {
  if (around.limits == nullptr) return act();
  RETURN_IF_ERROR(TakeFromAddress(around, context, 0));
  const std::string address = CallerAddress(context, around.behind_proxy);
  // Taken before it is known to be wrong, so that many at once are no more.
  RETURN_IF_ERROR(
      around.limits->TakeGuess(address, around.clock.MonotonicMillis()));
  absl::Status status = act();
  if (!absl::IsUnauthenticated(status)) around.limits->GiveGuess(address);
  return status;
}

}  // namespace chasqui::server
