// Any answer of arXiv's API: metadata or an Error. The same bytes also go through the reader of identifiers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "paper/arxiv/client.h"
#include "paper/arxiv/identifier.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    p2c::paper::parse_arxiv_atom(text, {"1509.09292", 0});
  } catch (const p2c::Error&) {
  }
  const auto id = p2c::paper::parse_arxiv_id(text);
  if (id) {
    // What was read is read again the same.
    const auto again = p2c::paper::parse_arxiv_id(p2c::paper::versioned(*id));
    if (!again || again->id != id->id || again->version != id->version) std::abort();
  }
  return 0;
}
