// Fitting answers to schemas and saying what does not satisfy them.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "llm/lenient_json.h"
#include "llm/openai_request.h"

namespace p2c::llm {
namespace {

Json schema() {
  return Json::parse(R"({
    "type": "object",
    "properties": {
      "requirements": {"type": "array", "items": {"$ref": "#/definitions/requirement"}},
      "note": {"type": ["string", "null"]}
    },
    "required": ["requirements"], "additionalProperties": false,
    "definitions": {"requirement": {
      "type": "object",
      "properties": {
        "kind": {"enum": ["layer", "data_set", "loss"]},
        "value_range": {"type": "array", "items": {"type": "number"}},
        "count": {"type": "integer", "minimum": 1},
        "text": {"type": "string", "minLength": 2, "pattern": "^[A-Z]"},
        "sure": {"type": "boolean"},
        "extra": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"deep_key": {"type": "number"}}}]}
      },
      "required": ["kind", "text"]
    }}
  })");
}

Json fitted(std::string_view text, std::string* warnings = nullptr) {
  Json value = Json::parse(text);
  std::vector<std::string> list;
  fit_to_schema(value, schema(), list);
  if (warnings != nullptr) {
    for (const std::string& warning : list) *warnings += warning + "\n";
  }
  return value;
}

TEST(FitToSchema, LeavesWhatFits) {
  std::string warnings;
  const char* good = R"({"requirements":[{"kind":"layer","text":"A layer","count":3}],"note":null})";
  EXPECT_EQ(fitted(good, &warnings), Json::parse(good));
  EXPECT_EQ(warnings, "");
}

TEST(FitToSchema, KeySpellings) {
  std::string warnings;
  EXPECT_EQ(
      fitted(R"({"Requirements":[{"KIND":"layer","Text":"Ab","Value Range":[1],"value-Range":[2]}]})",
             &warnings),
      Json::parse(R"({"requirements":[{"kind":"layer","text":"Ab","value_range":[1],"value-Range":[2]}]})"));
  EXPECT_NE(warnings.find("\"Value Range\" read as \"value_range\""), std::string::npos) << warnings;
}

TEST(FitToSchema, ExactKeyWinsOverAVariant) {
  EXPECT_EQ(fitted(R"({"requirements":[{"Kind":"loss","kind":"layer"}]})")["requirements"][0]["kind"],
            "layer");
}

TEST(FitToSchema, ScalarIsWrappedIntoAList) {
  std::string warnings;
  EXPECT_EQ(fitted(R"({"requirements":{"kind":"layer","value_range":3}})", &warnings),
            Json::parse(R"({"requirements":[{"kind":"layer","value_range":[3]}]})"));
  EXPECT_NE(warnings.find("/requirements: single value wrapped"), std::string::npos) << warnings;
  EXPECT_EQ(fitted(R"({"requirements":null})"), Json::parse(R"({"requirements":[]})"));
}

TEST(FitToSchema, BareListGetsItsShell) {
  EXPECT_EQ(fitted(R"([{"kind":"layer"}])"), Json::parse(R"({"requirements":[{"kind":"layer"}]})"));
}

TEST(FitToSchema, ScalarsOfAnotherType) {
  const Json value = fitted(
      R"({"requirements":[{"count":"12","value_range":["1.5","-2e3","x"],"text":7,"sure":"Yes","kind":"Data Set"}],"note":"None"})");
  EXPECT_EQ(
      value,
      Json::parse(
          R"({"requirements":[{"count":12,"value_range":[1.5,-2000.0,"x"],"text":"7","sure":true,"kind":"data_set"}],"note":"None"})"));
  EXPECT_EQ(fitted(R"({"requirements":[{"count":3.0}]})")["requirements"][0]["count"].dump(), "3");
  EXPECT_EQ(fitted(R"({"requirements":[{"count":"3.5"}]})")["requirements"][0]["count"], "3.5");
}

TEST(FitToSchema, ChoicesAndReferencesAreFollowed) {
  EXPECT_EQ(fitted(R"({"requirements":[{"extra":{"Deep Key":"2"}}]})"),
            Json::parse(R"({"requirements":[{"extra":{"deep_key":2}}]})"));
}

TEST(FitToSchema, UnknownKeysOfAClosedObjectAreLeftOut) {
  std::string warnings;
  EXPECT_EQ(fitted(R"({"requirements":[],"thoughts":"hm"})", &warnings),
            Json::parse(R"({"requirements":[]})"));
  EXPECT_NE(warnings.find("thoughts"), std::string::npos);
  EXPECT_EQ(fitted(R"({"requirements":[{"free":1}]})"), Json::parse(R"({"requirements":[{"free":1}]})"));
}

