// Builds a PaperDoc block by block with the ids of paper_doc.h, for readers whose source has no structure of
// its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

class DocBuilder {
 public:
  // `doc` must outlive the builder.
  explicit DocBuilder(PaperDoc& doc) : doc_(doc) {}

  // References to blocks stay valid until the next block is added.
  Block& section(int level, std::string number, std::string title);  // level 1 to 6
  // Paragraph, list, quote, footnote, theorem, proof: "P3.2.4"; code: "C1"; references: "R", a second list
  // "R2". Inside the section open now; before the first one a section "S0" is made.
  Block& text_block(BlockType type, std::string text);
  Block& item(const std::string& list_id, std::string text);
  // The block and its details share the id; fill the details through the returned references.
  Equation& equation();
  Table& table();
  Figure& figure();
  Algorithm& algorithm();
  Block& last_block() { return doc_.blocks.back(); }
  void begin_appendix() { appendix_ = true; }
  bool in_appendix() const { return appendix_; }
  const std::string& section_id() const { return section_; }

 private:
  Block& add(std::string id, BlockType type);
  void require_section();

  PaperDoc& doc_;
  std::vector<int> counters_;      // sections at each open level
  std::vector<std::string> open_;  // ids of the open sections, outermost first
  std::vector<int> open_levels_;
  std::string section_;                     // id of the innermost open section
  std::map<std::string, int> text_blocks_;  // by section id
  std::map<std::string, int> items_;        // by list id
  std::size_t codes_ = 0, references_ = 0;
  bool appendix_ = false;
};

}  // namespace p2c::paper
