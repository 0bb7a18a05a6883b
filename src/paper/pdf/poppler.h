// Poppler's programs as child processes with limits: a broken or hostile PDF can only break a child.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancel.h"

namespace p2c::paper {

struct PopplerOptions {
  std::chrono::milliseconds wall{60'000};
  std::size_t output_bytes = 64u << 20;
  std::filesystem::path working_directory;  // empty: inherited
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
