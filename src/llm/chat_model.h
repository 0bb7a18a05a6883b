// The boundary to any language model: a request in provider-neutral form, a reply that is whole or says why
// not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/json.h"

namespace p2c::llm {

struct Message {
  std::string role;     // system, user, assistant
  std::string content;  // UTF-8
};

// Everything that decides the answer; nothing else is hashed (spec 14).
struct ChatRequest {
  std::string model;
  std::vector<Message> messages;
  double temperature = 0;  // 0..2
  int max_tokens = 8192;   // tokens of the answer; a cap, not a wish
  Json schema;             // null: free text; else the JSON schema the answer must satisfy
  std::string schema_name;
};

// SHA-256 over the canonical JSON of a request. The identity of a call: in the journal, in recordings, in
// provenance. `model` is left out, so that a recording can be replayed under any name; the journal stores the
// name beside it.
std::string request_sha(const ChatRequest& request);
Json to_json(const ChatRequest& request);
// The inverse of to_json. Throws bad_input for anything that is no request (not an object, no messages).
ChatRequest chat_request_from_json(const Json& json);

enum class FinishReason { stop, length, content_filter, unknown };

struct TokenCounts {
  std::int64_t in = 0, cached = 0, out = 0, reasoning = 0;
  bool estimated = false;  // counted by us, not reported by the provider
};

struct ChatReply {
  std::string text;
  FinishReason finish = FinishReason::unknown;
  TokenCounts tokens;
  std::string model;               // as the provider named it
  std::optional<double> cost_usd;  // nullopt: price unknown
  std::int64_t elapsed_ms = 0;
  int retries = 0;
};
Json to_json(const ChatReply& reply);
// Throws bad_input when there is no text or a field has the wrong type.
ChatReply chat_reply_from_json(const Json& json);

using OnToken = std::function<void(std::string_view piece)>;

class ChatModel {
 public:
  virtual ~ChatModel() = default;
  // Blocking; may be called from several threads. Errors: network, auth, rate_limited, model_refused,
  // model_bad_answer (HTML, empty, not the protocol), model_cut_off (endless reply), missing_recording,
  // timeout, cancelled. A reply with finish == length is returned, not thrown: the caller decides (spec 5.3
  // rule 6).
  virtual ChatReply complete(const ChatRequest& request, const OnToken& on_token,
                             const CancelToken& cancel) = 0;
  // Context window in tokens; a cautious default when unknown.
  virtual std::int64_t context_tokens() const = 0;
  // Largest answer in tokens the model gives.
  virtual std::int64_t max_output_tokens() const = 0;
  virtual std::string name() const = 0;
};

struct OpenAiOptions {
  std::string base_url = "https://api.openai.com/v1";
  std::string api_key;  // never logged, never stored
  std::string model;
  std::int64_t idle_timeout_ms = 300'000;  // silence inside a stream, or before its first byte
  std::int64_t total_timeout_ms = 3'600'000;
  int max_retries = 5;
  std::int64_t first_backoff_ms = 2'000;  // 2..60 s with jitter; small in tests
  // What the model can hold and give, in tokens; 0: from the quirks table, else cautious defaults.
  std::int64_t context_tokens = 0;
  std::int64_t max_output_tokens = 0;
};
// Any OpenAI-compatible endpoint (spec 6.4): streaming, retries with Retry-After, quirks table, prices.
std::unique_ptr<ChatModel> make_openai_model(const OpenAiOptions& options);

// Replays a recording folder: calls/<first two hex>/<sha>.json, each {request, reply, stage, target}.
// Read-only. A request without a reply throws missing_recording naming stage target and sha, and what is
// nearest to it.
std::unique_ptr<ChatModel> make_recorded_model(const std::string& directory);

}  // namespace p2c::llm
