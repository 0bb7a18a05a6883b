// Mentions of figures, tables, formulas, sections and references in running text, joined to what they name.
#pragma once

#include "paper/paper_doc.h"

namespace p2c::paper {

// For readers of sources without labels. Fills refs from "Figure 3", "Table 2", "Algorithm 1", "Equation
// (4)", "Eq. 4", "Section 3.2", "Appendix B"; cites from "[3, 7-9]" against the labels of the bibliography;
// and the figures' cited_in.
void link_mentions(PaperDoc& doc);

}  // namespace p2c::paper
