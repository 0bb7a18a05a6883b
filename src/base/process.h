// Child processes with limits: no shell, own process group, bounded time, memory, output; killed as a group.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/cancel.h"

namespace p2c {

struct ProcessLimits {
  std::chrono::milliseconds wall{60'000};
  std::uint64_t cpu_seconds = 0;        // RLIMIT_CPU; 0 = not set
  std::uint64_t address_space = 0;      // RLIMIT_AS in bytes; 0 = not set
  std::uint64_t file_bytes = 0;         // RLIMIT_FSIZE; 0 = not set
  std::uint64_t processes = 0;          // RLIMIT_NPROC; 0 = not set
  std::uint64_t open_files = 0;         // RLIMIT_NOFILE; 0 = not set
  std::size_t output_bytes = 32u << 20; // per stream; past it the group is killed and `output_limit_hit` set
};

struct ProcessOptions {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH when it holds no '/'
  std::filesystem::path working_directory;         // empty: inherited
  bool inherit_environment = true;
  std::map<std::string, std::string> environment;  // added to, or instead of, the inherited one
  std::string input;              // written to standard input, then closed
  bool merge_stderr = false;      // standard error goes into `out`
  ProcessLimits limits;
  CancelToken cancel;
  std::function<void(std::string_view)> on_output;  // called with each piece of standard output as it comes
};

struct ProcessResult {
  int exit_code = -1;       // 0..255; -1 when ended by a signal
  int signal = 0;           // the signal, or 0
  bool timed_out = false;   // killed at limits.wall
  bool output_limit_hit = false;
  std::string out;
  std::string err;
  std::chrono::milliseconds elapsed{0};
  std::uint64_t peak_memory_bytes = 0;  // largest resident set of the child, from wait4
  bool ok() const { return exit_code == 0 && !timed_out && !output_limit_hit; }
};

// Runs to the end. Errors: not_found when argv[0] cannot be executed; cancelled (the group is killed first); io.
// A child that fails, times out or prints too much is a result, not an error.
ProcessResult run_process(const ProcessOptions& options);

// Full path of a program in PATH, or empty.
std::filesystem::path find_program(const std::string& name);

}  // namespace p2c
