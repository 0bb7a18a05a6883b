// What poppler and tesseract print, broken in any way: words with boxes, fragments with fonts up to the
// finished document, the rules of drawn pages, and lines read by OCR.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "paper/paper_doc.h"
#include "paper/pdf/fragments.h"
#include "paper/pdf/ocr.h"
#include "paper/pdf/pdf_builder.h"
#include "paper/pdf/rules.h"
#include "paper/pdf/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  p2c::paper::parse_bbox_layout(text);
  p2c::paper::PdfPieces pieces = p2c::paper::parse_pdf_xml(text, 3);
  std::vector<p2c::paper::PdfFragment> read = p2c::paper::parse_hocr(text, 0.3);
  if (pieces.sheets.empty() && !read.empty()) {
    pieces.sheets.push_back({612, 792, std::move(read)});
    p2c::paper::settle_sizes({&pieces.sheets.back()});
  }
  const std::vector<p2c::paper::PdfRule> rules = p2c::paper::parse_rules(text);
  for (p2c::paper::PdfSheet& sheet : pieces.sheets) sheet.rules = rules;
  const p2c::paper::PdfDocument document = p2c::paper::build_pdf_document(std::move(pieces), "fuzz.pdf");
  p2c::paper::emit_paper(document.doc);
  return 0;
}
