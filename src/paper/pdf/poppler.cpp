// Runs poppler's programs.
#include "paper/pdf/poppler.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/process.h"

namespace p2c::paper {

std::chrono::milliseconds ReadingTime::left(std::chrono::milliseconds most) const {
  const auto rest =
      std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
  return std::clamp(rest, std::chrono::milliseconds(0), most);
}

int page_jobs() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2, 4);
}

std::uint64_t page_memory() {
  return (840ull << 20) / static_cast<std::uint64_t>(page_jobs());
}

PopplerResult run_poppler(std::vector<std::string> arguments, const std::filesystem::path& file,
                          const std::vector<std::string>& last, const PopplerOptions& options) {
  if (options.wall.count() <= 0) {
    PopplerResult result;
    result.timed_out = true;
    return result;
  }
  ProcessOptions process;
  process.argv = std::move(arguments);
  process.argv.push_back(std::filesystem::absolute(file).string());
  process.argv.insert(process.argv.end(), last.begin(), last.end());
  process.environment["LC_ALL"] = "C.UTF-8";  // numbers with a point, text as UTF-8
  process.environment["OMP_THREAD_LIMIT"] = "1";
  process.working_directory = options.working_directory;
  process.limits.wall = options.wall;
  process.limits.cpu_seconds = static_cast<std::uint64_t>(options.wall.count() / 1000) + 1;
  process.limits.address_space = options.memory_bytes;
  process.limits.file_bytes = options.file_bytes;
  process.limits.output_bytes = options.output_bytes;
  process.cancel = options.cancel;
  const std::string program = process.argv.front();
  try {
    ProcessResult result = run_process(process);
    return {result.exit_code, result.timed_out, result.output_limit_hit, std::move(result.out),
            std::move(result.err)};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    const bool ocr = program == "tesseract";
    throw Error(
        ErrorCode::not_found, fmt::format("the program {} is missing", program),
        {.subject = program,
         .hint = fmt::format("Install it: apt-get install {}.", ocr ? "tesseract-ocr" : "poppler-utils")});
  }
}

}  // namespace p2c::paper
