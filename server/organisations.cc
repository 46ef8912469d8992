#include "server/organisations.h"

#include <algorithm>

#include "sync/base/str_cat.h"
#include "sync/seal/envelope.h"

namespace chasqui::server {
namespace {

// The first of `all` that `is` it; the first of all if none is.
template <typename Is>
const Surroundings& FirstThat(const std::vector<const Surroundings*>& all,
                              Is is) {
  if (all.size() == 1) return *all.front();
  const auto found = std::find_if(all.begin(), all.end(), is);
  return found == all.end() ? *all.front() : **found;
}

}  // namespace

const Surroundings& Organisations::Of(
    const grpc::ServerContextBase& context) const {
  return FirstThat(all_, [&context](const Surroundings* each) {
    return each->authenticator.Knows(context);
  });
}

const Surroundings& Organisations::OfCode(const std::string& code) const {
  return FirstThat(all_, [&code](const Surroundings* each) {
    return each->organisation != nullptr && each->organisation->HasCode(code);
  });
}

const Surroundings& Organisations::SealedTo(std::string_view unit) const {
  const absl::StatusOr<seal::Outside> outside = seal::Inspect(unit);
  return FirstThat(all_, [&outside](const Surroundings* each) {
    return outside.ok() && each->keyring != nullptr &&
           outside->to ==
               seal::FingerprintOf(each->keyring->own().public_key());
  });
}

absl::StatusOr<const Surroundings*> Organisations::Named(
    std::string_view name) const {
  if (name.empty()) return all_.front();
  for (const Surroundings* const each : all_) {
    if (each->name == name) return each;
  }
  return absl::NotFoundError(StrCat("there is no organisation ", name));
}

}  // namespace chasqui::server
