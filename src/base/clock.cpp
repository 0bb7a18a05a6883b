#include "base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace p2c {

std::string utc_now_iso8601() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string format_duration(std::chrono::milliseconds duration) {
  const auto ms = duration.count() < 0 ? 0 : duration.count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  // Rounded before the unit is chosen, so that 59.96 s is never shown as "60.0 s".
  const auto tenths = (ms + 50) / 100;
  if (tenths < 600) return fmt::format("{}.{} s", tenths / 10, tenths % 10);
  const auto seconds = (ms + 500) / 1000;
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  const auto minutes = (ms + 30'000) / 60'000;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace p2c
