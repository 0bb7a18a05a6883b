#include "agents/prompt.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/resource.h"
#include "base/text.h"

namespace p2c::agents {
namespace {

TEST(Prompt, FillsPartsAndRefusesDrift) {
  const auto question = render_prompt(
      "planner_extract", {{"heading", "3 Method"}, {"chunk", "[P3.1] {{kinds}} text"}, {"kinds", "loss"}});
  EXPECT_TRUE(contains(question.question, "3 Method"));
  EXPECT_TRUE(contains(question.question, "[P3.1] {{kinds}} text")) << "holes inside values stay as they are";
  EXPECT_FALSE(question.system.empty());
  EXPECT_THROW(render_prompt("planner_extract", {{"heading", "x"}, {"chunk", "y"}}), Error);
  EXPECT_THROW(
      render_prompt("planner_extract", {{"heading", "x"}, {"chunk", "y"}, {"kinds", "z"}, {"extra", "w"}}),
      Error);
}

TEST(Prompt, EveryPromptHasItsParts) {
  for (const std::string& name : resource_names("prompts/")) {
    if (!name.ends_with(".md") || contains(name, "/parts/") || contains(name, "repair")) continue;
    const std::string_view text = resource(name);
    EXPECT_TRUE(contains(text, "=== ")) << name;
  }
}

TEST(Prompt, EverySchemaIsSmallEnoughForModels) {
  for (const std::string& name : resource_names("prompts/")) {
    if (!name.ends_with(".schema.json")) continue;
    const Json schema = parse_json(resource(name), name);
    EXPECT_EQ(schema["type"], "object") << name;
    EXPECT_LE(schema["properties"].size(), 14u) << name;
    EXPECT_FALSE(schema["additionalProperties"].get<bool>()) << name;
  }
}

}  // namespace
}  // namespace p2c::agents
