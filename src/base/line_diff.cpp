#include "base/line_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace p2c {
namespace {

using Ids = std::vector<std::uint32_t>;

// Steps of the search per call of diff_lines: some 0.1 s. Beyond it the texts have little in common.
constexpr std::size_t kMaxWork = 16'000'000;

std::string_view without_trailing_blanks(std::string_view line) {
  const std::size_t end = line.find_last_not_of(" \t\r\f\v");
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end + 1);
}

// Lines as numbers, equal exactly when the lines are equal but for trailing blanks.
class LineNumbers {
 public:
  Ids of(const std::vector<std::string_view>& lines) {
    Ids ids;
    ids.reserve(lines.size());
    for (const std::string_view line : lines) {
      ids.push_back(known_.emplace(without_trailing_blanks(line), static_cast<std::uint32_t>(known_.size()))
                        .first->second);
    }
    return ids;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> known_;
};

// Ranges of both texts still to be compared.
struct Box {
  std::size_t a_begin, a_end, b_begin, b_end;
};

// Myers, "An O(ND) difference algorithm and its variations" (1986), section 4b: the middle snake is looked
// for from both ends, which needs memory for one row only; the two halves are then boxes of their own.
class Differ {
 public:
  Differ(const Ids& a, const Ids& b) : a_(a), b_(b), removed_(a.size(), false), added_(b.size(), false) {
    const std::size_t width = a.size() + b.size() + 3;
    forward_.resize(width);
    backward_.resize(width);
  }

  std::vector<DiffHunk> run() {
    std::vector<Box> pending{{0, a_.size(), 0, b_.size()}};
    while (!pending.empty()) {
      Box box = pending.back();
      pending.pop_back();
      while (box.a_begin < box.a_end && box.b_begin < box.b_end && a_[box.a_begin] == b_[box.b_begin]) {
        ++box.a_begin, ++box.b_begin;
      }
      while (box.a_begin < box.a_end && box.b_begin < box.b_end && a_[box.a_end - 1] == b_[box.b_end - 1]) {
        --box.a_end, --box.b_end;
      }
      std::size_t a_split = 0, b_split = 0;
      if (box.a_begin == box.a_end || box.b_begin == box.b_end || !split(box, a_split, b_split)) {
        std::fill(removed_.begin() + offset(box.a_begin), removed_.begin() + offset(box.a_end), true);
        std::fill(added_.begin() + offset(box.b_begin), added_.begin() + offset(box.b_end), true);
        continue;
      }
      pending.push_back({box.a_begin, a_split, box.b_begin, b_split});
      pending.push_back({a_split, box.a_end, b_split, box.b_end});
    }
    return hunks();
  }

 private:
  static std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  // A point that a shortest edit path through the box goes through, neither of its corners. The box has lines
  // on both sides and neither begins nor ends with an equal pair. False when the work allowed is used up.
  bool split(const Box& box, std::size_t& a_split, std::size_t& b_split) {
    const std::ptrdiff_t n = offset(box.a_end - box.a_begin), m = offset(box.b_end - box.b_begin);
    const std::ptrdiff_t delta = n - m;
    const bool odd = (delta & 1) != 0;
    const auto same = [&](std::ptrdiff_t x, std::ptrdiff_t y) {
      return a_[box.a_begin + static_cast<std::size_t>(x)] == b_[box.b_begin + static_cast<std::size_t>(y)];
    };
    // Diagonal k = x - y, from -m to n, with one place more on each side. fwd(k): largest x reached from the
    // start; bwd(k): smallest x reached from the end.
    const auto fwd = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
      return forward_[static_cast<std::size_t>(m + 1 + k)];
    };
    const auto bwd = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
      return backward_[static_cast<std::size_t>(m + 1 + k)];
    };
    const auto forget = [&](auto& row, std::ptrdiff_t k, std::ptrdiff_t none) {
      if (k >= -m - 1 && k <= n + 1) row(k) = none;
    };
    // Lowest and highest diagonal of step d around `centre`, inside the box and of the right parity.
    const auto lowest = [&](std::ptrdiff_t centre, std::ptrdiff_t d) {
      const std::ptrdiff_t outside = std::max<std::ptrdiff_t>(0, -m - (centre - d));
      return centre - d + outside + (outside & 1);
    };
    const auto highest = [&](std::ptrdiff_t centre, std::ptrdiff_t d) {
      const std::ptrdiff_t outside = std::max<std::ptrdiff_t>(0, centre + d - n);
      return centre + d - outside - (outside & 1);
    };
    constexpr std::ptrdiff_t kNotFromStart = -1;
    const std::ptrdiff_t not_from_end = n + m + 2;
    const auto found = [&](std::ptrdiff_t x, std::ptrdiff_t y) {
      a_split = box.a_begin + static_cast<std::size_t>(x);
      b_split = box.b_begin + static_cast<std::size_t>(y);
      // A corner would make no progress. It cannot come, as the box needs two edits at least; but never loop
      // on it.
      return (x > 0 || y > 0) && (x < n || y < m);
    };

