// The body of a request to an OpenAI-compatible endpoint, and what is learned when the endpoint refuses a
// part of it.
#pragma once

#include <cstdint>
#include <string>

#include "llm/chat_completion.h"
#include "llm/chat_model.h"
#include "llm/model_quirks.h"

namespace p2c::llm {

// How to speak to one endpoint: starts from the quirks table, changes when the endpoint says that it knows
// better.
struct WireDialect {
  ModelQuirks quirks;
  bool stream_usage = true;  // stream_options {include_usage}
  bool switched_name =
      false;  // max_tokens <-> max_completion_tokens: once, or two refusals would swing for ever
};

// Largest "max_tokens" the body names: the request's cap and the room for reasoning, within the model's
// limit.
std::int64_t wire_max_tokens(const ChatRequest& request, const ModelQuirks& quirks);

// The JSON body, streaming. Without a system role its text leads the first user message.
Json wire_body(const ChatRequest& request, const std::string& model, const WireDialect& dialect);

// Changes the dialect after status 400 or 422 so that the refused part is left out, renamed or made smaller.
// False when the error is about something else, or that part was changed before: the request is refused for
// good.
bool learn_from_refusal(const ProviderError& error, const ChatRequest& request, WireDialect& dialect);

// Whether OpenAI's strict mode takes the schema: every object closed and all of its properties required.
bool is_strict_schema(const Json& schema);

}  // namespace p2c::llm
