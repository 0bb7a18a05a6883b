// Any bytes as an archive: a clean error with nothing left, or files inside the destination.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/archive.h"
#include "base/error.h"
#include "base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const p2c::TempDir dir("p2c-fuzz-archive");
  static const int fd = memfd_create("archive", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != static_cast<ssize_t>(size))
    std::abort();
  p2c::ArchiveLimits limits;
  limits.entries = 50;
  limits.file_bytes = limits.total_bytes = 1u << 20;
  const auto out = dir.path() / "place" / "out";
  try {
    const auto result = p2c::unpack_archive(path, out, limits);
    if (p2c::list_files(out).size() != result.files.size()) std::abort();
    for (const std::string& file : result.files) {
      if (p2c::confine(out, file) != out / file) std::abort();
    }
  } catch (const p2c::Error& e) {
    if (e.code() == p2c::ErrorCode::internal || p2c::fs::exists(dir.path() / "place")) std::abort();
  }
  p2c::remove_tree(dir.path() / "place");
  if (!p2c::fs::is_empty(dir.path())) std::abort();
  return 0;
}
