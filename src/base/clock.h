// Wall-clock times as people and artefacts write them.
#pragma once

#include <chrono>
#include <string>

namespace p2c {
std::string utc_now_iso8601();  // "2026-01-31T12:34:56Z"
// "850 ms", "12.3 s", "4 min 05 s", "2 h 10 min".
std::string format_duration(std::chrono::milliseconds duration);
class Stopwatch {
 public:
  Stopwatch() : start_(std::chrono::steady_clock::now()) {}
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  }

 private:
  std::chrono::steady_clock::time_point start_;
};
}  // namespace p2c
