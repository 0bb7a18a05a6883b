// Every rule of the lenient JSON reader, one test each, and what must not change.
#include "llm/lenient_json.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "base/text.h"

namespace p2c::llm {
namespace {

Json read(std::string_view text) {
  const LenientResult result = read_lenient_json(text);
  EXPECT_TRUE(result.found) << text;
  return result.value;
}

std::string warnings_of(std::string_view text) {
  std::string all;
  for (const std::string& warning : read_lenient_json(text).warnings) all += warning + "\n";
  return all;
}

// Reads to the value given as strict JSON, is complete, and warned with this phrase (empty: no warning at
// all).
void expect_reads(std::string_view text, std::string_view strict, std::string_view warning = "") {
  const LenientResult result = read_lenient_json(text);
  ASSERT_TRUE(result.found) << text;
  EXPECT_FALSE(result.truncated) << text;
  EXPECT_EQ(result.value, Json::parse(strict)) << text;
  const std::string all = warnings_of(text);
  if (warning.empty()) {
    EXPECT_EQ(all, "") << text;
  } else {
    EXPECT_NE(all.find(warning), std::string::npos) << text << "\n" << all;
  }
}

TEST(LenientJson, StrictJsonIsReadAsItIsWithoutWarnings) {
  expect_reads(R"({"a": [1, -2.5, 3e2, true, false, null, "x\n\"y\" é \u00e9 \ud83d\ude00 \/"]})",
               R"({"a": [1, -2.5, 3e2, true, false, null, "x\n\"y\" é é 😀 /"]})");
}

TEST(LenientJson, ByteOrderMark) {
  expect_reads("\xEF\xBB\xBF{\"a\":1}", R"({"a":1})");
}

TEST(LenientJson, ThinkingBlockIsDropped) {
  expect_reads("<think>maybe {\"a\": 0}?</think>\n{\"a\":1}", R"({"a":1})");
  expect_reads("<think>a</think><think>b [2]</think>[1]", "[1]");
}

TEST(LenientJson, OnlyClosingThinkTagDropsWhatIsBefore) {
  expect_reads("first {\"a\": 0, \"long\": \"enough to win\"}\n</think>\n{\"a\":1}", R"({"a":1})");
}

TEST(LenientJson, OnlyOpeningThinkTagIsAMissingAnswer) {
  const LenientResult result = read_lenient_json("<think>let me see {\"a\":1}");
  EXPECT_FALSE(result.found);
  EXPECT_TRUE(result.truncated);
}

TEST(LenientJson, ThinkTagInsideAStringIsContent) {
  expect_reads(R"({"q": "answers end with </think>", "n": 1})",
               R"({"q": "answers end with </think>", "n": 1})");
}

TEST(StripThinking, KeepsTheAnswerInFrontOfAnAfterthought) {
  EXPECT_EQ(strip_thinking("<think>x</think>yes"), "yes");
  EXPECT_EQ(strip_thinking("x</think>yes"), "yes");
  EXPECT_EQ(strip_thinking("yes <THINK>hm</THINK>\n"), "yes ");
  EXPECT_EQ(strip_thinking("<think>never ends"), "");
  EXPECT_EQ(strip_thinking("nothing"), "nothing");
}

TEST(LenientJson, LastFenceTaggedJsonWins) {
  expect_reads(
      "Example:\n```json\n{\"a\": 0, \"much\": \"longer than the "
      "answer\"}\n```\nAnswer:\n```json\n{\"a\":1}\n```\n"
      "```python\nx = {\"a\": 2}\n```\n",
      R"({"a":1})");
}

TEST(LenientJson, AnyFenceWhenNoneIsTagged) {
  expect_reads("Here [1]:\n```\n{\"a\":1}\n```\nGood luck {you}.", R"({"a":1})");
  expect_reads("~~~\n[3]\n~~~", "[3]");
  expect_reads("```json {\"a\":1} ```", R"({"a":1})");
}

TEST(LenientJson, FenceMarkInsideAStringDoesNotEndTheValue) {
  expect_reads("```json\n{\"code\": \"\n```\nx\n```\n\", \"n\": 1}\n```",
               R"({"code": "\n```\nx\n```\n", "n": 1})", "raw line break");
}

TEST(LenientJson, LongestValueBetweenSentences) {
  expect_reads("As in [1] and {x}, the answer is {\"a\": [1, 2, {\"b\": \"} ] {\"}]} as asked [2].",
               R"({"a": [1, 2, {"b": "} ] {"}]})");
}

