// One process at a time on a run directory.
#pragma once

#include <filesystem>
#include <string_view>

namespace p2c::run {

inline constexpr std::string_view kLockName = "run.lock";  // inside the run directory

// Holds flock(2) on a file for its lifetime; the kernel lets go when the process ends, however it ends.
class LockFile {
 public:
  // Waits up to 0.3 s, since an onlooker may hold it for an instant. Errors: busy naming the process that
  // holds it; disk_full; io.
  explicit LockFile(const std::filesystem::path& file);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  // Whether some process holds it now; the file need not exist.
  static bool held(const std::filesystem::path& file);

 private:
  int descriptor_;
};

}  // namespace p2c::run
