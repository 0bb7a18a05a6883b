// Runs generated code where it can do no harm: no network, no view of the user's files, bounded everything
// (spec 11.4).
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/process.h"

namespace p2c::verify {

struct SandboxLimits {
  std::chrono::milliseconds wall{120'000};
  std::uint64_t cpu_seconds = 240;
  std::uint64_t memory_bytes = 4ull << 30;  // of all processes together, without mapped files
  std::uint64_t disk_bytes = 1ull << 30;    // of the writable copy and /tmp
  std::uint64_t processes = 256;
  std::uint64_t file_bytes = 512ull << 20;
  std::size_t output_bytes = 8u << 20;
};

struct SandboxJob {
  std::filesystem::path repo;  // seen as /work, writable only as a private copy
  std::filesystem::path
      environment;  // virtual environment, seen read-only at its own path; empty: system python
  std::vector<std::string> argv;
  std::map<std::string, std::string> extra_environment;
  std::vector<std::string>
      collect;  // files or folders below /work copied back to `collect_into` after the run, if there
  std::filesystem::path collect_into;
  SandboxLimits limits;
  CancelToken cancel;
};

struct SandboxResult {
  ProcessResult process;
  std::vector<std::string>
      created;  // files under /work that were not there before, relative, sorted, at most 1,000
  // Which limit ended the run, if one of these did (process.timed_out and process.output_limit_hit tell of
  // the others).
  bool memory_limit_hit = false, disk_limit_hit = false, process_limit_hit = false, cpu_limit_hit = false;
  std::uint64_t peak_memory_bytes = 0;  // of all processes together, sampled
  bool ok() const {
    return process.ok() && !memory_limit_hit && !disk_limit_hit && !process_limit_hit && !cpu_limit_hit;
  }
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;
  // Inside, the program sees /usr and what it needs of /etc, the interpreter and its virtual environment, all
  // read-only; /work, /tmp (its HOME) and /dev/shm, which are its own; a loopback device; no other process. A
  // program that fails or meets a limit is a result. Thread-safe. Errors: not_found (no repo, no
  // environment); limit (repository larger than disk_bytes or 20,000 files); disk_full; cancelled;
  // sandbox_unavailable when namespaces are refused all of a sudden.
  virtual SandboxResult run(const SandboxJob& job) = 0;
  virtual std::string describe() const = 0;  // "bubblewrap 0.8.0"
};

// Errors: sandbox_unavailable when bubblewrap is missing or user namespaces are not permitted, with a hint
// how to allow it.
std::unique_ptr<Sandbox> make_sandbox();

}  // namespace p2c::verify
