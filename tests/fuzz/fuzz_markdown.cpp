// Any bytes as Markdown become a document.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "paper/markdown/markdown_reader.h"
#include "paper/paper_doc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const p2c::paper::PaperDoc doc =
      p2c::paper::parse_markdown(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.md");
  p2c::paper::emit_markdown(doc);
  return 0;
}