TEST(LenientJson, ProseBracketThatNeverClosesDoesNotSwallowTheValue) {
  EXPECT_EQ(read("note [1 of the paper, then: {\"a\": 1, \"b\": 2}"), Json::parse(R"({"a": 1, "b": 2})"));
}

TEST(LenientJson, ValuesInARowBecomeAList) {
  expect_reads("{\"a\":1}\n{\"a\":2}\n", R"([{"a":1},{"a":2}])", "several values");
}

TEST(LenientJson, ScalarAnswers) {
  expect_reads("true", "true");
  expect_reads(" 42\n", "42");
  EXPECT_FALSE(read_lenient_json("I cannot do that.").found);
  EXPECT_FALSE(read_lenient_json("").found);
}

TEST(LenientJson, Comments) {
  expect_reads("{\"a\": 1, // one\n \"b\": 2, # two\n /* three */ \"c\": \"http://x#y /* z */\"}",
               R"({"a":1,"b":2,"c":"http://x#y /* z */"})", "comment");
}

TEST(LenientJson, TrailingAndSuperfluousCommas) {
  expect_reads("{\"a\": [1, 2,], \"b\": 3,}", R"({"a":[1,2],"b":3})", "trailing comma");
  expect_reads("[1,,2]", "[1,2]", "superfluous comma");
}

TEST(LenientJson, MissingCommas) {
  expect_reads("[{\"a\":1}\n{\"a\":2}]", R"([{"a":1},{"a":2}])", "missing comma");
  expect_reads("[\"a\"\n\"b\"]", R"(["a","b"])", "missing comma");
  expect_reads("{\"a\": \"x\"\n \"b\": \"y\"}", R"({"a":"x","b":"y"})", "missing comma");
}

TEST(LenientJson, SingleQuotes) {
  expect_reads("{'a': 'it's \"fine\"', 'b': ['x', 'don\\'t']}", R"({"a":"it's \"fine\"","b":["x","don't"]})",
               "single-quoted");
}

TEST(LenientJson, TypographicQuotesAsDelimiters) {
  expect_reads("{“a”: “x”, „b“: ‘it’s’}", R"({"a":"x","b":"it’s"})", "typographic");
  expect_reads("{\"a\": \"he said “yes”\"}", R"({"a":"he said “yes”"})");
}

TEST(LenientJson, UnquotedKeys) {
  expect_reads("{a: 1, long_key-2: {b: 2}}", R"({"a":1,"long_key-2":{"b":2}})", "unquoted key");
}

TEST(LenientJson, PythonConstants) {
  expect_reads("{\"a\": True, \"b\": False, \"c\": None}", R"({"a":true,"b":false,"c":null})",
               "Python constant");
}

TEST(LenientJson, NanAndInfinityAreNull) {
  expect_reads("[NaN, Infinity, -Infinity, 1]", "[null,null,null,1]", "NaN");
}

TEST(LenientJson, RawLineBreaksAndTabsInStrings) {
  expect_reads("{\"a\": \"line one\nline two\tend\"}", R"({"a":"line one\nline two\tend"})",
               "raw line break");
}

TEST(LenientJson, DuplicateKeysLastWins) {
  expect_reads(R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})", "duplicate key");
}

TEST(LenientJson, UnescapedInnerQuotes) {
  expect_reads(R"({"q": "he said "yes" to it", "n": ["the "best", they say", "b"]})",
               R"({"q": "he said \"yes\" to it", "n": ["the \"best\", they say", "b"]})", "unescaped quote");
}

TEST(LenientJson, UnquotedText) {
  expect_reads("{\"kind\": equation, \"id\": E7 }", R"({"kind":"equation","id":"E7"})", "unquoted text");
}

TEST(LenientJson, NumbersInLooseForms) {
  EXPECT_EQ(read("[+1, .5, 2., 12345678901234567890123, 1e999, 18446744073709551615]").dump(),
            "[1,0.5,2.0,1.2345678901234568e+22,\"1e999\",18446744073709551615]");
  EXPECT_EQ(read("[007, 2015-09-30]"), Json::parse(R"(["007","2015-09-30"])"));
}

