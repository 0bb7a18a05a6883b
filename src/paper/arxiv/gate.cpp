// Spaces requests to arXiv.
#include "paper/arxiv/gate.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/files.h"

namespace p2c::paper {
namespace {

using std::chrono::milliseconds;

milliseconds now() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

// Milliseconds since 1970 as written by the last holder; zero when there is none.
milliseconds last_request(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  long long value = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, value);
  return milliseconds(value);
}

}  // namespace

void sleep_cancellable(milliseconds duration, const CancelToken& cancel) {
  const auto end = std::chrono::steady_clock::now() + duration;
  for (;;) {
    cancel.check();
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero()) return;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(left, milliseconds(50)));
  }
}

ArxivGate::ArxivGate(const std::filesystem::path& folder, milliseconds spacing, const CancelToken& cancel) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw_errno(error.value(), folder, "make the folder");
  const std::filesystem::path path = folder / "arxiv.lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) throw_errno(errno, path, "open the lock");
  try {
    while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) throw_errno(errno, path, "lock");
      sleep_cancellable(milliseconds(50), cancel);
    }
    // A time in the future comes from a clock that was set back; then one whole pause is enough.
    const milliseconds since = std::max(milliseconds(0), now() - last_request(file_));
    if (since < spacing) sleep_cancellable(spacing - since, cancel);
  } catch (...) {
    ::close(file_);
    throw;
  }
}

ArxivGate::~ArxivGate() {
  const std::string time = std::to_string(now().count());
  // A time that cannot be written costs politeness, not correctness.
  if (::ftruncate(file_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(file_, time.data(), time.size(), 0);
  }
  ::close(file_);
}

}  // namespace p2c::paper
