// Child processes with limits: no shell, own process group, bounded time, memory, output; killed as a group.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"

namespace p2c {

struct ProcessLimits {
  std::chrono::milliseconds wall{60'000};  // 0 = none
  std::uint64_t cpu_seconds = 0;           // RLIMIT_CPU: SIGXCPU, a second later SIGKILL; 0 = not set
  std::uint64_t address_space = 0;         // RLIMIT_AS in bytes; 0 = not set
  std::uint64_t file_bytes = 0;            // RLIMIT_FSIZE; 0 = not set
  std::uint64_t processes = 0;             // RLIMIT_NPROC, per user and not for root; 0 = not set
  std::uint64_t open_files = 0;            // RLIMIT_NOFILE; 0 = not set
  std::size_t output_bytes = 32u << 20;  // per stream; past it the group is killed and `output_limit_hit` set
};

struct ProcessOptions {
  // argv[0] is looked up in PATH (that of `environment` when given there) when it holds no '/'; a relative
  // path with
  // '/' is meant from working_directory.
  std::vector<std::string> argv;
  std::filesystem::path working_directory;  // empty: inherited
  bool inherit_environment = true;
  std::map<std::string, std::string> environment;  // added to, or instead of, the inherited one
  std::string input;                               // written to standard input, then closed; empty: /dev/null
  bool merge_stderr = false;                       // standard error goes into `out`
  ProcessLimits limits;
  CancelToken cancel;
  // Called with each piece of standard output as it comes, on the calling thread. What it throws ends the
  // child.
  std::function<void(std::string_view)> on_output;
  // Called once on the calling thread when the program runs, with its process number, which stays taken until
  // run_process() returns. What it throws ends the child.
  std::function<void(int pid)> on_start;
};

struct ProcessResult {
  int exit_code = -1;      // 0..255; -1 when ended by a signal
  int signal = 0;          // the signal, or 0
  bool timed_out = false;  // killed at limits.wall
  bool output_limit_hit = false;
  std::string out;
  std::string err;
  std::chrono::milliseconds elapsed{0};
  // Largest resident set of the child and its reaped children, from wait4. Linux counts our own size at the
  // fork in, so smaller programs cannot be told apart.
  std::uint64_t peak_memory_bytes = 0;
  bool ok() const { return exit_code == 0 && !timed_out && !output_limit_hit; }
};

// Runs to the end of the child; what then is left of its process group is killed. The child gets no other
// descriptor than its three streams, default signal handling, and dies with the calling thread (Linux).
// Thread-safe. Errors: not_found when argv[0] cannot be executed or working_directory not entered; cancelled
// (the group is killed first); bad_input for NUL bytes; io. A child that fails, times out or prints too much
// is a result, not an error.
ProcessResult run_process(const ProcessOptions& options);

// Full path of a program in PATH, or empty. A name with '/' is given back when it can be executed.
std::filesystem::path find_program(const std::string& name);

// Kills every process group that run_process() has under way, on any thread. Async-signal-safe.
void kill_running_processes() noexcept;

}  // namespace p2c
