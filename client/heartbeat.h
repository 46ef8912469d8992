// How a device is, as it tells the server with an exchange: of what it told
// before, only what has become another.

#ifndef CHASQUI_CLIENT_HEARTBEAT_H_
#define CHASQUI_CLIENT_HEARTBEAT_H_

#include <cstdint>
#include <optional>
#include <string>

namespace chasqui::client {

// Of the machine that it runs on. What is not known is absent.
struct Vitals {
  std::optional<std::uint32_t> storage_free_mib;
  std::optional<std::uint32_t> battery_percent;
};

struct Heartbeat {
  std::string app;  // empty: as told
  std::optional<std::uint32_t> unsent;
  std::optional<std::uint32_t> oldest_unsent_s;
  Vitals vitals;

  // Of `now`, what is worth telling to whoever was told this; and that is told
  // from then on.
  Heartbeat NewsIn(const Heartbeat& now) const;
  void Tell(const Heartbeat& news);

  bool empty() const {
    return app.empty() && !unsent.has_value() && !oldest_unsent_s.has_value() &&
           !vitals.storage_free_mib.has_value() &&
           !vitals.battery_percent.has_value();
  }
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_HEARTBEAT_H_
