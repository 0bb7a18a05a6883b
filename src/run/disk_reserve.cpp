// Allocates a file and removes it when its space is needed.
#include "run/disk_reserve.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/files.h"

namespace p2c::run {

DiskReserve::DiskReserve(const fs::path& directory) : file_(directory / kReserveName) {
  const int descriptor = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_errno(errno, file_, "cannot make the file");
  const int error = ::posix_fallocate(descriptor, 0, static_cast<off_t>(kReserveBytes));
  ::close(descriptor);
  if (error == ENOSPC || error == EDQUOT) {
    release();
    throw_errno(error, directory, "no space for a run");
  }
  held_ = error == 0;  // some file systems cannot hold space back: then a full disk loses what is under way
}

DiskReserve::~DiskReserve() {
  release();
}

bool DiskReserve::release() {
  std::error_code error;
  const bool held = std::exchange(held_, false);
  return fs::remove(file_, error) && held;
}

}  // namespace p2c::run
