#include "llm/continuation.h"

#include <algorithm>
#include <vector>

#include "llm/answer_text.h"
#include "llm/code_answer.h"
#include "llm/lenient_json.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxOverlap = 8'000;  // bytes compared
constexpr std::size_t kSureOverlap = 24;    // this many equal bytes are no coincidence even inside a line

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.rfind('\n');
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

// Length of the longest end of `a` that `b` starts with (the prefix function of b over the tail of a).
std::size_t overlap(std::string_view a, std::string_view b) {
  a = a.substr(a.size() - std::min(a.size(), kMaxOverlap));
  b = b.substr(0, kMaxOverlap);
  if (b.empty()) return 0;
  std::vector<std::size_t> border(b.size(), 0);
  for (std::size_t i = 1, k = 0; i < b.size(); ++i) {
    while (k > 0 && b[i] != b[k]) k = border[k - 1];
    if (b[i] == b[k]) ++k;
    border[i] = k;
  }
  std::size_t k = 0;
  for (char c : a) {
    while (k > 0 && (k == b.size() || c != b[k])) k = border[k - 1];
    if (c == b[k]) ++k;
  }
  return k;
}

// Drops a line that opens a fence or sentinel block again.
std::string_view without_opening(std::string_view more) {
  const std::size_t first = more.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return more;
  std::size_t end = more.find('\n', first);
  if (end == std::string_view::npos) return more;
  const std::string_view line = more.substr(first, end - first);
  const FenceLine fence = read_fence_line(line);
  // A bare mark on the first line is the closing one that was missing.
  const bool opens = (fence.is_fence && !fence.info.empty()) || line.substr(0, 7) == "<<<FILE";
  return opens ? more.substr(end + 1) : more;
}

}  // namespace

std::string join_continuation(std::string_view so_far, std::string_view more) {
  more = strip_thinking(more);
  const ExtractedCode again = extract_code(more);
  if (again.found && !again.truncated) {
    const ExtractedCode before = extract_code(so_far);
    const std::size_t n = std::min(before.code.size(), again.code.size());
    const auto shared = static_cast<std::size_t>(
        std::mismatch(before.code.begin(), before.code.begin() + static_cast<std::ptrdiff_t>(n),
                      again.code.begin())
            .first -
        before.code.begin());
    if (before.found && shared > 0 && shared >= std::min<std::size_t>(200, before.code.size() / 2))
      return std::string(more);
  }
  more = without_opening(more);
  const std::size_t k = overlap(so_far, more);
  const std::string_view repeated = more.substr(0, k);
  const std::string_view open_line = last_line(so_far);
  const bool whole_lines =
      repeated.find('\n') != std::string_view::npos && last_line(so_far.substr(0, so_far.size() - k)).empty();
  const bool line_again = k >= 2 && k == open_line.size();
  if (k >= kSureOverlap || whole_lines || line_again) more.remove_prefix(k);
  return std::string(so_far) + std::string(more);
}

}  // namespace p2c::llm
