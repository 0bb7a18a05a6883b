// Requests and replies as JSON, and the hash that names a call.
#include "llm/chat_model.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/sha256.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxMessages = 1'000;

Json body_without_model(const ChatRequest& request) {
  Json messages = Json::array();
  for (const Message& message : request.messages) {
    messages.push_back(Json{{"role", message.role}, {"content", message.content}});
  }
  Json json = Json::object();
  json["messages"] = std::move(messages);
  json["temperature"] = request.temperature;
  json["max_tokens"] = request.max_tokens;
  json["schema"] = request.schema;
  json["schema_name"] = request.schema_name;
  return json;
}

std::string_view to_string(FinishReason finish) {
  switch (finish) {
    case FinishReason::stop:
      return "stop";
    case FinishReason::length:
      return "length";
    case FinishReason::content_filter:
      return "content_filter";
    case FinishReason::unknown:
      break;
  }
  return "unknown";
}

FinishReason finish_from_string(std::string_view name) {
  if (name == "stop") return FinishReason::stop;
  if (name == "length") return FinishReason::length;
  if (name == "content_filter") return FinishReason::content_filter;
  return FinishReason::unknown;
}

void require_object(const Json& json, std::string_view subject) {
  if (json.is_object()) return;
  throw Error(ErrorCode::bad_input, "not a JSON object",
              {std::string(subject), json.type_name(), "object", {}});
}

}  // namespace

std::string request_sha(const ChatRequest& request) {
  return sha256_hex(canonical_json(body_without_model(request)));
}

Json to_json(const ChatRequest& request) {
  Json json = Json::object();
  json["model"] = request.model;
  json.update(body_without_model(request));
  return json;
}

ChatRequest chat_request_from_json(const Json& json) {
  constexpr std::string_view kSubject = "chat request";
  require_object(json, kSubject);
  ChatRequest request;
  request.model = optional_string(json, "model");
  request.temperature = optional_number(json, "temperature");
  const std::int64_t max_tokens = optional_int(json, "max_tokens", request.max_tokens);
  if (max_tokens < 0 || max_tokens > 100'000'000) {
    throw Error(ErrorCode::bad_input, "max_tokens out of range",
                {std::string(kSubject), std::to_string(max_tokens), "0..100000000", {}});
  }
  request.max_tokens = static_cast<int>(max_tokens);
  request.schema_name = optional_string(json, "schema_name");
  if (auto schema = json.find("schema"); schema != json.end()) request.schema = *schema;
  const auto messages = json.find("messages");
  if (messages == json.end() || !messages->is_array() || messages->size() > kMaxMessages) {
    throw Error(ErrorCode::bad_input, "no list of messages",
                {std::string(kSubject), {}, fmt::format("at most {} messages", kMaxMessages), {}});
  }
  for (const Json& message : *messages) {
    require_object(message, "chat message");
    request.messages.push_back({require_string(message, "role", "chat message"),
                                require_string(message, "content", "chat message")});
  }
  return request;
}

Json to_json(const ChatReply& reply) {
  Json json = Json::object();
  json["text"] = reply.text;
  json["finish"] = to_string(reply.finish);
  json["tokens"] = Json{{"in", reply.tokens.in},
                        {"cached", reply.tokens.cached},
                        {"out", reply.tokens.out},
                        {"reasoning", reply.tokens.reasoning},
                        {"estimated", reply.tokens.estimated}};
  json["model"] = reply.model;
  json["cost_usd"] = reply.cost_usd ? Json(*reply.cost_usd) : Json(nullptr);
  json["elapsed_ms"] = reply.elapsed_ms;
  json["retries"] = reply.retries;
  return json;
}

ChatReply chat_reply_from_json(const Json& json) {
  require_object(json, "chat reply");
  ChatReply reply;
  reply.text = require_string(json, "text", "chat reply");
  reply.finish = finish_from_string(optional_string(json, "finish"));
  if (auto tokens = json.find("tokens"); tokens != json.end() && !tokens->is_null()) {
    require_object(*tokens, "token counts");
    reply.tokens.in = optional_int(*tokens, "in");
    reply.tokens.cached = optional_int(*tokens, "cached");
    reply.tokens.out = optional_int(*tokens, "out");
    reply.tokens.reasoning = optional_int(*tokens, "reasoning");
    reply.tokens.estimated = optional_bool(*tokens, "estimated");
  }
  reply.model = optional_string(json, "model");
  if (auto cost = json.find("cost_usd"); cost != json.end() && !cost->is_null()) {
    const double usd = optional_number(json, "cost_usd");
    if (std::isfinite(usd)) reply.cost_usd = usd;
  }
  reply.elapsed_ms = optional_int(json, "elapsed_ms");
  reply.retries = static_cast<int>(optional_int(json, "retries"));
  return reply;
}

}  // namespace p2c::llm
