// A chat completion put together from the protocol's JSON: chunks of a stream, or one whole object.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "llm/chat_model.h"

namespace p2c::llm {

// Takes what an OpenAI-compatible endpoint sends, in any quality; never throws on any bytes. Not thread-safe.
class ChatCompletion {
 public:
  explicit ChatCompletion(OnToken on_token = {}) : on_token_(std::move(on_token)) {}

  // The data of one server-sent event, "[DONE]" among them.
  void add_event(std::string_view data);
  // A whole reply of an endpoint that does not stream.
  void add_whole(std::string_view body);

  const std::string& text() const { return text_; }
  std::size_t reasoning_bytes() const { return reasoning_bytes_; }
  const std::string& refusal() const { return refusal_; }
  const std::string& model() const { return model_; }
  FinishReason finish() const { return finish_; }
  // A finish reason or [DONE] came: what is there is the whole answer.
  bool ended() const { return finish_seen_ || done_; }
  bool saw_choice() const { return saw_choice_; }
  const std::optional<TokenCounts>& usage() const { return usage_; }
  const std::optional<double>& cost_usd() const { return cost_usd_; }  // named by the provider itself
  // What could not be read, first place only; empty when all was JSON of the protocol.
  const std::string& malformed() const { return malformed_; }
  // An error object inside a reply with status 200, and its code or type.
  const std::string& error_message() const { return error_message_; }
  const std::string& error_kind() const { return error_kind_; }

 private:
  void add_object(const Json& object);
  void add_choice(const Json& choice);
  void add_text(const Json& content);
  void add_usage(const Json& usage);

  OnToken on_token_;
  std::string text_, refusal_, model_, malformed_, error_message_, error_kind_;
  std::size_t reasoning_bytes_ = 0;
  FinishReason finish_ = FinishReason::unknown;
  bool finish_seen_ = false, done_ = false, saw_choice_ = false;
  std::optional<TokenCounts> usage_;
  std::optional<double> cost_usd_;
};

// The sentence and the kind in a provider's error body, whatever its shape: {"error": {"message", "type",
// "code", "param"}},
// {"error": "..."}, {"message"}, {"detail"}. The body itself when it is not JSON. At most 400 bytes, one
// line.
struct ProviderError {
  std::string message;
  std::string kind;   // code, else type
  std::string param;  // the request's field it is about
};
ProviderError read_provider_error(std::string_view body);

}  // namespace p2c::llm
