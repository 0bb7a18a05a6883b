// Any bytes as an event stream of a chat endpoint, in pieces; as one whole reply; as an error body.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "llm/chat_completion.h"
#include "llm/sse_reader.h"

namespace {

std::string text_of(std::string_view stream, std::size_t piece) {
  p2c::llm::ChatCompletion reply;
  p2c::llm::SseReader events([&](std::string_view data) { reply.add_event(data); });
  for (std::size_t at = 0; at < stream.size(); at += piece) events.feed(stream.substr(at, piece));
  events.finish();
  return reply.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // How the network cuts the stream must not matter.
  if (text_of(text, 1) != text_of(text, 7) || text_of(text, 7) != text_of(text, size + 1)) std::abort();
  p2c::llm::ChatCompletion whole;
  whole.add_whole(text);
  if (p2c::llm::read_provider_error(text).message.size() > 400) std::abort();
  return 0;
}
