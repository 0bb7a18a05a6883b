// Cooperative cancellation: one flag, set by Ctrl-C or by a budget, read wherever work can stop.
#pragma once

#include <atomic>
#include <memory>

namespace p2c {

// Copies share the flag. Thread-safe. A default-constructed token is never cancelled until request() is
// called.
class CancelToken {
 public:
  CancelToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void request() const { flag_->store(true, std::memory_order_relaxed); }
  bool requested() const { return flag_->load(std::memory_order_relaxed); }
  // Throws Error(cancelled) when requested.
  void check() const;

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

// SIGINT and SIGTERM request the token; a second signal ends the process at once with exit code 130.
void cancel_on_signals(const CancelToken& token);

}  // namespace p2c
