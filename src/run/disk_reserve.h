// Space held back on the disk of a run, so that answers under way when it fills up can still be journaled:
// they are paid for.
#pragma once

#include <filesystem>
#include <string_view>

namespace p2c::run {

inline constexpr std::string_view kReserveName = "run.reserve";  // inside the run directory
// Eight requests and answers of 256 KiB each, twice over because of the write-ahead log.
inline constexpr std::size_t kReserveBytes = 4u << 20;

// The file lives as long as the object. Not thread-safe.
class DiskReserve {
 public:
  // Errors: disk_full when there is not even this much; io.
  explicit DiskReserve(const std::filesystem::path& directory);
  ~DiskReserve();
  DiskReserve(const DiskReserve&) = delete;
  DiskReserve& operator=(const DiskReserve&) = delete;
  // Gives the space back; true the first time, where the file system could hold any back.
  bool release();

 private:
  std::filesystem::path file_;
  bool held_ = false;
};

}  // namespace p2c::run
