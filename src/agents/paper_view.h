// The paper as prompts show it: section tree, chunks, evidence blocks, requirement one-liners.
#pragma once

#include <string>
#include <vector>

#include "artefacts/requirement.h"
#include "paper/paper_doc.h"

namespace p2c::agents {

// A section-aligned part of the paper of about `target_tokens`, for P1.
struct Chunk {
  std::string id;       // id of its first block's section: "S3.2", with "+2" for a later part of the same section
  std::string heading;  // "4 Experiments > 4.2 Training"
  std::string text;     // blocks as emit_block() writes them
  std::vector<std::string> blocks;
};

// References, acknowledgements and related work are left out. A block is never cut; a single one may exceed the target.
std::vector<Chunk> paper_chunks(const paper::PaperDoc& paper, int target_tokens = 3000);

// "1 Introduction\n3 Method\n  3.1 Encoder ..." with block ids in brackets.
std::string section_tree(const paper::PaperDoc& paper);

// Headings from the top down to the section of `block`, joined by " > ".
std::string heading_path(const paper::PaperDoc& paper, const std::string& block);

// Main text (appendix when it fits) in emitted form, at most max_tokens; when even the main text does not fit, the blocks that
// carry evidence of requirements are taken instead, and `dropped` says how many others were left out.
std::string paper_text(const paper::PaperDoc& paper, const artefacts::Requirements* requirements, std::int64_t max_tokens,
                       std::size_t* dropped = nullptr);

// "R-012 [loss, 3] pkg/loss.py: Use ... (alpha = 0.1 epochs) [unspecified: chosen 0.1, convention]"
std::string requirement_line(const artefacts::Requirement& requirement, bool with_owner);
std::string requirement_lines(const artefacts::Requirements& requirements, bool with_owner, bool in_scope_only = true);

// The blocks behind requirements in full, each once, in document order, with the requirements that stand on them; equations,
// algorithms and tables that these blocks refer to are added in full. Own ones are never dropped (spec 5.3 rule 4).
std::string evidence_text(const paper::PaperDoc& paper, const std::vector<const artefacts::Requirement*>& requirements,
                          const std::vector<std::string>& extra_blocks = {});

}  // namespace p2c::agents
