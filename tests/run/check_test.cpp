// `check`: levels of any repository, without changing it.
#include "run/check.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace p2c::run {
namespace {

class CheckTest : public testing::Test {
 protected:
  artefacts::VerifyReport check(const std::string& level = "L1") {
    const auto sink = make_null_sink();
    return check_repository({repo(), level, 1}, *sink, {});
  }
  void write(const std::string& path, const std::string& text) { write_file_atomic(repo() / path, text); }
  fs::path repo() const { return place_.path() / "repo"; }
  TempDir place_{"p2c-check-test"};
};

TEST_F(CheckTest, AWholeRepositoryReachesL1AndStaysAsItIs) {
  write("pkg/__init__.py", "");
  write("pkg/a.py", "\"\"\"A.\"\"\"\n\n\ndef f(x: int) -> int:\n    \"\"\"Double.\"\"\"\n    return 2 * x\n");
  write("pkg/b.py", "\"\"\"B.\"\"\"\nfrom pkg.a import f\n\nVALUE = f(2)\n");
  write("requirements.txt", "numpy>=1.26\n");
  const auto before = list_files(place_.path());
  EXPECT_EQ("L1", check().level);
  EXPECT_EQ(before, list_files(place_.path()));
}

TEST_F(CheckTest, AFileThatDoesNotParseReachesNothing) {
  write("pkg/a.py", "def f(:\n");
  const auto report = check();
  EXPECT_EQ("", report.level);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ("pkg/a.py", report.findings[0].file);
  EXPECT_EQ("failed", report.levels[0].state);
  EXPECT_EQ("not_attempted", report.levels[1].state);
}

TEST_F(CheckTest, AnImportOfNothingStopsAtL0) {
  write("pkg/__init__.py", "");
  write("pkg/a.py", "\"\"\"A.\"\"\"\nfrom pkg.missing import thing\n\nVALUE = thing()\n");
  EXPECT_EQ("L0", check().level);
}

TEST_F(CheckTest, WhatCannotBeChecked) {
  EXPECT_THROW(check(), Error);  // no such folder
  write("a.py", "");
  EXPECT_THROW(check("L7"), Error);
}

TEST(LevelReached, ComparesByRank) {
  EXPECT_TRUE(level_reached("L3", "L3"));
  EXPECT_TRUE(level_reached("L4", "L1"));
  EXPECT_FALSE(level_reached("L2", "L3"));
  EXPECT_FALSE(level_reached("", "L0"));
}

}  // namespace
}  // namespace p2c::run
