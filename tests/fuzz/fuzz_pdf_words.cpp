// Poppler's two outputs, broken in any way: words with boxes, and fragments with fonts up to the finished
// document.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "paper/paper_doc.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  p2c::paper::parse_bbox_layout(text);
  const p2c::paper::PdfDocument document =
      p2c::paper::build_pdf_document(p2c::paper::parse_pdf_xml(text, 3), "fuzz.pdf");
  p2c::paper::emit_paper(document.doc);
  return 0;
}
