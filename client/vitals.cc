#include "client/vitals.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace chasqui::client {

Vitals VitalsOf(const std::string& path) {
  Vitals vitals;
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(path, error);
  if (!error) {
    vitals.storage_free_mib = static_cast<std::uint32_t>(
        std::min<std::uintmax_t>(space.available >> 20U, UINT32_MAX));
  }
  // Linux and Android (Documentation/ABI/testing/sysfs-class-power).
  std::filesystem::directory_iterator supply("/sys/class/power_supply", error);
  while (!error && supply != std::filesystem::directory_iterator()) {
    std::uint32_t percent = 0;
    if (std::ifstream(supply->path() / "capacity") >> percent) {
      vitals.battery_percent = std::min<std::uint32_t>(percent, 100);
      break;
    }
    supply.increment(error);
  }
  return vitals;
}

}  // namespace chasqui::client
