// Operations on UTF-8 text.
#include "base/text.h"

#include <gtest/gtest.h>

#include <random>

namespace p2c {
namespace {

using Strings = std::vector<std::string>;

TEST(Text, TrimsSplitsAndJoins) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(split("a,,b,", ','), (Strings{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (Strings{""}));
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(replace_all("aaab", "aa", "b"), "bab");
  EXPECT_EQ(replace_all("a.b.c", ".", "::"), "a::b::c");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
  EXPECT_EQ(to_lower("ABC-Ä"), "abc-Ä");
  EXPECT_TRUE(starts_with_nocase("Content-Type", "content-"));
  EXPECT_FALSE(starts_with_nocase("Con", "content"));
  EXPECT_TRUE(contains("abc", "bc"));
  EXPECT_FALSE(contains("abc", "d"));
}

TEST(Text, SplitsLines) {
  using Views = std::vector<std::string_view>;
  EXPECT_EQ(split_lines(""), Views{});
  EXPECT_EQ(split_lines("a"), Views{"a"});
  EXPECT_EQ(split_lines("a\r\n\nb\n"), (Views{"a", "", "b"}));
  EXPECT_EQ(split_lines("\n"), Views{""});
  EXPECT_EQ(count_lines(""), 0u);
  EXPECT_EQ(count_lines("a"), 1u);
  EXPECT_EQ(count_lines("a\n"), 1u);
  EXPECT_EQ(count_lines("a\nb"), 2u);
  EXPECT_EQ(count_lines("\n\n"), 2u);
}

TEST(Utf8, AcceptsExactlyTheWellFormed) {
  for (const char* good : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(good));
    EXPECT_EQ(repair_utf8(good), good);
  }
  // Overlong forms, surrogates, beyond U+10FFFF, stray and missing continuation bytes.
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC2", "\xE2\x82", "\xF0\x9F\x98", "\xFF", "a\xC3z"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
    EXPECT_TRUE(is_valid_utf8(repair_utf8(bad)));
  }
}

TEST(Utf8, RepairsOneReplacementForEachMaximalPart) {
  EXPECT_EQ(repair_utf8("a\xE2\x82z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(repair_utf8("\xF0\x9F\x98"), "\xEF\xBF\xBD");
  EXPECT_EQ(repair_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(repair_utf8("a\xC3z"), "a\xEF\xBF\xBDz");
}

TEST(Utf8, RepairOfRandomBytesIsValidAndStable) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 2 != 0 ? 0x80 + random() % 128 : random());
    const std::string fixed = repair_utf8(bytes);
    ASSERT_TRUE(is_valid_utf8(fixed));
    ASSERT_EQ(repair_utf8(fixed), fixed);
    ASSERT_EQ(count_code_points(fixed), count_code_points(bytes));
  }
}

TEST(Utf8, ConvertsLatin1WithTheWindowsCodes) {
  EXPECT_EQ(latin1_to_utf8("na\xEFve \x93x\x94 \x80"), "naïve “x” €");
  EXPECT_EQ(latin1_to_utf8("\x81"), "\xEF\xBF\xBD");
  EXPECT_EQ(latin1_to_utf8("\xFF\xA0"), "ÿ\xC2\xA0");
}

TEST(Utf8, CountsAndCutsAtCodePoints) {
  EXPECT_EQ(count_code_points("aü€😀"), 4u);
  EXPECT_EQ(utf8_prefix("aü€😀", 100), "aü€😀");
  EXPECT_EQ(utf8_prefix("aü€😀", 9), "aü€");
  EXPECT_EQ(utf8_prefix("aü€😀", 6), "aü€");
  EXPECT_EQ(utf8_prefix("aü€😀", 5), "aü");
  EXPECT_EQ(utf8_prefix("aü€😀", 2), "a");
  EXPECT_EQ(utf8_prefix("ü", 1), "");
  EXPECT_EQ(utf8_prefix("abc", 0), "");
  EXPECT_EQ(utf8_prefix(std::string(20, '\x80'), 10).size(), 7u);  // no UTF-8: still bounded
}

TEST(Text, CollapsesWhiteSpace) {
  EXPECT_EQ(collapse_whitespace("  a \t\n b\xC2\xA0\xE2\x80\x83"
                                "c\xE2\x80\x8B "),
            "a b c");
  EXPECT_EQ(collapse_whitespace(" \n"), "");
  EXPECT_EQ(collapse_whitespace("a\xFF b"), "a\xFF b");
}

TEST(Text, NormalisesQuotesForMatching) {
  const std::string plain = "we \"set\" the rate to 0.1 - the first efficient flow isn't used...";
  EXPECT_EQ(normalise_for_match("We “set” the\nrate to 0.1 – the ﬁrst eﬃcient ﬂow isn’t used…"), plain);
  EXPECT_EQ(normalise_for_match("We ``set'' the rate  to 0.1 -- the first effi\xC2\xAD"
                                "cient flow isn't used..."),
            plain);
  EXPECT_EQ(normalise_for_match("x — y"), "x - y");
  EXPECT_EQ(normalise_for_match("\xE2\x88\x92"
                                "5"),
            "-5");
  EXPECT_EQ(normalise_for_match("a - - b"), "a - - b");
  EXPECT_EQ(normalise_for_match("' '"), "' '");
  EXPECT_EQ(normalise_for_match("  "), "");
  for (const char* text : {"“a” — ﬁ", "``x''", "a---b", "''''", "Ä\xFF"}) {
    const std::string once = normalise_for_match(text);
    EXPECT_EQ(normalise_for_match(once), once) << text;
  }
}

TEST(Text, StripsControlCharacters) {
  EXPECT_EQ(strip_control("a\x1b[1;31mred\x1b[0m\r\n\tb\x7f\x01"), "ared\n\tb");
  EXPECT_EQ(strip_control("x\x1b]0;title\ay\x1b]8;;http://e\x1b\\z"), "xyz");
  EXPECT_EQ(strip_control("a\x1bPq\x1b\\b\x1b(Bc\x1b"
                          "7d"),
            "abcd");
  EXPECT_EQ(strip_control("a\xC2\x9B"
                          "2Jb\xC2\x9D"
                          "0;t\xC2\x9C"
                          "c\xC2\x85"
                          "d"),
            "abcd");
  EXPECT_EQ(strip_control("a\x1b]never ended\nnext"), "a\nnext");
  EXPECT_EQ(strip_control("a\x1b"), "a");
  EXPECT_EQ(strip_control("a\x1b["), "a");
  EXPECT_EQ(strip_control("a\x1b[31\nb"), "a\nb");
  EXPECT_EQ(strip_control("ü€\xFF"), "ü€\xFF");
  EXPECT_EQ(strip_control(std::string("a\0b", 3)), "ab");
  EXPECT_EQ(strip_control("a\x1b\x1b[2Jb"), "ab");
}

}  // namespace
}  // namespace p2c
