// Failing output as a model should see it: what, where in the repository, and nothing that differs between
// two runs (spec 11.3).
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace p2c::verify {

struct ErrorFrame {
  std::string file;      // relative to the repository
  int line = 0;          // 1-based
  std::string function;  // "" for a syntax error
};

struct ErrorRecord {
  std::string exception;  // last part of its class: "RuntimeError"; empty when no exception is shown
  std::string message;    // stable, at most 2,000 bytes
  std::vector<ErrorFrame>
      frames;        // inside the repository, outermost first; of the last traceback that has any
  std::string text;  // the trimmed output
  const ErrorFrame* innermost() const { return frames.empty() ? nullptr : &frames.back(); }
};

struct ErrorRecordLimits {
  std::size_t lines = 200;  // of `text`; the end is kept, since Python prints the cause last
  std::size_t line_bytes = 400;
};

// Reads a program's or test's output. `repo_files` tells frames of the repository, which stands at /work,
// from others: frames outside of it are left out with their source lines. Takes any bytes up to 8 MiB; more
// is cut in front.
ErrorRecord read_error(std::string_view output, const std::set<std::string>& repo_files,
                       const ErrorRecordLimits& limits = {});

// The output without what differs between runs and machines: control sequences, progress bars, addresses,
// times, dates, process numbers, temporary and installation paths; floats are rounded to 4 significant
// digits. A recorded answer is found again by the exact text of its question, so this decides whether a
// recorded run can be replayed elsewhere.
std::string stable_text(std::string_view output);

}  // namespace p2c::verify