TEST(LenientJson, MissingClosingBracketsInside) {
  expect_reads(R"({"a": [1, {"b": 2], "c": 3})", R"({"a":[1,{"b":2}],"c":3})", "closing bracket");
  expect_reads(R"([{"a": [1, 2}, {"b": 3}])", R"([{"a":[1,2]},{"b":3}])", "closing bracket");
}

TEST(LenientJson, InvalidUtf8IsReplaced) {
  const LenientResult result = read_lenient_json("{\"a\": \"x\xFFy\"}");
  ASSERT_TRUE(result.found);
  EXPECT_EQ(result.value["a"], "x\xEF\xBF\xBDy");
}

TEST(LenientJson, HalfSurrogatesAndNulAreReplaced) {
  EXPECT_EQ(read(R"(["\ud83d x", "\ude00", "a\u0000b"])"),
            Json::parse("[\"\uFFFD x\", \"\uFFFD\", \"a\uFFFDb\"]"));
}

// ---- cut off ----

void expect_cut(std::string_view text, std::string_view strict) {
  const LenientResult result = read_lenient_json(text);
  ASSERT_TRUE(result.found) << text;
  EXPECT_TRUE(result.truncated) << text;
  EXPECT_EQ(result.value, Json::parse(strict)) << text;
}

TEST(LenientJson, CutOffKeepsCompleteItems) {
  expect_cut(R"({"items": [{"a": 1}, {"a": 2}, {"a": 3, "b": "unfin)", R"({"items": [{"a":1},{"a":2}]})");
  expect_cut(R"(["a", "b", "c)", R"(["a","b"])");
  expect_cut(R"({"a": 1, "b")", R"({"a":1})");
  expect_cut(R"({"a": 1, "b": 12)", R"({"a":1})");
  expect_cut(R"({"a": 1, "b": "x\)", R"({"a":1})");
  expect_cut("Sure:\n```json\n{\"items\": [{\"a\": 1}, {\"a\":", R"({"items": [{"a":1}]})");
  expect_cut("{", "{}");
  expect_cut("[[1, 2], [3", "[[1,2]]");
}

