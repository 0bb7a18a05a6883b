#include "verify/process_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace p2c::verify {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{25};       // memory grows by some 5 GB/s at most: 128 MB between two looks
constexpr milliseconds kFirstPoll{1};   // until the namespace's first process is known
constexpr milliseconds kDiskPoll{100};  // a folder is slower to measure than a few processes
constexpr std::size_t kMaxEntries = 200'000;
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxOpenFiles = 20'000;  // looked at in one round

int open_pidfd(int pid) {
#ifdef SYS_pidfd_open
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
#else
  static_cast<void>(pid);
  return -1;
#endif
}

// A file below /proc: small, made up at reading, gone at any time. Empty when it cannot be read.
std::string read_proc(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text(8192, '\0');
  const ssize_t n = ::read(fd, text.data(), text.size());
  ::close(fd);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

// "Name:   123 kB" in a /proc file, in bytes; 0 when it is not there.
std::uint64_t kilobytes_of(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    std::string_view rest = text.substr(at + name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    std::uint64_t value = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return value * 1024;
  }
  return 0;
}

int parent_of(int pid) {
  const std::string stat = read_proc("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');  // the name may hold anything, also ')'
  if (name_end == std::string::npos || stat.size() < name_end + 5) return -1;
  return std::atoi(stat.c_str() + name_end + 4);  // ") S 123"
}

std::vector<int> tree_of(int root) {
  std::multimap<int, int> children;
  if (DIR* directory = ::opendir("/proc")) {
    while (const dirent* entry = ::readdir(directory)) {
      const int pid = std::atoi(entry->d_name);
      if (pid > 0) children.emplace(parent_of(pid), pid);
    }
    ::closedir(directory);
  }
  std::vector<int> tree;
  if (::kill(root, 0) != 0) return tree;
  tree.push_back(root);
  // Process numbers form a tree, but it is read while it changes: no process is taken twice.
  std::set<int> seen{root};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const auto [begin, end] = children.equal_range(tree[i]);
    for (auto it = begin; it != end; ++it) {
      if (seen.insert(it->second).second) tree.push_back(it->second);
    }
  }
  return tree;
}

std::uint64_t resident_bytes(int pid) {
  const std::string status = read_proc("/proc/" + std::to_string(pid) + "/status");
  return kilobytes_of(status, "RssAnon:") + kilobytes_of(status, "RssShmem:") +
         kilobytes_of(status, "VmSwap:");
}

// Like resident_bytes(), with pages shared by n processes counted as 1/n in each.
std::uint64_t proportional_bytes(int pid) {
  const std::string rollup = read_proc("/proc/" + std::to_string(pid) + "/smaps_rollup");
  if (rollup.empty()) return resident_bytes(pid);
  return kilobytes_of(rollup, "Pss_Anon:") + kilobytes_of(rollup, "Pss_Shmem:") +
         kilobytes_of(rollup, "SwapPss:");
}

std::uint64_t deleted_bytes(const std::vector<int>& tree) {
  std::set<std::pair<dev_t, ino_t>> seen;
  std::uint64_t total = 0;
  std::size_t looked_at = 0;
  for (const int pid : tree) {
    const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    DIR* directory = ::opendir(folder.c_str());
    if (directory == nullptr) continue;
    while (const dirent* entry = ::readdir(directory)) {
      if (++looked_at > kMaxOpenFiles) break;
      struct stat info {};
      if (::stat((folder + "/" + entry->d_name).c_str(), &info) != 0) continue;
      if (!S_ISREG(info.st_mode) || info.st_nlink > 0) continue;
      if (seen.emplace(info.st_dev, info.st_ino).second)
        total += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
    ::closedir(directory);
  }
  return total;
}

constexpr std::uint64_t kTooMuch = std::uint64_t{1} << 62;  // adding to it does not overflow

// `folder` is an O_PATH descriptor and stays the caller's. Descriptors and not paths, and never through a
// link: what is measured is being changed by somebody hostile, who could also take our permission to read a
// folder, which we own.
std::uint64_t folder_bytes(int folder, std::size_t& entries, int depth) {
  if (depth > kMaxDepth) return kTooMuch;
  int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno == EACCES) {
    const std::string self = "/proc/self/fd/" + std::to_string(folder);
    if (::chmod(self.c_str(), 0700) == 0) fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  DIR* directory = fd >= 0 ? ::fdopendir(fd) : nullptr;
  if (directory == nullptr) {
    if (fd >= 0) ::close(fd);
    return 0;
  }
  std::uint64_t total = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat info {};
    if (::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    total += static_cast<std::uint64_t>(info.st_blocks) * 512;
    if (S_ISDIR(info.st_mode)) {
      const int child = ::openat(fd, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child >= 0) {
        total += folder_bytes(child, entries, depth + 1);
        ::close(child);
      }
    }
    if (++entries > kMaxEntries || total >= kTooMuch) {
      total = kTooMuch;
      break;
    }
  }
  ::closedir(directory);
  return total;
}

}  // namespace

TreeUse measure_tree(int root, std::uint64_t exact_above) {
  const std::vector<int> tree = tree_of(root);
  TreeUse use;
  use.processes = tree.size();
  for (const int pid : tree) use.memory_bytes += resident_bytes(pid);
  if (use.memory_bytes > exact_above) {
    use.memory_bytes = 0;
    for (const int pid : tree) use.memory_bytes += proportional_bytes(pid);
  }
  use.deleted_file_bytes = deleted_bytes(tree);
  return use;
}

std::uint64_t disk_use(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return 0;
  std::size_t entries = 0;
  const std::uint64_t total = folder_bytes(fd, entries, 0);
  ::close(fd);
  return total;
}

ProcessWatch::ProcessWatch(WatchLimits limits, fs::path folder)
    : limits_(limits), folder_(std::move(folder)) {}

ProcessWatch::~ProcessWatch() {
  stop();
}

void ProcessWatch::start(int root) {
  root_ = root;
  pidfd_ = open_pidfd(root);
  thread_ = std::thread([this] { poll_until_stopped(); });
}

WatchResult ProcessWatch::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (init_pidfd_ >= 0) {
    pollfd waiting{init_pidfd_, POLLIN, 0};
    ::poll(&waiting, 1, 5'000);
    ::close(std::exchange(init_pidfd_, -1));
  }
  if (pidfd_ >= 0) ::close(std::exchange(pidfd_, -1));
  return result_;
}

void ProcessWatch::find_namespace_init() {
  const std::vector<int> tree = tree_of(root_);
  if (tree.size() < 2) return;
  const int fd = open_pidfd(tree[1]);
  if (fd >= 0 && parent_of(tree[1]) == root_) {
    init_pidfd_ = fd;
  } else if (fd >= 0) {
    ::close(fd);
  }
}

void ProcessWatch::poll_until_stopped() {
  Clock::time_point next_disk = Clock::now();
  while (!stopping_) {
    if (init_pidfd_ < 0) find_namespace_init();
    const TreeUse use = measure_tree(root_, limits_.memory_bytes);
    result_.peak_memory_bytes = std::max(result_.peak_memory_bytes, use.memory_bytes);
    if (limits_.memory_bytes > 0 && use.memory_bytes > limits_.memory_bytes) result_.memory_limit_hit = true;
    if (limits_.processes > 0 && use.processes > limits_.processes) result_.process_limit_hit = true;
    if (limits_.disk_bytes > 0 && Clock::now() >= next_disk) {
      const Clock::time_point begin = Clock::now();
      // A memfd counts here although it lies in memory: it is a file nobody could find otherwise.
      const std::uint64_t used = disk_use(folder_) + use.deleted_file_bytes;
      if (used > limits_.disk_bytes) result_.disk_limit_hit = true;
      // At most a tenth of the time goes into looking, also at a folder of very many files.
      next_disk = Clock::now() + std::max<Clock::duration>(kDiskPoll, 10 * (Clock::now() - begin));
    }
    if (result_.memory_limit_hit || result_.disk_limit_hit || result_.process_limit_hit) {
#ifdef SYS_pidfd_send_signal
      if (pidfd_ >= 0 && ::syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0) == 0) return;
#endif
      ::kill(root_, SIGKILL);
      return;
    }
    std::this_thread::sleep_for(init_pidfd_ < 0 ? kFirstPoll : kPoll);
  }
}

}  // namespace p2c::verify
