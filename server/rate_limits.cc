#include "server/rate_limits.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kMsUs = 1'000;
constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
// Between two looks at all callers, when there are too many.
constexpr std::int64_t kSweepUs = kSecondUs;
// By which a status says when to come again.
constexpr char kRetryAfter[] = "chasqui/retry-after-s";

const char* Spoken(CallerKind kind) {
  switch (kind) {
    case CallerKind::kDevice:
      return "a device";
    case CallerKind::kPerson:
      return "a person";
    case CallerKind::kOrganisation:
      return "all callers together";
    case CallerKind::kAddress:
      break;
  }
  return "one address";
}

absl::Status TooMuch(std::string_view what, std::int64_t wait_us) {
  const std::int64_t wait_s =
      std::max<std::int64_t>((wait_us + kSecondUs - 1) / kSecondUs, 1);
  absl::Status status = absl::ResourceExhaustedError(
      StrCat(what, ": try again in ", wait_s, " s"));
  status.SetPayload(kRetryAfter, absl::Cord(StrCat(wait_s)));
  return status;
}

// By how much too early it is for `cost` more; 0 or less: it is not.
std::int64_t TooEarlyUs(Rate rate, std::int64_t cost, std::int64_t full_us,
                        std::int64_t now_us) {
  if (rate.per_s == 0) return 0;
  // What costs more than a burst waits for a full bucket, and not for ever.
  const std::int64_t counted = std::min(cost, rate.burst);
  return std::max(full_us, now_us) - now_us +
         (counted - rate.burst) * kSecondUs / rate.per_s;
}

void Fill(Rate rate, std::int64_t cost, std::int64_t now_us,
          std::int64_t& full_us) {
  if (rate.per_s == 0) return;
  full_us = std::max(full_us, now_us) + cost * kSecondUs / rate.per_s;
}

}  // namespace

const CallerLimits& RateLimits::LimitsOf(CallerKind kind) const {
  switch (kind) {
    case CallerKind::kDevice:
      return options_.device;
    case CallerKind::kPerson:
      return options_.person;
    case CallerKind::kOrganisation:
      return options_.organisation;
    case CallerKind::kAddress:
      break;
  }
  return options_.address;
}

RateLimits::Taken& RateLimits::Of(CallerKind kind, std::string_view name,
                                  std::int64_t now_us) {
  Key key(kind, std::string(name));
  const auto known = taken_.find(key);
  if (known != taken_.end()) return known->second;
  if (taken_.size() >= kCallersMax && now_us - swept_us_ >= kSweepUs) {
    swept_us_ = now_us;
    std::erase_if(taken_, [now_us](const auto& each) {
      const Taken& taken = each.second;
      return taken.streams == 0 &&
             std::max({taken.requests_full_us, taken.bytes_full_us,
                       taken.guesses_full_us}) <= now_us;
    });
  }
  if (taken_.size() >= kCallersMax) return others_[kind];
  return taken_[std::move(key)];
}

absl::Status RateLimits::Take(CallerKind kind, std::string_view name,
                              std::size_t bytes, std::int64_t now_ms) {
  const CallerLimits& limits = LimitsOf(kind);
  const std::int64_t now_us = now_ms * kMsUs;
  const auto size = static_cast<std::int64_t>(bytes);
  const MutexLock lock(mutex_);
  Taken& taken = Of(kind, name, now_us);
  if (const std::int64_t early =
          TooEarlyUs(limits.requests, 1, taken.requests_full_us, now_us);
      early > 0) {
    return TooMuch(StrCat(Spoken(kind), " may make ", limits.requests.per_s,
                          " requests a second"),
                   early);
  }
  if (const std::int64_t early =
          TooEarlyUs(limits.bytes, size, taken.bytes_full_us, now_us);
      early > 0) {
    return TooMuch(StrCat(Spoken(kind), " may send ", limits.bytes.per_s,
                          " bytes a second"),
                   early);
  }
  Fill(limits.requests, 1, now_us, taken.requests_full_us);
  Fill(limits.bytes, size, now_us, taken.bytes_full_us);
  return absl::OkStatus();
}

absl::Status RateLimits::Open(CallerKind kind, std::string_view name) {
  const std::int64_t most = LimitsOf(kind).streams;
  const MutexLock lock(mutex_);
  // Whether others are full is not looked at: a stream is counted in any case.
  Taken& taken = taken_[Key(kind, std::string(name))];
  if (most != 0 && taken.streams >= most) {
    return TooMuch(
        StrCat(Spoken(kind), " may have ", most, " streams open at a time"), 0);
  }
  ++taken.streams;
  return absl::OkStatus();
}

void RateLimits::Close(CallerKind kind, std::string_view name) {
  const MutexLock lock(mutex_);
  const auto known = taken_.find(Key(kind, std::string(name)));
  if (known != taken_.end() && known->second.streams > 0) {
    --known->second.streams;
  }
}

absl::Status RateLimits::TakeGuess(std::string_view address,
                                   std::int64_t now_ms) {
  if (options_.guesses_per_minute == 0) return absl::OkStatus();
  const std::int64_t one_us = kMinuteUs / options_.guesses_per_minute;
  const std::int64_t now_us = now_ms * kMsUs;
  const MutexLock lock(mutex_);
  std::int64_t& full_us =
      Of(CallerKind::kAddress, address, now_us).guesses_full_us;
  const std::int64_t next_us = std::max(full_us, now_us) + one_us;
  if (next_us - now_us > kMinuteUs) {
    return TooMuch(StrCat("too many codes and passwords from your address were "
                          "wrong; ",
                          options_.guesses_per_minute, " a minute may be"),
                   next_us - now_us - kMinuteUs);
  }
  full_us = next_us;
  return absl::OkStatus();
}

void RateLimits::GiveGuess(std::string_view address) {
  if (options_.guesses_per_minute == 0) return;
  const MutexLock lock(mutex_);
  const auto known =
      taken_.find(Key(CallerKind::kAddress, std::string(address)));
  if (known == taken_.end()) return;
  known->second.guesses_full_us -= kMinuteUs / options_.guesses_per_minute;
}

std::int64_t RetryAfterS(const absl::Status& status) {
  const auto told = status.GetPayload(kRetryAfter);
  std::int64_t wait_s = 0;
  if (!told.has_value() || !absl::SimpleAtoi(std::string(*told), &wait_s)) {
    return 0;
  }
  return wait_s;
}

}  // namespace chasqui::server
