// Token ranges as readable text: commands dissolved, symbols and accents composed, inline maths kept as $...$
// (spec 8.6). Collects on the way what the text refers to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "paper/latex/counters.h"
#include "paper/latex/cursor.h"
#include "paper/latex/references.h"
#include "paper/latex/token.h"

namespace p2c::paper::latex {

// What was met while writing.
struct Mentions {
  std::vector<std::string> labels, refs, cites;  // keys, in order
  std::vector<std::string> urls;
  std::vector<Range> footnotes;       // their contents
  std::vector<std::string> graphics;  // names in \includegraphics
};

// What all writers of one document share.
struct WriterContext {
  Names& names;
  References& references;
  const Counters& counters;
  std::map<std::string, std::size_t> unwrapped;  // unknown commands whose argument was kept, with counts
  std::map<std::string, std::size_t> dropped;    // unknown commands left out, with counts
  const std::map<std::string, std::string>* keywords = nullptr;  // declared for pseudocode, see pseudocode.h
};

class TextWriter {
 public:
  TextWriter(const Stream& stream, WriterContext& context, Mentions& mentions)
      : s_(stream), context_(context), mentions_(mentions) {}

  // Words of pseudocode packages (\KwTo, \Call, \Return) are written out.
  void set_pseudocode(bool on) { pseudocode_ = on; }

  void append(Range range);
  // Text so far with white space collapsed; starts anew.
  std::string take();
  // The same with line ends kept where the source forces them (\\, list items).
  std::string take_lines();

 private:
  void write(std::size_t begin, std::size_t end, int depth);
  std::size_t control(std::size_t i, std::size_t end, int depth);
  std::size_t environment(std::size_t i, std::size_t end, int depth);
  std::size_t accent(std::size_t i, std::size_t end);
  std::size_t reference(const std::string& command, std::size_t i, std::size_t end);
  std::size_t citation(const std::string& command, std::size_t i, std::size_t end);
  std::size_t link(const std::string& command, std::size_t i, std::size_t end, int depth);
  std::size_t pseudocode(const std::string& command, std::size_t i, std::size_t end, int depth);
  void math(std::size_t i, std::size_t end);
  void character(std::size_t i);
  std::string text_of(Range range, int depth);
  std::string unit_text(Range range) const;
  std::size_t skip_tex_lengths(std::size_t i, std::size_t end) const;
  std::vector<std::string> keys_of(Range range) const;

  const Stream& s_;
  WriterContext& context_;
  Mentions& mentions_;
  bool pseudocode_ = false;
  int list_items_ = 0;
  std::size_t math_end_ = 0;  // where the last inline formula ended in out_
  int nesting_ = 0;  // of text_of within text_of
  std::string out_;
};

// Inside of maths as TeX: labels, numbers, colours and spacing commands that carry nothing removed. The
// labels met are appended to `labels`.
std::string math_source(const Stream& stream, Range range, const Names& names,
                        std::vector<std::string>* labels = nullptr);
// The same as tokens, for splitting and for symbols.
TokenList math_tokens(const Stream& stream, Range range, const Names& names,
                      std::vector<std::string>* labels = nullptr, int depth = 0);

// Any \textbf, \bf, \mathbf, ... in the range; likewise \underline, \uline.
bool has_bold(const Stream& stream, Range range, const Names& names);
bool has_underline(const Stream& stream, Range range, const Names& names);

}  // namespace p2c::paper::latex
