#include "llm/openai_request.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace p2c::llm {
namespace {

constexpr int kMaxSchemaDepth = 50;

bool strict_at(const Json& schema, int depth) {
  if (depth > kMaxSchemaDepth) return false;
  if (schema.is_array()) {
    return std::all_of(schema.begin(), schema.end(),
                       [&](const Json& item) { return strict_at(item, depth + 1); });
  }
  if (!schema.is_object()) return true;
  if (const auto properties = schema.find("properties");
      properties != schema.end() && properties->is_object()) {
    const auto extra = schema.find("additionalProperties");
    if (extra == schema.end() || *extra != Json(false)) return false;
    const auto required = schema.find("required");
    if (required == schema.end() || !required->is_array()) return false;
    for (const auto& [key, property] : properties->items()) {
      if (std::find(required->begin(), required->end(), Json(key)) == required->end()) return false;
    }
  }
  return std::all_of(schema.begin(), schema.end(),
                     [&](const Json& part) { return strict_at(part, depth + 1); });
}

// Names in response_format may hold letters, digits, '_' and '-', at most 64.
std::string wire_name(const std::string& name) {
  std::string out;
  for (char c : name.substr(0, 64)) out += std::isalnum(static_cast<unsigned char>(c)) || c == '-' ? c : '_';
  return out.empty() ? "answer" : out;
}

bool takes(const ModelQuirks& quirks, std::string_view kind) {
  return std::find(quirks.response_format.begin(), quirks.response_format.end(), kind) !=
         quirks.response_format.end();
}

// The number behind "at most" in "max_tokens is too large: 99999. This model supports at most 16384
// completion tokens".
std::int64_t limit_in(const std::string& text) {
  for (const char* phrase : {"at most ", "maximum of ", "less than or equal to ", "<= "}) {
    const std::size_t at = text.find(phrase);
    if (at == std::string::npos) continue;
    std::int64_t number = 0;
    for (std::size_t i = at + std::string_view(phrase).size(); i < text.size() && number < 100'000'000; ++i) {
      if (text[i] == ',') continue;
      if (text[i] < '0' || text[i] > '9') break;
      number = number * 10 + (text[i] - '0');
    }
    if (number > 0) return number;
  }
  return 0;
}

}  // namespace

std::int64_t wire_max_tokens(const ChatRequest& request, const ModelQuirks& quirks) {
  return std::max<std::int64_t>(
      1, std::min<std::int64_t>(request.max_tokens + quirks.reasoning_tokens, quirks.max_output_tokens));
}

bool is_strict_schema(const Json& schema) {
  return schema.is_object() && strict_at(schema, 0);
}

Json wire_body(const ChatRequest& request, const std::string& model, const WireDialect& dialect) {
  const ModelQuirks& quirks = dialect.quirks;
  Json messages = Json::array();
  std::string lead;  // system text for a model without that role
  for (const Message& message : request.messages) {
    if (message.role == "system" && !quirks.system_role) {
      lead += message.content + "\n\n";
      continue;
    }
    messages.push_back(Json{{"role", message.role},
                            {"content", message.role == "user" ? lead + message.content : message.content}});
    if (message.role == "user") lead.clear();
  }
  if (!lead.empty()) messages.push_back(Json{{"role", "user"}, {"content", lead}});
  Json body = Json::object();
  body["model"] = model;
  body["messages"] = std::move(messages);
  body[quirks.max_tokens_name] = wire_max_tokens(request, quirks);
  if (quirks.temperature) body["temperature"] = request.temperature;
  if (request.schema.is_object()) {
    if (takes(quirks, "json_schema")) {
      body["response_format"] = Json{{"type", "json_schema"},
                                     {"json_schema",
                                      {{"name", wire_name(request.schema_name)},
                                       {"strict", is_strict_schema(request.schema)},
                                       {"schema", request.schema}}}};
    } else if (takes(quirks, "json_object") && request.schema.value("type", Json()) == Json("object")) {
      body["response_format"] = Json{{"type", "json_object"}};
    }
  }
  body["stream"] = true;
  if (dialect.stream_usage) body["stream_options"] = Json{{"include_usage", true}};
  return body;
}

bool learn_from_refusal(const ProviderError& error, const ChatRequest& request, WireDialect& dialect) {
  const std::string text = to_lower(error.param + " " + error.message);
  ModelQuirks& quirks = dialect.quirks;
  if (contains(text, "stream_options") && dialect.stream_usage) {
    dialect.stream_usage = false;
    return true;
  }
  if (contains(text, "max_tokens") || contains(text, "max_completion_tokens") ||
      contains(text, "completion tokens")) {
    if (const std::int64_t limit = limit_in(text); limit > 0 && limit < wire_max_tokens(request, quirks)) {
      // "This model's maximum context length is ..., you requested ..." is about the prompt and no smaller
      // cap helps.
      if (contains(text, "context length") || limit < 16) return false;
      quirks.max_output_tokens = limit;
      return true;
    }
    if (dialect.switched_name) return false;
    dialect.switched_name = true;
    quirks.max_tokens_name = quirks.max_tokens_name == "max_tokens" ? "max_completion_tokens" : "max_tokens";
    return true;
  }
  if (contains(text, "temperature") && quirks.temperature) {
    quirks.temperature = false;
    return true;
  }
  if (request.schema.is_object() && !quirks.response_format.empty() &&
      (contains(text, "response_format") || contains(text, "json_schema") || contains(text, "json_object") ||
       contains(text, "schema") || contains(text, "grammar"))) {
    quirks.response_format.erase(quirks.response_format.begin());
    return true;
  }
  if (contains(text, "role") && contains(text, "system") && quirks.system_role) {
    quirks.system_role = false;
    return true;
  }
  return false;
}

}  // namespace p2c::llm