TEST(LenientJson, DepthIsLimited) {
  const std::string deep(500'000, '[');
  const LenientResult result = read_lenient_json(deep);
  EXPECT_TRUE(result.found);
  EXPECT_TRUE(result.truncated);
  const LenientResult ninety = read_lenient_json(std::string(90, '[') + std::string(90, ']'));
  EXPECT_FALSE(ninety.truncated);
}

TEST(LenientJson, LongTextIsCutAtTheLimit) {
  std::string text = "[";
  while (text.size() < (4u << 20) + 1000) text += "\"0123456789012345678901234567890123456789\",";
  text += "1]";
  const LenientResult result = read_lenient_json(text);
  EXPECT_TRUE(result.truncated);
  EXPECT_GT(result.value.size(), 90'000u);
}

// Inputs that would cost quadratic time in a naive reader: each must pass in well under the test's time
// limit.
TEST(LenientJson, HostileTextTakesLinearTime) {
  const std::size_t n = 1u << 19;
  auto repeat = [](std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
  };
  for (std::string_view piece : {"{\"a\":", "[\"", "\"/*", "\"//", "\"#", "\" , ", "{a", "[1", "```json\n{",
                                 "<think>", "</think>", "\\", "\\n", "{'", "}", "[{"}) {
    for (const std::string& text : {repeat(piece, n), "{\"x\": \"" + repeat(piece, n)}) {
      const auto start = std::chrono::steady_clock::now();
      read_lenient_json(text);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      EXPECT_LT(seconds.count(), 10) << utf8_prefix(text, 40);
    }
  }
  std::string keys = "{";
  for (int i = 0; i < 100'000; ++i) keys += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_EQ(read(keys + "}").size(), 100'000u);
}

// ---- the backslash trap ----

TEST(LenientJsonLatex, InvalidEscapesKeepTheBackslash) {
  expect_reads(R"(["\alpha + \sum_{i} \( x \) \, \{"])", R"(["\\alpha + \\sum_{i} \\( x \\) \\, \\{"])",
               "invalid escape");
}

TEST(LenientJsonLatex, LegalEscapesThatAreCommandsAreTurnedBack) {
  const std::pair<const char*, const char*> cases[] = {{"\\frac{1}{2}", "\\frac{1}{2}"},
                                                       {"\\beta_1", "\\beta_1"},
                                                       {"\\nabla f", "\\nabla f"},
                                                       {"\\nu", "\\nu"},
                                                       {"a \\nu b", "a \\nu b"},
                                                       {"x \\neq y", "x \\neq y"},
                                                       {"\\theta", "\\theta"},
                                                       {"\\tau", "\\tau"},
                                                       {"\\text{softmax}", "\\text{softmax}"},
                                                       {"\\rho", "\\rho"},
                                                       {"\\left( x \\right)", "\\left( x \\right)"},
                                                       {"\\times", "\\times"},
                                                       {"\\bm{x}", "\\bm{x}"},
                                                       {"\\forall", "\\forall"},
                                                       {"\\rightarrow", "\\rightarrow"},
                                                       {"\\tanh(x)", "\\tanh(x)"},
                                                       {"\\underline{x}", "\\underline{x}"},
                                                       {"\\bfx", "\\bfx"},
                                                       {"\\nabla_\\theta", "\\nabla_\\theta"},
                                                       {"(\\mu,\\nu)", "(\\mu,\\nu)"},
                                                       {"a \\ne b", "a \\ne b"},
                                                       {"x \\to y", "x \\to y"}};
  for (const auto& [raw, wanted] : cases) {
    EXPECT_EQ(read("[\"" + std::string(raw) + "\"]")[0], wanted) << raw;
  }
}

TEST(LenientJsonLatex, RealEscapesStay) {
  const std::pair<const char*, const char*> cases[] = {{"one\\ntwo", "one\ntwo"},
                                                       {"x:\\treturn 1", "x:\treturn 1"},
                                                       {"end.\\nu is next", "end.\nu is next"},
                                                       {"a\\r\\nb", "a\r\nb"},
                                                       {"loop:\\n\\ttotal", "loop:\n\ttotal"},
                                                       {"line\\nnext", "line\nnext"},
                                                       {"so.\\nerror", "so.\nerror"},
                                                       {"x\\b", "x\b"},
                                                       {"where:\\ne = mc", "where:\ne = mc"},
                                                       {"\\\\nabla", "\\nabla"},
                                                       {"\\\\frac", "\\frac"}};
  for (const auto& [raw, wanted] : cases) {
    EXPECT_EQ(read("[\"" + std::string(raw) + "\"]")[0], wanted) << raw;
  }
}

TEST(LenientJsonLatex, DecodedControlCharactersAreTurnedBack) {
  EXPECT_EQ(read("[\"\frac{a}{b} \beta \theta\"]")[0], "\\frac{a}{b} \\beta \\theta");
  EXPECT_EQ(read("[\"\\u000crac and \\u0008eta\"]")[0], "\\frac and \\beta");
  EXPECT_EQ(read("[\"line\nu and\to\"]")[0], "line\nu and\to");
}

// ---- property: valid JSON is untouched ----

Json random_value(std::mt19937& random, int depth) {
  static const std::vector<std::string> kTexts = {"",      "a",           "x, y", "he said \"yes\", then",
                                                  "} ] {", "it's",        "“q”",  "# no comment",
                                                  "// x",  "line\nbreak", "a: b", "\\alpha",
                                                  "é😀",    "`tick`",      "\"",   "\",\"",
                                                  "true"};
  switch (random() % (depth > 4 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - 2'000'000'000;
    case 3:
      return static_cast<double>(random()) / 1024;
    case 4:
      return kTexts[random() % kTexts.size()];
    case 5: {
      Json list = Json::array();
      for (std::size_t i = random() % 5; i > 0; --i) list.push_back(random_value(random, depth + 1));
      return list;
    }
    default: {
      Json object = Json::object();
      for (std::size_t i = random() % 5; i > 0; --i) {
        object[kTexts[random() % kTexts.size()] + std::to_string(i)] = random_value(random, depth + 1);
      }
      return object;
    }
  }
}

TEST(LenientJson, AnyValidJsonIsReadUnchanged) {
  std::mt19937 random(7);
  for (int i = 0; i < 3'000; ++i) {
    const Json value = Json{{"v", random_value(random, 0)}};
    for (const int indent : {-1, 2}) {
      const LenientResult result = read_lenient_json(value.dump(indent));
      ASSERT_TRUE(result.found && !result.truncated) << value.dump();
      ASSERT_EQ(result.value, value) << value.dump();
      ASSERT_TRUE(result.warnings.empty()) << value.dump() << result.warnings[0];
    }
  }
}

}  // namespace
}  // namespace p2c::llm
