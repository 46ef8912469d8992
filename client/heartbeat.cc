#include "client/heartbeat.h"

#include <algorithm>

namespace chasqui::client {
namespace {

using Number = std::optional<std::uint32_t>;

// Room is told by eighths, a battery by fives: not at every exchange.
constexpr std::uint32_t kStorageParts = 8;
constexpr std::uint32_t kBatteryStep = 5;

Number IfFar(const Number& told, const Number& now, std::uint32_t far) {
  if (!now.has_value() || !told.has_value()) return now;
  const std::uint32_t by = std::max(*told, *now) - std::min(*told, *now);
  return by > far ? now : std::nullopt;
}

Number IfOther(const Number& told, const Number& now) {
  return IfFar(told, now, 0);
}

void Take(const Number& news, Number& told) {
  if (news.has_value()) told = news;
}

}  // namespace

Heartbeat Heartbeat::NewsIn(const Heartbeat& now) const {
  Heartbeat news;
  if (now.app != app) news.app = now.app;
  news.unsent = IfOther(unsent, now.unsent);
  // Ages grow by themselves: told with how many they are.
  if (news.unsent.has_value()) {
    news.oldest_unsent_s = IfOther(oldest_unsent_s, now.oldest_unsent_s);
  }
  news.vitals.storage_free_mib =
      IfFar(vitals.storage_free_mib, now.vitals.storage_free_mib,
            vitals.storage_free_mib.value_or(0) / kStorageParts);
  news.vitals.battery_percent = IfFar(
      vitals.battery_percent, now.vitals.battery_percent, kBatteryStep - 1);
  return news;
}

void Heartbeat::Tell(const Heartbeat& news) {
  if (!news.app.empty()) app = news.app;
  Take(news.unsent, unsent);
  Take(news.oldest_unsent_s, oldest_unsent_s);
  Take(news.vitals.storage_free_mib, vitals.storage_free_mib);
  Take(news.vitals.battery_percent, vitals.battery_percent);
}

}  // namespace chasqui::client
