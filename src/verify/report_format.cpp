// Numbers and words of the report.
#include "verify/report_format.h"

#include <fmt/format.h>

#include "base/clock.h"

namespace p2c::verify {

std::string grouped(std::int64_t number) {
  std::string digits = fmt::format("{}", number);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string percent(double share) {
  const double value = 100 * share;
  if (value != 0 && value < 0.1) return fmt::format("{:.3f} %", value);
  return fmt::format("{:.1f} %", value);
}

std::string duration(std::int64_t milliseconds) {
  return format_duration(std::chrono::milliseconds(milliseconds));
}

// Stages are recorded in whole seconds.
std::string stage_time(std::int64_t milliseconds) {
  return milliseconds == 0 ? "< 1 s" : duration(milliseconds);
}

std::string dollars(const std::optional<double>& cost) {
  if (!cost) return "unknown";
  return *cost != 0 && *cost < 0.01 ? fmt::format("${:.4f}", *cost) : fmt::format("${:.2f}", *cost);
}

std::string counted(std::int64_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
}

std::string_view level_meaning(std::string_view level) {
  if (level == "L0") return "every file parses, nothing is left out";
  if (level == "L1") return "every import resolves";
  if (level == "L2") return "the configuration loads and every program starts";
  if (level == "L3") return "the smoke run finishes and writes its results";
  if (level == "L4") return "the behaviour tests pass";
  if (level == "L5") return "it runs on real data";
  if (level == "L6") return "it reaches the paper's numbers";
  return "";
}

std::string level_sentence(std::string_view level) {
  if (level.empty()) return "The repository does not parse yet.";
  if (level == "L0") return "The repository parses, but its imports do not all resolve.";
  if (level == "L1") return "All imports resolve, but not every program starts.";
  if (level == "L2") return "Every program starts, but the smoke run does not finish.";
  if (level == "L3") return "The smoke run finishes, but not all behaviour tests pass.";
  if (level == "L4") return "The smoke run finishes and the behaviour tests pass.";
  if (level == "L5") return "It runs on real data.";
  return "It reaches the paper's numbers within the stated tolerance.";
}

std::string_view verdict_word(std::string_view verdict) {
  if (verdict == "pass") return "pass";
  if (verdict == "missing") return "missing";
  if (verdict == "wrong_place") return "wrong place";
  if (verdict == "inconsistent") return "inconsistent";
  return "unverified";
}

std::string framework_name(std::string_view framework) {
  if (framework == "jax") return "JAX";
  if (framework == "hf") return "PyTorch with Hugging Face Transformers";
  return "PyTorch";
}

std::string url_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace p2c::verify