TEST(FitToSchema, SurvivesSchemasThatReferToThemselves) {
  const Json loop = Json::parse(
      R"({"definitions":{"a":{"$ref":"#/definitions/a"},"tree":{"type":"object","properties":{"child":{"$ref":"#/definitions/tree"}}}},
                                    "type":"object","properties":{"x":{"$ref":"#/definitions/a"},"t":{"$ref":"#/definitions/tree"},"gone":{"$ref":"#/nowhere"}}})");
  Json value = Json::parse(R"({"x":1,"gone":2,"T":{"Child":{"Child":{}}}})");
  std::vector<std::string> warnings;
  fit_to_schema(value, loop, warnings);
  EXPECT_EQ(value, Json::parse(R"({"x":1,"gone":2,"t":{"child":{"child":{}}}})"));
}

std::string problems_of(std::string_view text) {
  std::string all;
  for (const std::string& problem : validate_schema(Json::parse(text), schema())) all += problem + "\n";
  return all;
}

TEST(ValidateSchema, GoodAnswersHaveNoProblems) {
  EXPECT_EQ(
      problems_of(
          R"({"requirements":[{"kind":"layer","text":"A layer","count":3,"value_range":[1,2.5],"extra":null}],"note":null})"),
      "");
}

TEST(ValidateSchema, MessagesNamePlaceFoundAndExpected) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"requirements":[{"kind":"layer","text":"Ab"},{"kind":"loss"}]})",
       "/requirements/1: Missing required property 'text'"},
      {R"({"requirements":[{"kind":"layr","text":"Ab"}]})",
       "/requirements/0/kind: found \"layr\", expected one of: \"layer\", \"data_set\", \"loss\""},
      {R"({"requirements":[{"kind":"layer","text":5}]})",
       "/requirements/0/text: wrong type: found number 5, expected \"string\""},
      {R"({"requirements":[{"kind":"layer","text":"ab"}]})",
       "/requirements/0/text: found \"ab\", expected text that matches \"^[A-Z]\""},
      {R"({"requirements":[{"kind":"layer","text":"Ab","count":0}]})",
       "/requirements/0/count: Expected number greater than or equal to 1"},
      {R"({"requirements":{}})", "/requirements: wrong type: found object {}, expected \"array\""},
      {R"({"requirements":[],"note":3})",
       "/note: wrong type: found number 3, expected [\"string\",\"null\"]"},
      {R"([])", "/: wrong type: found array [], expected \"object\""}};
  for (const auto& [text, message] : cases) {
    EXPECT_NE(problems_of(text).find(message), std::string::npos) << text << "\n" << problems_of(text);
    EXPECT_EQ(problems_of(text).find("Failed to validate item"), std::string::npos) << problems_of(text);
  }
  EXPECT_NE(problems_of(R"({"requirements":[],"x":1})"), "");
}

TEST(ValidateSchema, AtMostTwentyMessages) {
  Json value = Json::parse(R"({"requirements":[]})");
  for (int i = 0; i < 100; ++i) value["requirements"].push_back(Json::object());
  EXPECT_EQ(validate_schema(value, schema()).size(), 20u);
}

TEST(ValidateSchema, HugeListsAndStringsAreSafe) {
  Json value = Json::parse(R"({"requirements":[{"kind":"layer"}]})");
  value["requirements"][0]["text"] =
      "A" + std::string(2'000'000, 'a');  // std::regex would overflow the stack on it
  EXPECT_TRUE(validate_schema(value, schema()).empty());
  Json list = Json::array();
  for (int i = 0; i < 20'000; ++i) list.push_back(1);
  value["requirements"][0]["value_range"] = list;
  const std::vector<std::string> problems = validate_schema(value, schema());
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("20000 items"), std::string::npos);
}

TEST(ValidateSchema, ABrokenSchemaIsOurOwnBug) {
  try {
    validate_schema(Json::object(), Json::parse(R"({"type": "object", "properties": 5})"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::internal);
  }
  EXPECT_TRUE(validate_schema(Json(5), Json()).empty());  // no schema, no demands
}

TEST(StrictSchema, NeedsClosedObjectsWithAllRequired) {
  EXPECT_FALSE(is_strict_schema(schema()));
  EXPECT_TRUE(is_strict_schema(Json::parse(
      R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string"}},"required":["b"],"additionalProperties":false}}},"required":["a"],"additionalProperties":false})")));
  EXPECT_FALSE(is_strict_schema(
      Json::parse(R"({"type":"object","properties":{"a":{}},"required":[],"additionalProperties":false})")));
}

}  // namespace
}  // namespace p2c::llm
