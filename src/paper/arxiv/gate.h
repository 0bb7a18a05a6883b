// The one door to arXiv: one request at a time and a pause between requests, over all processes (spec 7.4).
#pragma once

#include <chrono>
#include <filesystem>

#include "base/cancel.h"

namespace p2c::paper {

// Holding a gate means: no other process that uses the same folder talks to arXiv, and the last request ended
// at least `spacing` ago. The lock is an flock on "arxiv.lock", which also holds the time; a process that
// dies frees it.
class ArxivGate {
 public:
  // Waits for the lock and the pause. Errors: cancelled, io, disk_full.
  ArxivGate(const std::filesystem::path& folder, std::chrono::milliseconds spacing,
            const CancelToken& cancel);
  // Notes the time and lets the next one in.
  ~ArxivGate();
  ArxivGate(const ArxivGate&) = delete;
  ArxivGate& operator=(const ArxivGate&) = delete;

 private:
  int file_ = -1;
};

// Sleeps in short steps. Errors: cancelled.
void sleep_cancellable(std::chrono::milliseconds duration, const CancelToken& cancel);

}  // namespace p2c::paper
