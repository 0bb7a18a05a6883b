// Runs poppler's programs.
#include "paper/pdf/poppler.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"

namespace p2c::paper {
namespace {

constexpr std::uint64_t kMemoryBytes = 2ull << 30;
constexpr std::uint64_t kFileBytes = 512ull << 20;

}  // namespace

PopplerResult run_poppler(std::vector<std::string> arguments, const std::filesystem::path& file,
                          const std::vector<std::string>& last, const PopplerOptions& options) {
  ProcessOptions process;
  process.argv = std::move(arguments);
  process.argv.push_back(std::filesystem::absolute(file).string());
  process.argv.insert(process.argv.end(), last.begin(), last.end());
  process.environment["LC_ALL"] = "C.UTF-8";  // numbers with a point, text as UTF-8
  process.working_directory = options.working_directory;
  process.limits.wall = options.wall;
  process.limits.cpu_seconds = static_cast<std::uint64_t>(options.wall.count() / 1000) + 1;
  process.limits.address_space = kMemoryBytes;
  process.limits.file_bytes = kFileBytes;
  process.limits.output_bytes = options.output_bytes;
  process.cancel = options.cancel;
  const std::string program = process.argv.front();
  try {
    ProcessResult result = run_process(process);
    return {result.exit_code, result.timed_out, result.output_limit_hit, std::move(result.out),
            std::move(result.err)};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found, fmt::format("the program {} is missing", program),
                {.subject = program, .hint = "Install poppler's programs: apt-get install poppler-utils."});
  }
}

}  // namespace p2c::paper
