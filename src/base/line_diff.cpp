#include "base/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace p2c {
namespace {

using Ids = std::vector<std::uint32_t>;

// Steps of the search per call of diff_lines: some 0.2 s. Beyond it the texts have little in common.
constexpr std::size_t kMaxWork = 40'000'000;

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
      ids.push_back(known_.emplace(without_trailing_blanks(line), static_cast<std::uint32_t>(known_.size())).first->second);
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

// Myers, "An O(ND) difference algorithm and its variations" (1986), section 4b: the middle snake is looked for from both
// ends, which needs memory for one row only; the two halves are then boxes of their own.
class Differ {
 public:
  Differ(const Ids& a, const Ids& b) : a_(a), b_(b), removed_(a.size(), false), added_(b.size(), false) {
    const std::size_t width = 2 * (a.size() + b.size()) + 3;
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

  // A point that a shortest edit path through the box goes through, neither of its corners. False when the work allowed
  // is used up.
  bool split(const Box& box, std::size_t& a_split, std::size_t& b_split) {
    const std::ptrdiff_t n = offset(box.a_end - box.a_begin), m = offset(box.b_end - box.b_begin);
    const std::ptrdiff_t delta = n - m;
    const bool odd = (delta & 1) != 0;
    const std::ptrdiff_t zero = offset(forward_.size() / 2);
    const auto a = [&](std::ptrdiff_t i) { return a_[box.a_begin + static_cast<std::size_t>(i)]; };
    const auto b = [&](std::ptrdiff_t i) { return b_[box.b_begin + static_cast<std::size_t>(i)]; };
    const auto fwd = [&](std::ptrdiff_t k) -> std::ptrdiff_t& { return forward_[static_cast<std::size_t>(zero + k)]; };
    const auto bwd = [&](std::ptrdiff_t k) -> std::ptrdiff_t& { return backward_[static_cast<std::size_t>(zero + k)]; };
    const auto found = [&](std::ptrdiff_t x, std::ptrdiff_t y) {
      a_split = box.a_begin + static_cast<std::size_t>(x);
      b_split = box.b_begin + static_cast<std::size_t>(y);
      return true;
    };

    // Diagonal k = x - y. fwd(k): farthest x reached from the start; bwd(k): smallest x reached from the end, on the
    // same numbering of diagonals. Diagonals outside the box are left out, so x stays in 0..n and y in 0..m.
    fwd(1) = 0;
    bwd(delta - 1) = n;
    const std::ptrdiff_t max_d = (n + m + 1) / 2;
    for (std::ptrdiff_t d = 0; d <= max_d; ++d) {
      work_ += static_cast<std::size_t>(2 * d + 2);
      if (work_ > kMaxWork) return false;
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        const bool down = k == -d || (k != d && fwd(k - 1) < fwd(k + 1));
        std::ptrdiff_t x = down ? fwd(k + 1) : fwd(k - 1) + 1;
        const std::ptrdiff_t from = x;
        while (x < n && x - k < m && x >= 0 && x - k >= 0 && a(x) == b(x - k)) ++x;
        work_ += static_cast<std::size_t>(x - from);
        fwd(k) = x;
        if (odd && k >= delta - (d - 1) && k <= delta + (d - 1) && fwd(k) >= bwd(k)) return accept(found, x, x - k, n, m);
      }
      for (std::ptrdiff_t c = -d; c <= d; c += 2) {
        const std::ptrdiff_t k = c + delta;
        const bool up = c == d || (c != -d && bwd(k - 1) < bwd(k + 1));
        std::ptrdiff_t x = up ? bwd(k - 1) : bwd(k + 1) - 1;
        const std::ptrdiff_t from = x;
        while (x > 0 && x - k > 0 && x <= n && x - k <= m && a(x - 1) == b(x - k - 1)) --x;
        work_ += static_cast<std::size_t>(from - x);
        bwd(k) = x;
        if (!odd && k >= -d && k <= d && fwd(k) >= bwd(k)) return accept(found, x, x - k, n, m);
      }
    }
    return false;
  }

  // The point lies in the box by construction; a point outside it or in a corner would make no progress.
  template <class Found>
  static bool accept(Found found, std::ptrdiff_t x, std::ptrdiff_t y, std::ptrdiff_t n, std::ptrdiff_t m) {
    if (x < 0 || y < 0 || x > n || y > m || (x == 0 && y == 0) || (x == n && y == m)) return false;
    return found(x, y);
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

std::string unified_diff(std::string_view old_text, std::string_view new_text, std::string_view name, std::size_t context) {
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
    out += fmt::format("@@ -{} +{} @@\n", range(old_pos, old_end + after - old_pos), range(new_pos, new_end + after - new_pos));
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
