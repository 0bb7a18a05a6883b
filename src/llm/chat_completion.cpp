#include "llm/chat_completion.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxQuoted = 400;
constexpr std::int64_t kMaxCount = 1'000'000'000;  // tokens; more is nonsense

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  if (value->is_number_integer()) return std::to_string(value->get<std::int64_t>());
  return {};
}

std::int64_t count_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_number()) return 0;
  const double number = value->get<double>();
  return std::isfinite(number)
             ? static_cast<std::int64_t>(std::clamp(number, 0.0, static_cast<double>(kMaxCount)))
             : 0;
}

std::string brief(std::string_view text) {
  return std::string(utf8_prefix(
      collapse_whitespace(strip_control(repair_utf8(utf8_prefix(text, 4 * kMaxQuoted)))), kMaxQuoted));
}

}  // namespace

void ChatCompletion::add_event(std::string_view data) {
  data = trim(data);
  if (data.empty() || done_) return;
  if (data == "[DONE]") {
    done_ = true;
    return;
  }
  add_whole(data);
}

void ChatCompletion::add_whole(std::string_view body) {
  const Json object = Json::parse(body, nullptr, false);
  if (object.is_object()) return add_object(object);
  if (malformed_.empty()) malformed_ = body.empty() ? "nothing" : brief(body.substr(0, 200));
}

void ChatCompletion::add_object(const Json& object) {
  if (const Json* error = member(object, "error")) {
    if (error_message_.empty()) {
      error_message_ = brief(error->is_string() ? error->get<std::string>() : text_member(*error, "message"));
      if (error_message_.empty()) error_message_ = "no message";
      error_kind_ = brief(text_member(*error, "code") + " " + text_member(*error, "type"));
    }
    return;
  }
  if (const std::string name = text_member(object, "model"); !name.empty()) model_ = brief(name);
  if (const Json* usage = member(object, "usage")) add_usage(*usage);
  if (const Json* choices = member(object, "choices"); choices != nullptr && choices->is_array()) {
    for (const Json& choice : *choices) {
      if (count_member(choice, "index") == 0) add_choice(choice);
    }
  }
}

void ChatCompletion::add_choice(const Json& choice) {
  if (!choice.is_object()) return;
  saw_choice_ = true;
  for (const char* place : {"delta", "message"}) {
    const Json* part = member(choice, place);
    if (part == nullptr) continue;
    if (const Json* content = member(*part, "content")) add_text(*content);
    refusal_ += text_member(*part, "refusal");
    for (const char* key : {"reasoning_content", "reasoning"})
      reasoning_bytes_ += text_member(*part, key).size();
  }
  const std::string finish = text_member(choice, "finish_reason");
  if (finish.empty()) return;
  finish_seen_ = true;
  if (finish == "stop" || finish == "eos" || finish == "end_turn" || finish == "stop_sequence") {
    finish_ = FinishReason::stop;
  } else if (finish == "length" || finish == "max_tokens") {
    finish_ = FinishReason::length;
  } else if (finish == "content_filter" || finish == "safety") {
    finish_ = FinishReason::content_filter;
  }
}

void ChatCompletion::add_text(const Json& content) {
  std::string piece;
  if (content.is_string()) {
    piece = content.get<std::string>();
  } else if (content.is_array()) {  // [{"type": "text", "text": ...}]
    for (const Json& part : content) {
      if (text_member(part, "type") != "thinking") piece += text_member(part, "text");
    }
  }
  if (piece.empty()) return;
  text_ += piece;
  if (on_token_) on_token_(piece);
}

void ChatCompletion::add_usage(const Json& usage) {
  if (!usage.is_object()) return;
  TokenCounts counts;
  counts.in = count_member(usage, "prompt_tokens");
  counts.out = count_member(usage, "completion_tokens");
  if (const Json* details = member(usage, "prompt_tokens_details"))
    counts.cached = count_member(*details, "cached_tokens");
  if (counts.cached == 0) counts.cached = count_member(usage, "prompt_cache_hit_tokens");
  counts.cached = std::min(counts.cached, counts.in);
  if (const Json* details = member(usage, "completion_tokens_details")) {
    counts.reasoning = count_member(*details, "reasoning_tokens");
  }
  const Json* estimated = member(usage, "estimated");
  counts.estimated = estimated != nullptr && estimated->is_boolean() && estimated->get<bool>();
  if (counts.in > 0 || counts.out > 0) usage_ = counts;
  const Json* cost = member(usage, "cost");
  if (cost != nullptr && cost->is_number()) {
    const double usd = cost->get<double>();
    if (std::isfinite(usd) && usd >= 0 && usd < 1e6) cost_usd_ = usd;
  }
}

ProviderError read_provider_error(std::string_view body) {
  ProviderError out;
  const Json json = Json::parse(body.substr(0, 1u << 20), nullptr, false);
  const Json* object = &json;
  if (json.is_array() && !json.empty()) object = &json[0];  // [{"error": ...}]
  const Json* error = member(*object, "error");
  if (error != nullptr && error->is_string()) {
    out.message = error->get<std::string>();
  } else if (const Json* holder = error != nullptr ? error : object; holder->is_object()) {
    for (const char* key : {"message", "detail", "msg"}) {
      if (out.message.empty()) out.message = text_member(*holder, key);
    }
    out.kind = text_member(*holder, "code");
    const std::string type = text_member(*holder, "type");
    out.kind += (out.kind.empty() || type.empty() ? "" : " ") + type;
    out.param = text_member(*holder, "param");
    if (const Json* detail = member(*holder, "detail");
        out.message.empty() && detail != nullptr && detail->is_array()) {
      for (const Json& item : *detail) out.message += text_member(item, "msg") + "; ";
    }
  }
  if (out.message.empty()) out.message = std::string(body.substr(0, 2'000));
  out.message = brief(out.message);
  out.kind = brief(out.kind);
  out.param = brief(out.param);
  return out;
}

}  // namespace p2c::llm
