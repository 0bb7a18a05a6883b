// Spec 12.3: what counts, how it is counted, and the published figures recomputed.
#include "verify/ledger.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

namespace p2c::verify {
namespace {

TEST(FixRate, WorkedFiguresOfTheProtocol) {
  const std::vector<PaperFigures> papers = {{5, 1132}, {6, 2060}, {17, 1609}, {27, 1334}, {14, 1374}};
  EXPECT_NEAR(100 * mean_rate(papers), 0.97, 0.005);
  EXPECT_NEAR(100 * pooled_rate(papers), 0.92, 0.005);
  EXPECT_NEAR(100 * median_rate(papers), 1.02, 0.005);
  // The printed 0.81 % is the sum of the five rates over six.
  EXPECT_NEAR(100 * mean_rate(papers) * 5 / 6, 0.81, 0.005);
  EXPECT_NEAR(100 * line_fix_rate(780, 16189), 4.82, 0.005);
  EXPECT_DOUBLE_EQ(line_fix_rate(3, 0), 0.0);
  EXPECT_DOUBLE_EQ(median_rate({{1, 100}, {3, 100}}), 0.02);
  EXPECT_DOUBLE_EQ(mean_rate({}), 0.0);
  EXPECT_DOUBLE_EQ(first_run_rate({{0, 10}, {0, 10}, {1, 10}, {0, 10}}, {true, false, true, true}), 0.5);
}

TEST(FixRate, CountsSourceAndNothingElse) {
  for (const char* path : {"pkg/a.py", "configs/smoke.yaml", "reproduce.sh", "requirements.txt",
                           "pyproject.toml", "configs/x.json", "Makefile"}) {
    EXPECT_TRUE(counts_for_fix_rate(path)) << path;
  }
  for (const char* path : {"README.md", "REPRODUCTION.md", "provenance.jsonl", "data/x.json", "data/x.csv",
                           "notes.txt", ".gitignore", "readme.py"}) {
    EXPECT_FALSE(counts_for_fix_rate(path)) << path;
  }
  const RepoFiles files = {{"a.py", "# comment\n\nx = 1\n   \n    # more\ny = 2"}, {"README.md", "text\n"}};
  EXPECT_EQ(count_source_lines(files), 4);
  EXPECT_EQ(count_source_lines(files, true), 2);
}

TEST(FixRate, SumsTheLargerSideOfEachHunk) {
  const RepoFiles before = {{"a.py", "1\n2\n3\n4\n5\n6\n7\n8\n"},
                            {"gone.py", "x\ny\n"},
                            {"README.md", "old\n"},
                            {"same.py", "k \n"}};
  const RepoFiles after = {{"a.py", "1\ntwo\nzwei\n3\n4\n5\n8\n"},
                           {"new.py", "a\nb\nc\n"},
                           {"README.md", "new\n"},
                           {"same.py", "k\n"}};
  const ChangedLines changed = count_changed_lines(before, after);
  EXPECT_EQ(changed.changed, 2 + 2 + 2 + 3);  // 2 -> two lines; 6 and 7 gone; gone.py; new.py
  EXPECT_EQ(changed.touches, 4);
  EXPECT_EQ(changed.files, 3);
}

TEST(CauseClass, FollowsTheProtocolsList) {
  EXPECT_EQ(cause_class("F01", "", ""), "packaging");
  EXPECT_EQ(cause_class("F03", "", ""), "import");
  EXPECT_EQ(cause_class("F11", "", ""), "config");
  EXPECT_EQ(cause_class("F07", "", ""), "API version");
  EXPECT_EQ(cause_class("F20", "", ""), "logic");
  EXPECT_EQ(cause_class("F57", "", ""), "other");
  EXPECT_EQ(cause_class("L2:train", "ModuleNotFoundError", "No module named 'x'"), "import");
  EXPECT_EQ(cause_class("L3:train", "FileNotFoundError", "data.csv"), "data path");
  EXPECT_EQ(cause_class("L3:train", "AttributeError", "no configuration key 'a'"), "config");
  EXPECT_EQ(cause_class("T:x", "AttributeError", "module 'numpy' has no attribute 'float'"), "API version");
  EXPECT_EQ(cause_class("T:x", "RuntimeError", "CUDA error"), "hardware");
  EXPECT_EQ(cause_class("L3:train", "LocalEntryNotFoundError", "offline"), "model/data id");
  EXPECT_EQ(cause_class("T:x", "AssertionError", "assert 1 == 2"), "logic");
}

class LedgerTest : public testing::Test {
 protected:
  TempDir room_{"p2c-test"};
  RepoFiles files_ = {{"a.py", "1\n2\n3\n4\n5\n"}, {"requirements.txt", "numpy\n"}};
};

TEST_F(LedgerTest, WritesOneLineAChangedFile) {
  const fs::path path = room_.path() / "ledger.jsonl";
  append_line(path, "from an earlier run");
  Ledger ledger(files_, path);
  EXPECT_EQ(read_file(path), "");
  RepoFiles next = files_;
  next["requirements.txt"] = "numpy\ntorch\n";
  EXPECT_EQ(ledger.record(next, {0, "tool", {"F01", "packaging", "torch is imported"}, "", "", {}}), 1u);
  next["a.py"] = "1\ntwo\n3\n4\n";
  next["b.py"] = "new\n";
  EXPECT_EQ(ledger.record(next, {1, "model", {"T:x", "logic", "assert"}, "L1", "L3", {"R-001"}}), 2u);
  EXPECT_EQ(ledger.record(next, {1, "model", {}, "", "", {}}), 0u);

  const auto text = read_file(path);
  const auto lines = split_lines(text);
  ASSERT_EQ(lines.size(), 3u);
  const auto entry = artefacts::from_json<artefacts::LedgerEntry>(parse_json(lines[1], "ledger"), "ledger");
  EXPECT_EQ(entry.seq, 2);
  EXPECT_EQ(entry.round, 1);
  EXPECT_EQ(entry.actor, "model");
  EXPECT_EQ(entry.file, "a.py");
  ASSERT_EQ(entry.hunks.size(), 2u);
  EXPECT_EQ(entry.hunks[0].old_start, 2);
  EXPECT_EQ(entry.modified, 1);
  EXPECT_EQ(entry.deleted, 1);
  EXPECT_EQ(entry.added, 0);
  EXPECT_EQ(entry.level_after, "L3");
  EXPECT_EQ(entry.reqs, std::vector<std::string>{"R-001"});
}

TEST_F(LedgerTest, SplitsTheChangedLinesByWhoMadeThem) {
  Ledger ledger(files_, {});
  RepoFiles next = files_;
  next["a.py"] = "one\n2\n3\n4\n5\n";
  ledger.record(next, {0, "tool", {"F03", "import", ""}, "", "", {}});
  next["a.py"] = "one\n2\n3\nfour\nfive\n";
  ledger.record(next, {1, "model", {"T:x", "logic", ""}, "", "", {}});
  next.erase("requirements.txt");
  ledger.record(next, {2, "model", {"L2", "packaging", ""}, "", "", {}});
  const auto summary = ledger.summary();
  EXPECT_EQ(summary.lines_total, 6);
  EXPECT_EQ(summary.changed.changed, 4);
  EXPECT_EQ(summary.by_actor.at("tool"), 1);
  EXPECT_EQ(summary.by_actor.at("model"), 3);
  EXPECT_EQ(summary.by_class.at("logic"), 2);
  EXPECT_EQ(summary.by_class.at("packaging"), 1);
  EXPECT_EQ(summary.changed.touches, 3);
  EXPECT_EQ(summary.changed.files, 2);
  EXPECT_DOUBLE_EQ(summary.rate, 4.0 / 6);
}

TEST_F(LedgerTest, AChangeThatIsTakenBackCountsForNothing) {
  Ledger ledger(files_, {});
  RepoFiles next = files_;
  next["a.py"] = "x\n";
  ledger.record(next, {1, "model", {}, "", "", {}});
  ledger.record(files_, {1, "tool", {}, "", "", {}});
  EXPECT_EQ(ledger.entries().size(), 2u);
  EXPECT_EQ(ledger.summary().changed.changed, 0);
  EXPECT_TRUE(ledger.summary().by_actor.empty());
}

}  // namespace
}  // namespace p2c::verify
