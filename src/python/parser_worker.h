// A parser process that stays: to start Python and compile the script takes ten times as long as to read a
// file.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace p2c::python {

struct WorkerOptions {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH, anew for each request
  std::chrono::milliseconds wall{10'000};
  std::uint64_t address_space = 1u << 30;
  std::size_t output_bytes = 64u << 20;
};

// Sends one request, its length on a line before it, and gives all lines up to and with {"done": true}.
// nullopt when there is no such answer: the program cannot be started, died, or ran into a limit. It is then
// ended, and the next request starts another; the caller reads this one with a process of its own, which
// tells whose fault it was. One request at a time; thread-safe. The process ends with this one, since its
// input ends then.
std::optional<std::string> ask_worker(const WorkerOptions& options, const std::string& request);

}  // namespace p2c::python
