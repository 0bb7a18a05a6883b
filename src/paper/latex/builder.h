// From the expanded token stream to the blocks of a PaperDoc (spec 8.5): sections, paragraphs, lists,
// theorems, and the hand-over of formulas, pseudocode, tables, figures and references to their own files.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "paper/doc_builder.h"
#include "paper/latex/commands.h"
#include "paper/latex/counters.h"
#include "paper/latex/cursor.h"
#include "paper/latex/references.h"
#include "paper/latex/source_tree.h"
#include "paper/latex/text_writer.h"
#include "paper/paper_doc.h"

namespace p2c::paper::latex {

// What the builder needs to know about the source besides its tokens.
struct SourceFacts {
  std::string document_class;  // "article,twocolumn"
  std::string main_folder;
  std::vector<std::string> graphics_folders;
  std::vector<std::string> package_options;  // "algpseudocode:noend"
  bool has_option(std::string_view package, std::string_view option) const;
};

inline constexpr int kMaxNestedFloats = 20;

class DocumentBuilder {
 public:
  DocumentBuilder(const Stream& stream, Names& names, const SourceTree& sources, const SourceFacts& facts,
                  PaperDoc& doc);

  // Fills blocks and their details, title, authors, abstract. Bibliographies found in the text are kept as
  // entries.
  void build();
  // After the bibliography is complete: numbers for references, cited_in, addresses.
  void finish();
  // Citation keys in order of first use; "*" for \nocite{*}.
  const std::vector<std::string>& cited_keys() const { return cited_; }
  // Adds the references block unless there is one.
  void add_references_block(std::optional<Range> where);
  // Running text of tokens outside the main stream.
  std::string text_of(const Stream& stream, Range range);

 private:
  struct Context {
    enum class Kind { list, item, container, subequations };
    Kind kind = Kind::container;
    std::size_t block = 0;    // index in doc.blocks
    std::size_t close = 0;    // token index where it ends
    bool takes_text = false;  // the next paragraph becomes the block's text
    int items = 0;
    std::string counter;     // of an enumerate: "enumi"
    TokenList label_format;  // of an enumerate with a label of its own: (\roman{enumi})
    std::string number;      // of a numbered item or theorem
    bool described = false;  // description list
    int outer_equation = 0;  // subequations: what to restore
    TokenList outer_format;
  };
  struct Theorem {
    std::string counter;  // empty: unnumbered
    std::string title;
  };
  struct FloatElement {
    enum class Kind {
      image,
      table,
      caption,
      sub_caption,
      label,
      sub_label,
      picture,
      algorithm,
      code,
      equation,
      text,
      group,
      group_end,
      inner_float
    };
    Kind kind;
    Range range;
    std::size_t at = 0;  // token index
    std::string name;    // image: file; label: key; caption: float type
  };

  // --- builder.cpp: the walk
  void preamble(Range range);
  void walk(Range range);
  std::size_t step(std::size_t i, std::size_t end);
  std::size_t command(std::size_t i, std::size_t end);
  std::size_t environment(std::size_t i, std::size_t end);
  void keep(std::size_t i, std::size_t next);  // tokens for the paragraph under way
  void flush_paragraph();
  void close_contexts(std::size_t i);
  void pop_context();
  void clear_contexts();
  bool has_content(const std::vector<Range>& parts) const;

  // --- sections.cpp
  std::size_t section(std::size_t i, std::size_t end);
  void begin_appendix();
  std::size_t declare_keyword(const std::string& name, std::size_t i, std::size_t end);
  std::size_t counter_command(const std::string& name, std::size_t i, std::size_t end);

  // --- lists.cpp: lists, theorems, proofs, quotes
  std::size_t open_list(std::size_t i, std::size_t end);
  std::size_t item(std::size_t i, std::size_t end);
  bool in_list() const;
  TokenList item_format(Range options, const std::string& counter);
  std::size_t open_theorem(std::size_t i, std::size_t end, const Theorem& theorem, std::size_t from,
                           std::string name);
  std::size_t open_container(std::size_t i, std::size_t end, BlockType type);
  std::optional<Theorem> theorem_of(const std::string& environment) const;
  std::size_t declare_theorem(const std::string& name, std::size_t i, std::size_t end);

  // --- equations.cpp
  void equation(std::size_t i, std::size_t end);
  std::string tag_text(Range tag);
  void box_title(Range options);

