// Lines of a PDF to blocks: sections, paragraphs, formulas, lists, footnotes, floats, references.
#pragma once

#include <string>
#include <vector>

#include "paper/paper_doc.h"
#include "paper/pdf/fragments.h"

namespace p2c::paper {

struct PdfDocument {
  // Where the picture of a figure stands: the same index as in doc.figures; page 0 when it was not found.
  struct Picture {
    int page = 0;
    Box area;
  };
  PaperDoc doc;
  std::vector<Picture> pictures;
};

// `file` is the name used in spans. Never fails; a document without running text gives few blocks.
PdfDocument build_pdf_document(PdfPieces pieces, const std::string& file);

}  // namespace p2c::paper
