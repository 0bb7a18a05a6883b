// The Paper document: one ML paper as a tree of numbered blocks, the way every later stage reads it
// (spec 3.1, paper.json).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace p2c::paper {

inline constexpr int kPaperSchemaVersion = 1;

enum class SourceKind { arxiv, pdf, latex, markdown };

// Half-open byte range [start, end) in `file` (relative to the source's root). For PDFs file is the PDF,
// start = end = 0.
struct Span {
  std::string file;
  std::size_t start = 0, end = 0;
};

// Page rectangle in PDF points, origin at the top left.
struct Box {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

struct Source {
  SourceKind kind = SourceKind::latex;
  std::string arxiv_id;      // canonical, without version; empty when unknown
  int version = 0;           // 0: unknown
  std::string sha256;        // of the main file (LaTeX: of all files read, in order)
  std::string retrieved_at;  // ISO 8601, or empty for local files: equal input gives equal paper.json
  std::string main_file;
  std::vector<std::string> files;
};

enum class BlockType {
  section,
  paragraph,
  equation,
  algorithm,
  table,
  figure,
  code,
  list,
  item,
  footnote,
  theorem,
  proof,
  quote,
  references
};

// One block. Ids are "S3.2" (section), "P3.2.4" (4th text block of section 3.2: paragraph, list, quote,
// footnote, theorem, proof), "I3.2.4.1" (item), "E7", "A1", "T2", "F1", "C1" (code), "R" (references):
// counted in document order, not as printed. Section ids count sections in document order at each level; the
// preamble before the first section is "S0".
struct Block {
  std::string id;
  BlockType type = BlockType::paragraph;
  std::string parent;     // id of the enclosing section or block; empty for top-level sections
  std::size_t order = 0;  // position in the document, 0-based
  int level = 0;          // sections: 1 = section, 2 = subsection, ... ; else 0
  std::string number;     // as printed: "3.2", "A.1", "(4)" without brackets: "4"; empty when unnumbered
  std::string title;      // sections: heading; theorem: its name
  std::string text;       // readable text, inline maths kept as $...$ with user macros expanded
  std::string latex;      // source after macro expansion, where it differs from text; else empty
  std::vector<std::string> labels, refs,
      cites;     // \label keys; block ids or unresolved keys referred to; citation keys
  int page = 0;  // 1-based; 0: unknown
  std::optional<Box> box;
  Span span;
  bool appendix = false;
};

struct Equation {
  std::string id, number, env;    // id = block id; env "align*", "\\[", "pdf"
  std::string latex, latex_raw;   // macros expanded / as written (without the environment's begin and end)
  std::vector<std::string> rows;  // split at \\ ; one row for single-line equations
  std::vector<std::string> row_numbers;  // printed number of each row, empty strings where none
  std::vector<std::string> row_labels;   // \label of each row, empty where none
  std::string label;                     // first label
  std::vector<std::string> symbols;
  bool lossy = false;  // PDF: the TeX is a best effort
};

struct AlgorithmLine {
  int no = 0;        // 1-based
  int depth = 0;     // nesting from the block commands
  std::string kind;  // stmt, if, elif, else, for, while, repeat, until, return, comment, function, end
  std::string text, comment;
};

struct Algorithm {
  std::string id, number, caption, label;
  std::vector<std::string> inputs, outputs;
  std::vector<AlgorithmLine> lines;
};

struct TableCell {
  std::string text, latex;
  int colspan = 1, rowspan = 1;
  bool bold = false, underline = false;
  std::optional<double> number, plus_minus;  // parsed value and its ± part
};

struct Table {
  std::string id, number, caption, label;
  int header_rows = 0;
  std::vector<std::vector<TableCell>> rows;
};

struct FigureFile {
  std::string path;           // relative to the output's figures/ once exported, else to the source root
  std::string format;         // pdf, png, jpg, svg, eps
  int width = 0, height = 0;  // pixels (raster) or points (vector); 0: unknown
};

struct Figure {
  std::string id, number, caption, label;
  std::vector<FigureFile> files;
  std::vector<std::string> subfigures;   // captions of parts
  std::string tikz;                      // source of TikZ/pgfplots bodies
  std::vector<std::string> text_inside;  // labels found inside vector figures
  std::string role = "other";  // architecture, flow, plot, sample, other (guessed from caption and content)
  std::vector<std::string> cited_in;  // block ids that refer to it
};

struct BibEntry {
  std::string key, label, raw, title;
  std::vector<std::string> authors;
  std::string year, venue, arxiv_id, doi;
  std::vector<std::string> urls;
};

struct PaperUrl {
  std::string url;
  std::string kind =
      "other";  // code, data, model, project, other. Code links are a blacklist: never downloaded.
  std::string block;
};

struct Macro {
  std::string name;  // "\vx"
  int arguments = 0;
  std::string body;
};

// A symbol and its meaning; filled by a model after reading, so readers leave the list empty.
struct Symbol {
  std::string symbol, meaning, first_block, shape, domain;
};

struct Warning {
  std::string place;    // "main.tex:123" or "page 4"
  std::string message;  // what was skipped or guessed
};

struct PaperDoc {
  Source source;
  std::string title, abstract, date, license, comment, journal_ref, doi;
  std::vector<std::string> authors, categories;
  std::vector<Block> blocks;        // document order
  std::vector<Equation> equations;  // details of blocks of that type, by id, document order
  std::vector<Algorithm> algorithms;
  std::vector<Table> tables;
  std::vector<Figure> figures;
  std::vector<BibEntry> bibliography;
  std::vector<Symbol> symbols;
  std::vector<PaperUrl> urls;
  std::vector<Macro> macros;
  std::vector<Warning> warnings;

  const Block* find_block(std::string_view id) const;  // nullptr when absent
  const Equation* find_equation(std::string_view id) const;
  const Algorithm* find_algorithm(std::string_view id) const;
  const Table* find_table(std::string_view id) const;
  const Figure* find_figure(std::string_view id) const;
  // The section block that contains the block (itself for a section), nullptr for none.
  const Block* section_of(std::string_view id) const;
  // Blocks inside a section in order, without the section's own block. Not deep: those whose nearest section
  // it is; deep: subsections (their headings too) and what they contain as well.
  std::vector<const Block*> blocks_of(std::string_view section_id, bool deep) const;
};

// The names used in paper.json, e.g. "arxiv", "theorem".
std::string_view to_string(SourceKind kind);
std::string_view to_string(BlockType type);

// The fields and their order are those of schemas/paper.schema.json.
Json to_json(const PaperDoc& doc);
// Reads what to_json wrote; absent optional fields get their defaults, unknown ones are ignored.
// Errors: bad_input for missing or mistyped fields, version for another schema_version.
PaperDoc paper_doc_from_json(const Json& json);

// The text of one block for a model or a person (spec 8.8): "[P3.2.4] ...", "[E7 (4)] $$...$$", algorithms as
// indented numbered lines, tables as pipe tables with the caption first, figures as caption plus text inside.
std::string emit_block(const PaperDoc& doc, const Block& block);
// Whole document in that form, with headings; appendix included when asked.
std::string emit_paper(const PaperDoc& doc, bool with_appendix = true);
// paper.md: the readable form without block ids noise: headings, prose, $$ formulas, pipe tables, figure
// links, references.
std::string emit_markdown(const PaperDoc& doc);
// Everything a quote may be looked for in: the block's text, captions, cells, algorithm lines and TeX, one
// after another.
std::string searchable_text(const PaperDoc& doc, const Block& block);

}  // namespace p2c::paper
