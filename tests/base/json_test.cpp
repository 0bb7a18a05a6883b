// Parsing, canonical and pretty text, and checked field access.
#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

namespace p2c {
namespace {

// The error that parsing gives, or one with an empty subject when there is none.
Error parse_error(std::string_view text) {
  try {
    parse_json(text, "reply.json");
  } catch (const Error& e) {
    return e;
  }
  return Error(ErrorCode::internal, "no error");
}

TEST(ParseJson, KeepsTheOrderOfKeys) {
  const Json value = parse_json(R"({"z":1,"a":[true,null,2.5],"m":{"q":"x"}})", "t");
  EXPECT_EQ(value.dump(), R"({"z":1,"a":[true,null,2.5],"m":{"q":"x"}})");
}

TEST(ParseJson, NamesSubjectAndByte) {
  const Error error = parse_error("{\"a\": 1,}");
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_EQ(error.detail().subject, "reply.json");
  EXPECT_NE(error.message().find("byte 9"), std::string::npos) << error.message();
  EXPECT_EQ(error.message().find("json.exception"), std::string::npos) << error.message();
}

TEST(ParseJson, QuotesNoWholeDocumentInItsErrors) {
  const Error error = parse_error("\"" + std::string(1'000'000, 'x'));
  EXPECT_EQ(error.code(), ErrorCode::bad_input);
  EXPECT_LT(error.message().size(), 400u);
  EXPECT_TRUE(is_valid_utf8(parse_error("[\"\xff\xfe").message()));
}

TEST(ParseJson, RefusesWhatIsNotStrict) {
  for (const char* text : {"", " ", "{", "[1,]", "{a:1}", "'x'", "// c\n1", "NaN", "01", "1 2", "\"\xff\"",
                           "\"a\nb\"", "[1e999]", "\"\\ud800\"", "tru", "{\"a\" 1}"}) {
    EXPECT_EQ(parse_error(text).code(), ErrorCode::bad_input) << text;
  }
}

TEST(ParseJson, BoundsTheDepth) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_NO_THROW(parse_json(nested(kMaxJsonDepth), "t"));
  EXPECT_EQ(parse_error(nested(kMaxJsonDepth + 1)).code(), ErrorCode::bad_input);
  EXPECT_EQ(parse_error(std::string(5'000'000, '[')).code(), ErrorCode::bad_input);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(parse_error(objects).code(), ErrorCode::bad_input);
  // Brackets in strings are no nesting, wherever the quotes are.
  EXPECT_NO_THROW(parse_json("[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"]", "t"));
}

TEST(ParseJson, BoundsTheMembersOfOneObject) {
  const auto members = [](std::size_t n) {
    std::string text = "{";
    for (std::size_t i = 0; i < n; ++i) text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":[1,2]";
    return text + "}";
  };
  EXPECT_EQ(parse_json(members(1000), "t").size(), 1000u);
  const Stopwatch watch;
  EXPECT_EQ(parse_error(members(kMaxJsonMembers + 1)).code(), ErrorCode::bad_input);
  EXPECT_LT(watch.elapsed().count(), 2000);
  // Arrays are not concerned.
  std::string array = "[0";
  for (std::size_t i = 0; i < 2 * kMaxJsonMembers; ++i) array += ",0";
  EXPECT_EQ(parse_json(array + "]", "t").size(), 2 * kMaxJsonMembers + 1);
}

TEST(CanonicalJson, EqualValuesGiveEqualBytes) {
  const Json a = parse_json(R"({"b":[1,{"y":0,"x":"ü"}],"a":1.5})", "t");
  const Json b = parse_json(" { \"a\" : 1.50, \"b\":[1, {\"x\":\"\\u00fc\",\"y\":0}] } ", "t");
  EXPECT_EQ(canonical_json(a), R"({"a":1.5,"b":[1,{"x":"ü","y":0}]})");
  EXPECT_EQ(canonical_json(a), canonical_json(b));
  EXPECT_EQ(canonical_json(Json::object()), "{}");
  EXPECT_EQ(canonical_json(Json::array()), "[]");
  EXPECT_EQ(canonical_json(Json()), "null");
}

TEST(CanonicalJson, NeverThrowsForBytesAndRefusesEndlessDepth) {
  EXPECT_EQ(canonical_json(Json("a\xff")), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(canonical_json(Json(std::nan(""))), "null");
  Json deep = 1;
  for (std::size_t i = 0; i < kMaxJsonDepth + 2; ++i) deep = Json::array({std::move(deep)});
  EXPECT_THROW(canonical_json(deep), Error);
}

TEST(PrettyJson, EndsWithANewlineAndReplacesBadBytes) {
  EXPECT_EQ(pretty_json(Json{{"a", "x\xff"}}), "{\n  \"a\": \"x\xEF\xBF\xBD\"\n}\n");
}

TEST(Fields, GiveValuesAndFallbacks) {
  const Json object = parse_json(
      R"({"s":"x","i":-3,"f":3.0,"n":2.5,"b":true,"l":["a","b"],"z":null,"u":9223372036854775807})", "t");
  EXPECT_EQ(require_string(object, "s", "t"), "x");
  EXPECT_EQ(optional_string(object, "missing", "d"), "d");
  EXPECT_EQ(optional_string(object, "z", "d"), "d");
  EXPECT_EQ(optional_int(object, "i"), -3);
  EXPECT_EQ(optional_int(object, "f"), 3);
  EXPECT_EQ(optional_int(object, "u"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(optional_int(object, "z", 7), 7);
  EXPECT_EQ(optional_number(object, "n"), 2.5);
  EXPECT_EQ(optional_number(object, "i"), -3.0);
  EXPECT_TRUE(optional_bool(object, "b"));
  EXPECT_TRUE(optional_bool(object, "missing", true));
  EXPECT_EQ(optional_strings(object, "l"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(optional_strings(object, "z").empty());
}

TEST(Fields, SayWhatIsWrong) {
  const Json object = parse_json(
      R"({"s":1,"i":3.5,"n":"x","b":"true","l":["a",1],"big":18446744073709551615,"huge":1e300})", "t");
  const auto code = [](auto read) {
    try {
      read();
    } catch (const Error& e) {
      return e.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code([&] { require_string(object, "s", "t"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { require_string(object, "missing", "t"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_string(object, "s"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_int(object, "i"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_int(object, "big"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_int(object, "huge"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_number(object, "n"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_bool(object, "b"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_strings(object, "l"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_strings(object, "n"); }), ErrorCode::bad_input);
  EXPECT_EQ(code([&] { optional_string(Json::array(), "s"); }), ErrorCode::bad_input);
  try {
    require_string(object, "s", "plan.json");
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "plan.json: the field \"s\" has the wrong type (found number, expected string)");
  }
}

}  // namespace
}  // namespace p2c
