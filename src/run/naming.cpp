// Derives a short name from a path, a link or an identifier.
#include "run/naming.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <vector>

#include "base/text.h"

namespace p2c::run {
namespace {

constexpr std::size_t kMaxLength = 60;
constexpr std::array<std::string_view, 10> kEndings = {".tar.gz", ".tgz", ".tar", ".gz",  ".zip",
                                                       ".pdf",    ".tex", ".md",  ".ltx", ".markdown"};
// Names that say nothing about a paper; then the folder above may.
constexpr std::array<std::string_view, 13> kGeneric = {
    "main", "paper", "ms",  "article", "manuscript", "latex",    "source",
    "src",  "arxiv", "tex", "root",    "template",   "extracted"};

std::string cleaned(std::string_view part) {
  std::string name = to_lower(part);
  for (const std::string_view ending : kEndings) {
    if (name.size() > ending.size() && name.ends_with(ending)) {
      name.resize(name.size() - ending.size());
      break;
    }
  }
  std::string result;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    if (plain) {
      result += c;
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  while (!result.empty() && (result.front() == '.' || result.front() == '-')) result.erase(result.begin());
  if (result.size() > kMaxLength) result.resize(kMaxLength);
  while (!result.empty() && (result.back() == '-' || result.back() == '.')) result.pop_back();
  return result;
}

}  // namespace

std::string short_name(std::string_view source) {
  std::string path(trim(source));
  path = path.substr(0, path.find_first_of("?#"));
  std::error_code error;
  // "." and ".." name something only from here.
  if (std::filesystem::exists(path, error)) path = std::filesystem::weakly_canonical(path, error).string();
  std::vector<std::string> parts = split(path, '/');
  // The last meaningful part, at most three up: above that stand home folders and disks.
  int up = 0;
  for (auto part = parts.rbegin(); part != parts.rend() && up < 3; ++part) {
    const std::string name = cleaned(*part);
    if (name.empty()) continue;
    ++up;
    if (std::find(kGeneric.begin(), kGeneric.end(), name) == kGeneric.end()) return name;
  }
  return "paper";
}

}  // namespace p2c::run
