// Line differences: correct on everything, minimal on what is of ordinary size, bounded on what is hostile.
#include "base/line_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>

#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"

namespace p2c {

bool operator==(const DiffHunk& a, const DiffHunk& b) {
  return a.old_start == b.old_start && a.old_count == b.old_count && a.new_start == b.new_start &&
         a.new_count == b.new_count;
}
std::ostream& operator<<(std::ostream& out, const DiffHunk& h) {
  return out << "-" << h.old_start << "," << h.old_count << " +" << h.new_start << "," << h.new_count;
}

namespace {

using Hunks = std::vector<DiffHunk>;

// The new text, made from the old one and the hunks; checks order and gaps on the way.
std::string apply(const std::string& old_text, const std::string& new_text, const Hunks& hunks) {
  const auto old_lines = split_lines(old_text), new_lines = split_lines(new_text);
  std::string out;
  std::size_t i = 0, j = 0;
  for (const DiffHunk& hunk : hunks) {
    EXPECT_TRUE(hunk.old_count > 0 || hunk.new_count > 0);
    EXPECT_TRUE(&hunk == &hunks.front() || hunk.old_start > i) << "hunks touch";
    EXPECT_EQ(hunk.old_start - i, hunk.new_start - j);
    for (; i < hunk.old_start; ++i, ++j) out += std::string(old_lines[i]) + "\n";
    for (; j < hunk.new_start + hunk.new_count; ++j) out += std::string(new_lines[j]) + "\n";
    i += hunk.old_count;
  }
  for (; i < old_lines.size(); ++i, ++j) out += std::string(old_lines[i]) + "\n";
  EXPECT_EQ(j, new_lines.size());
  return out;
}

std::size_t edits(const Hunks& hunks) {
  std::size_t count = 0;
  for (const DiffHunk& hunk : hunks) count += hunk.old_count + hunk.new_count;
  return count;
}

// Length of the shortest edit script, by the quadratic table.
std::size_t least_edits(const std::string& old_text, const std::string& new_text) {
  const auto a = split_lines(old_text), b = split_lines(new_text);
  std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      common[i + 1][j + 1] = a[i] == b[j] ? common[i][j] + 1 : std::max(common[i][j + 1], common[i + 1][j]);
    }
  }
  return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

std::string random_lines(std::mt19937& random, std::size_t count, unsigned alphabet) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::to_string(random() % alphabet) + "\n";
  return text;
}

TEST(DiffLines, FindsPlainChanges) {
  EXPECT_EQ(diff_lines("", ""), Hunks{});
  EXPECT_EQ(diff_lines("a\nb\n", "a\nb\n"), Hunks{});
  EXPECT_EQ(diff_lines("", "a\nb\n"), (Hunks{{0, 0, 0, 2}}));
  EXPECT_EQ(diff_lines("a\nb\n", ""), (Hunks{{0, 2, 0, 0}}));
  EXPECT_EQ(diff_lines("a\nb\nc\n", "a\nx\nc\n"), (Hunks{{1, 1, 1, 1}}));
  EXPECT_EQ(diff_lines("a\nb\nc\n", "a\nc\nd\n"), (Hunks{{1, 1, 1, 0}, {3, 0, 2, 1}}));
}

TEST(DiffLines, IgnoresBlanksAtLineEndsOnly) {
  EXPECT_EQ(diff_lines("a \nb\t\r\nc", "a\nb\nc\n"), Hunks{});
  EXPECT_EQ(diff_lines(" a\n", "a\n"), (Hunks{{0, 1, 0, 1}}));
}

TEST(DiffLines, IsCorrectAndMinimalOnRandomTexts) {
  std::mt19937 random(3);
  for (int round = 0; round < 1500; ++round) {
    const unsigned alphabet = 1 + random() % 6;
    const std::string a = random_lines(random, random() % 14, alphabet),
                      b = random_lines(random, random() % 14, alphabet);
    const Hunks hunks = diff_lines(a, b);
    ASSERT_EQ(apply(a, b, hunks), b) << a << "----\n" << b;
    ASSERT_EQ(edits(hunks), least_edits(a, b)) << a << "----\n" << b;
  }
  for (int round = 0; round < 20; ++round) {
    const std::string a = random_lines(random, 150, 12), b = random_lines(random, 170, 12);
    const Hunks hunks = diff_lines(a, b);
    ASSERT_EQ(apply(a, b, hunks), b);
    ASSERT_EQ(edits(hunks), least_edits(a, b));
  }
}

TEST(DiffLines, IsMinimalOnLargeTextsWithFewChanges) {
  std::mt19937 random(5);
  std::string a, b;
  std::size_t changes = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    a += line;
    if (i % 50 == 7) {
      b += "changed " + std::to_string(i) + "\n";
      changes += 2;
    } else {
      b += line;
    }
  }
  const Hunks hunks = diff_lines(a, b);
  EXPECT_EQ(apply(a, b, hunks), b);
  EXPECT_EQ(edits(hunks), changes);
}

TEST(DiffLines, HostileTextsCostBoundedTime) {
  std::mt19937 random(11);
  // Two long texts over a few lines: almost everything differs and almost everything matches somewhere.
  const std::string a = random_lines(random, 100'000, 4), b = random_lines(random, 100'000, 4);
  const Stopwatch watch;
  const Hunks hunks = diff_lines(a, b);
  EXPECT_LT(watch.elapsed().count(),
            10'000);  // 0.1 s in a release build; a quadratic search would take hours
  EXPECT_EQ(apply(a, b, hunks), b);
  const Hunks none_common = diff_lines(random_lines(random, 100'000, 1u << 30), a);
  EXPECT_EQ(edits(none_common), 200'000u);
}

TEST(UnifiedDiff, WritesWhatPatchReads) {
  EXPECT_EQ(unified_diff("a\n", "a\n", "f.py"), "");
  EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n", "f.py", 1),
            "--- a/f.py\n+++ b/f.py\n@@ -4,3 +4,3 @@\n 4\n-5\n+x\n 6\n");
  EXPECT_EQ(unified_diff("", "a\nb\n", "f", 3), "--- a/f\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  EXPECT_EQ(unified_diff("a\nb\n", "", "f", 3), "--- a/f\n+++ b/f\n@@ -1,2 +0,0 @@\n-a\n-b\n");
}

TEST(UnifiedDiff, AgreesWithThePatchProgram) {
  if (find_program("patch").empty()) GTEST_SKIP() << "no patch program";
  std::mt19937 random(17);
  const TempDir dir;
  for (int round = 0; round < 25; ++round) {
    const std::string a = random_lines(random, 1 + random() % 40, 8),
                      b = random_lines(random, 1 + random() % 40, 8);
    write_file_atomic(dir.path() / "f", a);
    const std::string diff = unified_diff(a, b, "f", random() % 4);
    if (diff.empty()) continue;
    ProcessOptions options;
    options.argv = {"patch", "-s", "-p1", "--fuzz=0"};
    options.working_directory = dir.path();
    options.input = diff;
    const ProcessResult result = run_process(options);
    ASSERT_TRUE(result.ok()) << diff << result.out << result.err;
    ASSERT_EQ(read_file(dir.path() / "f"), b) << diff;
  }
}

}  // namespace
}  // namespace p2c
