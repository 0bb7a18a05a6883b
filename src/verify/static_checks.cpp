#include "verify/static_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "verify/checks/check.h"

namespace p2c::verify {
namespace {

constexpr std::size_t kMaxFiles = 5'000;
constexpr std::size_t kMaxFileBytes = 2u << 20;
constexpr std::size_t kMaxAllBytes = 50u << 20;

bool is_left_out(std::string_view path) {
  for (const std::string& part : split(path, '/')) {
    if (part.starts_with('.') || part == "__pycache__" || part.ends_with(".egg-info")) return true;
  }
  return path.ends_with(".pyc");
}

bool has_error_of(const std::vector<artefacts::Finding>& findings, const std::set<std::string>& checks) {
  return std::any_of(findings.begin(), findings.end(), [&](const artefacts::Finding& finding) {
    return finding.severity == "error" && checks.contains(finding.check);
  });
}

}  // namespace

RepoFiles load_repo(const std::filesystem::path& root) {
  RepoFiles files;
  std::size_t all_bytes = 0;
  for (const std::string& path : list_files(root)) {
    if (is_left_out(path)) continue;
    if (files.size() == kMaxFiles) {
      throw Error(ErrorCode::limit, "the repository has too many files",
                  {.subject = root.string(), .expected = fmt::format("at most {}", kMaxFiles)});
    }
    // Weights and data may be larger than any text: only a text file that large is refused.
    const std::uintmax_t size = std::filesystem::file_size(root / path);
    const bool is_python = path.ends_with(".py");
    if (size > kMaxFileBytes && !is_python) continue;
    std::string text = read_file(root / path, kMaxFileBytes);
    if (!is_python && text.find('\0') != std::string::npos) continue;
    all_bytes += text.size();
    if (all_bytes > kMaxAllBytes) {
      throw Error(ErrorCode::limit, "the texts of the repository are too long together",
                  {.subject = root.string(), .expected = fmt::format("at most {} bytes", kMaxAllBytes)});
    }
    files.emplace(path, std::move(text));
  }
  return files;
}

std::vector<artefacts::Finding> run_static_checks(const CheckInput& input) {
  const RepoView view(input);
  std::vector<artefacts::Finding> findings;
  for (const Check& check : all_checks()) check.run(view, findings);
  return findings;
}

bool passes_level0(const std::vector<artefacts::Finding>& findings) { return !has_error_of(findings, {"F08"}); }

bool passes_level1(const std::vector<artefacts::Finding>& findings) {
  return !has_error_of(findings, {"F01", "F03", "F04", "F05", "F06"});
}

}  // namespace p2c::verify
