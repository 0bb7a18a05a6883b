#include "base/cancel.h"

#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"

namespace p2c {
namespace {

// Read by the handler, so never freed once set: a signal may be under way on another thread.
std::atomic<const CancelToken*> signalled_token{nullptr};
std::atomic<int> signals_seen{0};
static_assert(std::atomic<const CancelToken*>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "only lock-free atomics may be used in a signal handler");

// Async-signal-safe: atomics, kill(2), write(2) and _exit(2) only.
void on_signal(int) {
  if (signals_seen.fetch_add(1) > 0) {
    kill_running_processes();
    _exit(130);
  }
  if (const CancelToken* token = signalled_token.load()) token->request();
}

}  // namespace

void CancelToken::check() const {
  if (requested()) {
    throw Error(ErrorCode::cancelled, "stopped on request",
                {.hint = "What was finished is kept; resume goes on from there."});
  }
}

void cancel_on_signals(const CancelToken& token) {
  signalled_token.store(new CancelToken(token));
  signals_seen.store(0);
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags =
      SA_RESTART;  // waiting happens in poll(2), which a signal ends anyway; the rest goes on undisturbed
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace p2c