    fwd(0) = 0;
    bwd(delta) = n;
    for (std::ptrdiff_t d = 1; d <= (n + m + 1) / 2; ++d) {
      work_ += static_cast<std::size_t>(2 * d);
      if (work_ > kMaxWork) return false;
      forget(fwd, -d - 1, kNotFromStart);
      forget(fwd, d + 1, kNotFromStart);
      for (std::ptrdiff_t k = lowest(0, d), last = highest(0, d); k <= last; k += 2) {
        std::ptrdiff_t x = kNotFromStart;
        if (fwd(k + 1) >= 0 && fwd(k + 1) - k <= m) x = fwd(k + 1);              // a line added
        if (fwd(k - 1) >= 0 && fwd(k - 1) < n) x = std::max(x, fwd(k - 1) + 1);  // a line removed
        if (x >= 0) {
          const std::ptrdiff_t from = x;
          while (x < n && x - k < m && same(x, x - k)) ++x;
          work_ += static_cast<std::size_t>(x - from);
        }
        fwd(k) = x;
        if (odd && x >= 0 && k > delta - d && k < delta + d && x >= bwd(k)) return found(x, x - k);
      }
      forget(bwd, delta - d - 1, not_from_end);
      forget(bwd, delta + d + 1, not_from_end);
      for (std::ptrdiff_t k = lowest(delta, d), last = highest(delta, d); k <= last; k += 2) {
        std::ptrdiff_t x = not_from_end;
        if (bwd(k - 1) <= n && bwd(k - 1) - k >= 0) x = bwd(k - 1);              // a line added
        if (bwd(k + 1) <= n && bwd(k + 1) > 0) x = std::min(x, bwd(k + 1) - 1);  // a line removed
        if (x <= n) {
          const std::ptrdiff_t from = x;
          while (x > 0 && x - k > 0 && same(x - 1, x - k - 1)) --x;
          work_ += static_cast<std::size_t>(from - x);
        }
        bwd(k) = x;
        if (!odd && k >= -d && k <= d && fwd(k) >= x) return found(x, x - k);
      }
    }
    return false;
  }

  std::vector<DiffHunk> hunks() const {
    std::vector<DiffHunk> result;
    std::size_t i = 0, j = 0;
    while (i < a_.size() || j < b_.size()) {
      DiffHunk hunk{i, 0, j, 0};
      while (i < a_.size() && removed_[i]) ++i;
      while (j < b_.size() && added_[j]) ++j;
      hunk.old_count = i - hunk.old_start;
      hunk.new_count = j - hunk.new_start;
      if (hunk.old_count > 0 || hunk.new_count > 0) {
        result.push_back(hunk);
      } else {
        ++i, ++j;  // a line both texts have
      }
    }
    return result;
  }

  const Ids& a_;
  const Ids& b_;
  std::vector<bool> removed_, added_;
  std::vector<std::ptrdiff_t> forward_, backward_;
  std::size_t work_ = 0;
};

}  // namespace

std::vector<DiffHunk> diff_lines(std::string_view old_text, std::string_view new_text) {
  LineNumbers numbers;
  const Ids a = numbers.of(split_lines(old_text));
  const Ids b = numbers.of(split_lines(new_text));
  return Differ(a, b).run();
}

std::string unified_diff(std::string_view old_text, std::string_view new_text, std::string_view name,
                         std::size_t context) {
  const std::vector<DiffHunk> hunks = diff_lines(old_text, new_text);
  if (hunks.empty()) return {};
  const auto old_lines = split_lines(old_text), new_lines = split_lines(new_text);
  std::string out = fmt::format("--- a/{}\n+++ b/{}\n", name, name);
  const auto put = [&out](char mark, std::string_view line) {
    out += mark;
    out += line;
    out += '\n';
  };
  // As POSIX diff writes it: 1-based; an empty range names the line before it.
  const auto range = [](std::size_t start, std::size_t count) {
    if (count == 1) return fmt::format("{}", start + 1);
    return fmt::format("{},{}", count == 0 ? start : start + 1, count);
  };
  for (std::size_t first = 0; first < hunks.size();) {
    std::size_t last = first;  // hunks whose context touches are written as one
    while (last + 1 < hunks.size() &&
           hunks[last + 1].old_start - (hunks[last].old_start + hunks[last].old_count) <= 2 * context) {
      ++last;
    }
    const std::size_t before = std::min({context, hunks[first].old_start, hunks[first].new_start});
    const std::size_t old_end = hunks[last].old_start + hunks[last].old_count;
    const std::size_t new_end = hunks[last].new_start + hunks[last].new_count;
    const std::size_t after = std::min({context, old_lines.size() - old_end, new_lines.size() - new_end});
    std::size_t old_pos = hunks[first].old_start - before;
    const std::size_t new_pos = hunks[first].new_start - before;
    out += fmt::format("@@ -{} +{} @@\n", range(old_pos, old_end + after - old_pos),
                       range(new_pos, new_end + after - new_pos));
    for (std::size_t h = first; h <= last; ++h) {
      for (; old_pos < hunks[h].old_start; ++old_pos) put(' ', old_lines[old_pos]);
      for (; old_pos < hunks[h].old_start + hunks[h].old_count; ++old_pos) put('-', old_lines[old_pos]);
      for (std::size_t n = 0; n < hunks[h].new_count; ++n) put('+', new_lines[hunks[h].new_start + n]);
    }
    for (std::size_t n = 0; n < after; ++n) put(' ', old_lines[old_pos + n]);
    first = last + 1;
  }
  return out;
}

}  // namespace p2c
