#include "llm/model_quirks.h"

#include "base/resource.h"
#include "base/text.h"

namespace p2c::llm {
namespace {

const Json& table() {
  static const Json json = parse_json(resource("models.json"), "models.json");
  return json;
}

void take(ModelQuirks& quirks, const Json& row) {
  quirks.context_tokens = optional_int(row, "context", quirks.context_tokens);
  quirks.max_output_tokens = optional_int(row, "max_output", quirks.max_output_tokens);
  quirks.max_tokens_name = optional_string(row, "max_tokens_name", quirks.max_tokens_name);
  quirks.temperature = optional_bool(row, "temperature", quirks.temperature);
  quirks.system_role = optional_bool(row, "system_role", quirks.system_role);
  quirks.reasoning_tokens = optional_int(row, "reasoning_tokens", quirks.reasoning_tokens);
  if (row.contains("response_format")) quirks.response_format = optional_strings(row, "response_format");
  if (const auto price = row.find("price"); price != row.end() && price->is_object()) {
    ModelPrice known{optional_number(*price, "in"), optional_number(*price, "out"), std::nullopt};
    if (const auto cached = price->find("cached"); cached != price->end() && cached->is_number()) {
      known.cached = cached->get<double>();
    }
    quirks.price = known;
  }
}

}  // namespace

ModelQuirks model_quirks(std::string_view model) {
  ModelQuirks quirks;
  take(quirks, table().at("default"));
  // "openai/gpt-4o" and "models/gemini-2.5-pro" name the same models as without the prefix.
  const std::string name = to_lower(model.substr(model.rfind('/') + 1));
  const Json* best = nullptr;
  std::size_t best_length = 0;
  for (const Json& row : table().at("models")) {
    const std::string& match = row.at("match").get_ref<const std::string&>();
    if (match.size() > best_length && name.rfind(match, 0) == 0) {
      best = &row;
      best_length = match.size();
    }
  }
  if (best != nullptr) take(quirks, *best);
  return quirks;
}

std::optional<double> cost_of(const TokenCounts& tokens, const std::optional<ModelPrice>& price) {
  if (!price) return std::nullopt;
  const double fresh = static_cast<double>(tokens.in - tokens.cached);
  const double cached = static_cast<double>(tokens.cached) * price->cached.value_or(price->in);
  return (fresh * price->in + cached + static_cast<double>(tokens.out) * price->out) / 1e6;
}

}  // namespace p2c::llm
