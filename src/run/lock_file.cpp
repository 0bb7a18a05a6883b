// flock(2) with a word on who holds it.
#include "run/lock_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/files.h"

namespace p2c::run {
namespace {

int try_lock(int descriptor) {
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

LockFile::LockFile(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw_errno(errno, file, "cannot open the lock file");
  int error = try_lock(descriptor_);
  for (int tries = 0; error == EWOULDBLOCK && tries < 6; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    error = try_lock(descriptor_);
  }
  if (error != 0) {
    char holder[32] = {};
    const ssize_t length = ::pread(descriptor_, holder, sizeof holder - 1, 0);
    ::close(descriptor_);
    if (error != EWOULDBLOCK) throw_errno(error, file, "cannot lock");
    std::string process = "another process";
    if (length > 0) process = fmt::format("process {}", std::atol(holder));
    throw Error(ErrorCode::busy, process + " works on this run directory",
                {.subject = file.parent_path().string(),
                 .hint = "Wait for it or stop it; `paper2code status` shows where it is."});
  }
  // Who holds it, for the message of the next one; a full disk is no reason to refuse the lock.
  const std::string self = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, self.data(), self.size(), 0) < 0) errno = 0;
}

LockFile::~LockFile() {
  ::close(descriptor_);
}

bool LockFile::held(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  // A shared lock, so that two onlookers do not take each other for a worker.
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

}  // namespace p2c::run
