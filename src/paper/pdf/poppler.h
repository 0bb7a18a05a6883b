// Poppler's programs and tesseract as child processes with limits: a broken or hostile PDF can only break a
// child.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancel.h"

namespace p2c::paper {

// The time that reading one PDF may take, shared by all programs that are run for it.
class ReadingTime {
 public:
  explicit ReadingTime(std::chrono::milliseconds limit) : end_(std::chrono::steady_clock::now() + limit) {}
  // What is left, at most `most`; zero when it is over.
  std::chrono::milliseconds left(std::chrono::milliseconds most) const;
  bool over() const { return left(std::chrono::milliseconds(1)).count() <= 0; }

 private:
  std::chrono::steady_clock::time_point end_;
};

// How many programs run side by side over the pages of one PDF, 2 to 4, and the memory each may then take.
int page_jobs();
std::uint64_t page_memory();

struct PopplerOptions {
  std::chrono::milliseconds wall{50'000};  // zero or less: the program is not started, as if it had timed out
  std::size_t output_bytes = 64u << 20;
  std::uint64_t memory_bytes = 800ull << 20;  // address space of the child
  std::uint64_t file_bytes = 64ull << 20;     // of each file it writes
  std::filesystem::path working_directory;    // empty: inherited
  CancelToken cancel;
};

struct PopplerResult {
  int exit_code = -1;  // -1: ended by a signal (also the limits on cpu and memory)
  bool timed_out = false;
  bool too_much_output = false;
  std::string out, err;
  bool ok() const { return exit_code == 0 && !timed_out && !too_much_output; }
};

// Runs e.g. {"pdftotext", "-bbox-layout"} with the file (made absolute, so that it is no option) and `last`
// behind it. Errors: not_found when the program is missing, saying which package holds it; cancelled.
PopplerResult run_poppler(std::vector<std::string> arguments, const std::filesystem::path& file,
                          const std::vector<std::string>& last, const PopplerOptions& options);

}  // namespace p2c::paper
