// .bib and biblatex .bbl files from strangers.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "paper/latex/bibliography.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 50'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  p2c::paper::latex::Names names;
  for (const auto& record : p2c::paper::latex::parse_bib(text)) p2c::paper::latex::to_entry(record, names);
  for (const auto& record : p2c::paper::latex::parse_biblatex_bbl(text))
    p2c::paper::latex::to_entry(record, names);
  return 0;
}