  // --- floats.cpp, tables.cpp, algorithms.cpp
  void float_block(std::size_t i, std::size_t end);
  void read_float(std::size_t i, std::size_t end);
  void collect(Range range, bool in_sub, int depth, std::vector<FloatElement>& elements);
  void emit_float(const std::string& type, const std::vector<FloatElement>& elements, Range whole);
  void emit_figure(const std::vector<FloatElement>& elements, Range whole, bool numbered);
  void emit_tables(const std::vector<FloatElement>& elements, Range whole, bool numbered);
  void emit_inner(const std::vector<FloatElement>& elements, std::string parent,
                  std::vector<std::string>* parts);
  void bind_float_labels(const std::vector<FloatElement>& elements, const LabelTarget& target);
  std::string caption_of(const std::vector<FloatElement>& elements, Mentions& mentions, Range* where);
  void loose_caption(const std::string& type, Range caption);
  std::vector<FigureFile> figure_files(const std::string& name, std::size_t at);
  void split_units(const std::string& type, const std::vector<FloatElement>& elements, Range whole);
  void drop_text_after(std::vector<FloatElement>& elements, Range range);
  std::string graphics_name(const std::string& command, std::string argument) const;
  TableCell table_cell(Range range, Mentions& mentions);
  bool is_picture_layout(Range range) const;
  void picture_texts(Range range, std::vector<std::string>& texts);
  bool has_images(Range range) const;
  bool has_algorithmic(Range range) const;
  void count_contents();
  Table parse_table(std::size_t i, std::size_t end, Mentions& mentions);
  void table_block(std::size_t i, std::size_t end);
  void algorithm_float(std::size_t i, std::size_t end);
  void algorithm_block(Range body, const std::string& caption, bool numbered, Range whole,
                       const std::vector<std::string>& labels, Mentions mentions);
  void code_block(std::size_t i, std::size_t end, std::string parent, const std::string& title);
  void footnotes(const std::vector<Range>& notes, std::string parent);

  // --- front_matter.cpp
  std::size_t metadata(const std::string& name, std::size_t i, std::size_t end);
  void abstract(Range range);
  void note_outside_blocks(const Mentions& mentions, const std::string& around);
  void note_thanks(Range range);  // the same for the notes in a title or among authors
  void add_authors();

  // --- bibliography_items.cpp
  void bibliography_items(Range range, std::size_t i);

  // --- shared
  std::size_t new_block(BlockType type, Range where);
  void place(std::size_t block, Range where);
  void note(std::size_t block, const Mentions& mentions);
  std::string write(Range range, Mentions& mentions, bool lines = false);
  LabelTarget current_target() const;
  void bind(const std::string& label, const LabelTarget& target, std::size_t at);
  void warn(std::size_t at, std::string message);
  Span span_of(Range range) const;
  const std::string& name_at(std::size_t i) const { return names_.text(s_.tokens[i].value); }
  std::string plain(Range range) const { return plain_string(s_.tokens, range.begin, range.end, names_); }

  std::size_t block_index(const std::string& id);

  const Stream& s_;
  Names& names_;
  const SourceTree& sources_;
  const SourceFacts& facts_;
  PaperDoc& doc_;
  DocBuilder blocks_;
  Counters counters_;
  References references_;
  WriterContext context_;
  std::vector<Range> paragraph_;
  std::vector<std::size_t> deferred_;  // floats met inside a paragraph
  std::size_t deferred_end_ = 0;
  std::vector<Context> contexts_;
  std::map<std::string, Theorem> theorems_;
  std::map<std::string, std::string>
      keywords_;  // algorithm2e: command name to "in:", "out:", "fn:", "prog:", "for:", "kw:" + text
  std::vector<Range> author_ranges_;
  std::vector<std::string> hidden_ends_;  // of algorithmicx: "endif"
  std::vector<std::string> restated_;  // commands of restatable: print a theorem once more
  std::vector<std::string> cited_;
  std::unordered_map<std::string, bool> cited_set_;
  LabelTarget section_target_;
  std::optional<LabelTarget> loose_target_;  // of the \captionof just read, for a \label behind it
  std::size_t longtable_header_ = 0;
  std::unordered_map<std::string, std::size_t> block_index_;
  std::size_t indexed_blocks_ = 0;
  std::size_t bracket_to_skip_ = kNone;
  std::size_t loose_figure_ = kNone;  // block index of a figure without a float, waiting for \captionof
  bool in_preamble_ = true, in_appendix_ = false, appendix_numbered_ = false, has_chapters_ = false,
       abstract_done_ = false, noend_ = false;
  std::size_t warnings_left_ = 300;
  int float_depth_ = 0;
  std::vector<std::uint32_t> images_before_, algorithms_before_;  // counts up to each token
};

// Symbols of a formula: letters with accents and subscripts, in order of appearance, each once.
std::vector<std::string> math_symbols(const TokenList& tokens, const Names& names);

}  // namespace p2c::paper::latex
