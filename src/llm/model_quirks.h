// What is known about a model by its name: sizes, accepted parameters, prices (spec 6.4). The facts are in
// models.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/chat_model.h"

namespace p2c::llm {

struct ModelPrice {  // USD per million tokens
  double in = 0, out = 0;
  std::optional<double> cached;  // not known: cached tokens are counted at the full price
};

struct ModelQuirks {
  std::int64_t context_tokens = 0;
  std::int64_t max_output_tokens = 0;
  std::string max_tokens_name;               // max_tokens or max_completion_tokens
  bool temperature = true;                   // may be sent
  bool system_role = true;                   // else its text leads the first user message
  std::int64_t reasoning_tokens = 0;         // spent before the first visible character, added to the cap
  std::vector<std::string> response_format;  // kinds it takes, best first: json_schema, json_object
  std::optional<ModelPrice> price;           // nullopt: unknown
};

// Facts of the longest matching name, the defaults where none matches. Never throws on any name.
ModelQuirks model_quirks(std::string_view model);

// USD for the tokens, nullopt when the price is unknown.
std::optional<double> cost_of(const TokenCounts& tokens, const std::optional<ModelPrice>& price);

}  // namespace p2c::llm
