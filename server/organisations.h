// The organisations that one server serves. They share the machine, and nothing
// else: each has surveys, members, keys and journal of its own.

#ifndef CHASQUI_SERVER_ORGANISATIONS_H_
#define CHASQUI_SERVER_ORGANISATIONS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "server/surroundings.h"

namespace chasqui::server {

// To find whose a call is, each is asked whether it gave out what is shown.
inline constexpr std::size_t kOrganisationsMax = 64;

// Immutable; thread-safe.
class Organisations {
 public:
  // All outlive it. REQUIRES: there is one.
  explicit Organisations(std::vector<const Surroundings*> all)
      : all_(std::move(all)) {}

  // The one that gave out what the call shows; the first if none did.
  const Surroundings& Of(const grpc::ServerContextBase& context) const;
  // The one that gave out the code; the first if none did.
  const Surroundings& OfCode(const std::string& code) const;
  // The one that `unit` is sealed to; the first if to none.
  const Surroundings& SealedTo(std::string_view unit) const;
  // By name; empty: the first. NotFound.
  absl::StatusOr<const Surroundings*> Named(std::string_view name) const;

 private:
  const std::vector<const Surroundings*> all_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ORGANISATIONS_H_
