// Writing to a pipe, socket or terminal whose reader is gone, without being killed by SIGPIPE.
#pragma once

#include <csignal>

namespace p2c {

// While it lives, a failed write of this thread gives EPIPE instead of the signal. The disposition of the
// process, which belongs to the program and not to a library, stays as it is. For use within one function.
class SigpipeGuard {
 public:
  SigpipeGuard();
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t old_mask_;
  bool was_pending_;  // a SIGPIPE that others sent is not ours to swallow
};

}  // namespace p2c
