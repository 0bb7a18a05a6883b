// Watches what a tree of processes and a folder use, and kills the tree when it is too much.
//
// Kernel limits alone do not do: RLIMIT_AS counts reserved address space, of which a tensor library takes
// many gigabytes without using them; RLIMIT_NPROC is not applied to root; neither knows of a sum over
// processes.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <thread>

namespace p2c::verify {

struct WatchLimits {
  std::uint64_t memory_bytes = 0;  // anonymous and shared memory of all processes together; 0: none
  std::uint64_t disk_bytes = 0;    // of `folder`, deleted but open files included; 0: none
  std::uint64_t processes = 0;     // 0: none
};

struct WatchResult {
  bool memory_limit_hit = false, disk_limit_hit = false, process_limit_hit = false;
  std::uint64_t peak_memory_bytes = 0;  // largest sum seen
};

// What one tree of processes uses right now. Exposed for tests.
struct TreeUse {
  std::uint64_t processes = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t deleted_file_bytes = 0;  // open files without a name, memfds included
};
// `root` and all its descendants; zeros when it is gone. memory is exact (shared pages once) only past
// `exact_above` bytes, since that costs more; below, pages shared after a fork count for each process.
TreeUse measure_tree(int root, std::uint64_t exact_above);

// Bytes on disk below a folder; links are not followed. More than 200,000 entries or 64 levels read as 2^62
// bytes. Folders we own but may not read are made readable.
std::uint64_t disk_use(const std::filesystem::path& folder);

// Polls from its own thread, every 25 ms, from start() until stop() or destruction.
class ProcessWatch {
 public:
  ProcessWatch(WatchLimits limits, std::filesystem::path folder);
  ~ProcessWatch();
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;

  // `root` must be a child of ours whose only child is the first process of a PID namespace, as bubblewrap
  // is; killing it must end that one (--die-with-parent).
  void start(int root);
  // Call when `root` has ended. Waits until its namespace is empty, at most 5 s: then nobody writes to
  // `folder` any more.
  WatchResult stop();

 private:
  void poll_until_stopped();
  void find_namespace_init();

  WatchLimits limits_;
  std::filesystem::path folder_;
  int root_ = 0;
  int pidfd_ = -1;
  int init_pidfd_ = -1;  // of the namespace's first process; it ends as the last one
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  WatchResult result_;
};

}  // namespace p2c::verify
