// Files: bounded reads, atomic writes, temporary directories, and paths that cannot leave their root.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace p2c {

namespace fs = std::filesystem;

inline constexpr std::size_t kDefaultMaxFileBytes = 200u << 20;
// Names of half-written files, e.g. ".p2c-0123456789abcdef.tmp"; a killed process may leave one behind.
inline constexpr std::string_view kTemporaryPrefix = ".p2c-";
inline constexpr std::string_view kTemporarySuffix = ".tmp";

// Whole regular file as bytes. Errors: not_found; limit when larger than max_bytes (size checked before
// allocation); io, also for directories, devices and pipes.
std::string read_file(const fs::path& path, std::size_t max_bytes = kDefaultMaxFileBytes);
// What a finished write survives.
enum class Durability {
  power_cut,  // fsync of file and folder, some 10 ms: for what steers a run
  kill        // kill -9 of this process, but not of the machine: for the many files that can be made again
};

// Writes to a temporary name beside `path`, syncs, renames: readers see the old file or the new one, never
// half. Makes parent directories; keeps the permissions of a file it replaces. Errors: disk_full (the
// temporary is removed, the old file stays), io.
void write_file_atomic(const fs::path& path, std::string_view bytes,
                       Durability durability = Durability::power_cut);
// Appends one line and flushes it to the disk; used for *.jsonl. Safe between threads and processes. A last
// line that a kill has cut is ended first. Errors as above; then the file is as it was before.
void append_line(const fs::path& path, std::string_view line);
// Throws disk_full or io with the path, from an errno value.
[[noreturn]] void throw_errno(int error, const fs::path& path, std::string_view action);

// root / relative when the result stays under root: no absolute path, no "..", no empty name, no NUL, no
// symbolic link that leads out of root or nowhere. "." parts are dropped. The path need not exist. Throws
// unsafe_input.
fs::path confine(const fs::path& root, std::string_view relative);

// Regular files under `root`, as relative paths with '/', sorted; links are not followed, half-written
// temporaries left out. Errors: not_found; limit when there are more than max_entries files and folders; io.
std::vector<std::string> list_files(const fs::path& root, std::size_t max_entries = 100'000);

// Removes what killed writers left under `root`; returns how many. Only for a root nobody else is writing to.
std::size_t remove_stale_temporaries(const fs::path& root);
// Removes a file or folder with all below it, also folders without permission for their owner. What cannot be
// removed stays.
void remove_tree(const fs::path& path) noexcept;

// A directory under the system's temporary place, removed with its content on destruction. Movable.
class TempDir {
 public:
  explicit TempDir(std::string_view prefix = "p2c");
  ~TempDir();
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace p2c
