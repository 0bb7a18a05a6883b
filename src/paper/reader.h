// From what a person names on the command line to a PaperDoc.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/event.h"
#include "paper/paper_doc.h"

namespace p2c::paper {

struct ReadOptions {
  std::filesystem::path figures_dir;  // where figures are copied; empty: none are exported
  // Where the files that were read are copied, as they were; empty: they are not. For showing places in them.
  std::filesystem::path sources_dir;
  // Downloads from arXiv; empty: $XDG_CACHE_HOME/paper2code or ~/.cache/paper2code.
  std::filesystem::path cache_dir;
  // Metadata, source and PDF come from here; empty: $PAPER2CODE_ARXIV_URL, else https://export.arxiv.org.
  std::string arxiv_base_url;
  std::chrono::milliseconds arxiv_spacing{3'000};  // pause between requests; shorter only in tests
  std::chrono::milliseconds pdf_time{55'000};      // for all programs run for one PDF, OCR among them
  bool accept_short = false;  // a document with one paragraph is read with a warning, not refused
  EventSink* events = nullptr;
  CancelToken cancel;
};

enum class InputKind { latex_dir, latex_file, archive, pdf, markdown, arxiv };

// What SOURCE is: decided by the file system and by bytes, then by the identifier forms of spec 7.1.
// Errors: not_found naming the accepted forms; no_text for an empty PDF; bad_input.
InputKind classify_source(std::string_view source);

// Reads any source (spec 7 to 9). Errors: not_found, bad_input (no main file, not a paper), no_text (scan),
// unsafe_input, limit, network, timeout, cancelled. A document with fewer than two paragraphs of text is no
// paper: bad_input.
PaperDoc read_paper(std::string_view source, const ReadOptions& options = {});

// One LaTeX tree (spec 8). `main_file` may be empty: it is then chosen by spec 8.2.
PaperDoc read_latex(const std::filesystem::path& root, std::string_view main_file,
                    const ReadOptions& options);
// One PDF through poppler's programs as child processes (spec 9). Errors: also not_found when poppler is
// missing.
PaperDoc read_pdf(const std::filesystem::path& pdf, const ReadOptions& options);
PaperDoc read_markdown(const std::filesystem::path& file, const ReadOptions& options);

}  // namespace p2c::paper
