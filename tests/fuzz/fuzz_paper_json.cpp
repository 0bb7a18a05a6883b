// paper.json from anyone: reading ends in a document or an Error, and what was read is written back and
// emitted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "paper/paper_doc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const p2c::paper::PaperDoc doc = p2c::paper::paper_doc_from_json(p2c::parse_json(text, "fuzz"));
    const p2c::Json json = p2c::paper::to_json(doc);
    if (p2c::pretty_json(p2c::paper::to_json(p2c::paper::paper_doc_from_json(json))) !=
        p2c::pretty_json(json))
      std::abort();
    if (doc.blocks.size() > 200) return 0;  // emission looks ids up one by one
    p2c::paper::emit_paper(doc);
    p2c::paper::emit_markdown(doc);
    for (const p2c::paper::Block& block : doc.blocks) {
      p2c::paper::searchable_text(doc, block);
      doc.section_of(block.id);
      doc.blocks_of(block.id, true);
    }
  } catch (const p2c::Error&) {
  }
  return 0;
}
