// The error type, and the exit codes as the documentation states them.
#include "base/error.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "support.h"

namespace p2c {
namespace {

// Rows of the error table: code name -> cells.
std::map<std::string, std::vector<std::string>> documented_codes() {
  const std::string text = read_file(test::source_path("docs/exit-codes.md"));
  std::map<std::string, std::vector<std::string>> rows;
  for (const std::string_view line : split_lines(text)) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    for (const std::string& cell : split(line, '|')) cells.emplace_back(trim(cell));
    const std::string name = replace_all(cells.at(1), "`", "");
    EXPECT_TRUE(rows.emplace(name, cells).second) << name << " stands twice";
  }
  return rows;
}

TEST(ExitCodes, AreTheDocumentedOnes) {
  auto documented = documented_codes();
  for (const ErrorCode code : all_error_codes()) {
    const std::string name(to_string(code));
    ASSERT_TRUE(documented.contains(name)) << name << " is not in docs/exit-codes.md";
    const auto& cells = documented[name];
    ASSERT_EQ(cells.size(), 6u) << name;  // four cells between five bars
    EXPECT_EQ(cells[2], std::to_string(exit_code(code))) << name;
    EXPECT_FALSE(cells[3].empty()) << name << " has no meaning";
    EXPECT_FALSE(cells[4].empty()) << name << " has no advice";
    documented.erase(name);
  }
  for (const auto& [name, cells] : documented) ADD_FAILURE() << name << " is documented but does not exist";
}

TEST(ExitCodes, AreDistinctAndLeaveRoomForTheShell) {
  std::set<int> seen;
  for (const ErrorCode code : all_error_codes()) {
    EXPECT_TRUE(seen.insert(exit_code(code)).second) << to_string(code);
    EXPECT_GE(exit_code(code), 2);
    EXPECT_LE(exit_code(code), 125);  // 126 and above are the shell's
  }
}

TEST(Error, SaysSubjectMessageFoundExpectedAndHintOnOneLine) {
  const Error error(
      ErrorCode::bad_input, "is no number",
      {.subject = "config.yaml", .found = "abc", .expected = "1..9", .hint = "Correct the line."});
  EXPECT_STREQ(error.what(), "config.yaml: is no number (found abc, expected 1..9). Correct the line.");
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_STREQ(Error(ErrorCode::io, "broken").what(), "broken");
  EXPECT_STREQ(Error(ErrorCode::io, "broken", {.found = "x"}).what(), "broken (found x)");
  EXPECT_STREQ(Error(ErrorCode::io, "broken", {.expected = "y"}).what(), "broken (expected y)");
}

TEST(Error, LineIsShortWhateverItsParts) {
  const std::string large(1'000'000, 'x');
  const Error error(ErrorCode::bad_input, large,
                    {.subject = large, .found = large, .expected = large, .hint = large});
  EXPECT_LT(std::string(error.what()).size(), 2200u);
  EXPECT_EQ(error.detail().found.size(), large.size());
}

TEST(Error, LineIsSafeForATerminal) {
  const Error error(ErrorCode::bad_input, "bad\nname",
                    {.subject = "a\x1b[31mb\x1b]0;title\a\tc",
                     .found = "\xff\xc2\x9b"
                              "2Jd"});
  const std::string line = error.what();
  EXPECT_EQ(line,
            "ab c: bad name (found \xEF\xBF\xBD"
            "d)");
  EXPECT_TRUE(is_valid_utf8(line));
}

}  // namespace
}  // namespace p2c
