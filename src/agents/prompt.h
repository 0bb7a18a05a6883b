// Prompts as text files: three parts, named holes, nothing forgotten.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "llm/caller.h"

namespace p2c::agents {

using PromptValues = std::map<std::string, std::string>;

// Fills prompts/<name>.md. Every {{hole}} must have a value and every value a hole, else Error(internal): a prompt and its
// code never drift apart silently. Values are inserted as they are; holes inside values are not expanded.
// `prefix` replaces the file's own prefix part when not empty (a prefix shared by many calls is rendered once).
llm::Question render_prompt(std::string_view name, const PromptValues& values, std::string prefix = {});

// One part of a prompt file ("system", "prefix", "question") filled with values; holes without a value are an error.
std::string render_part(std::string_view name, std::string_view part, const PromptValues& values);

// The schema of the answer: prompts/<name>.schema.json.
const Json& prompt_schema(std::string_view name);

// prompts/parts/<name>.md
std::string prompt_fragment(std::string_view name);

}  // namespace p2c::agents
