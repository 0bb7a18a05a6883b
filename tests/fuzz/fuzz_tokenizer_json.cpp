// A tokenizer's JSON, and a text through what came of it.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "smolvlm/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const p2c::smolvlm::Tokenizer tokenizer(p2c::smolvlm::parse_tokenizer_json(text));
    const auto ids = tokenizer.encode(text.substr(0, 4096), true);
    (void)tokenizer.decode(ids, true);
  } catch (const p2c::Error&) {
  }
  return 0;
}
