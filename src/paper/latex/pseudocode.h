// Bodies of pseudocode packages as lines with nesting: algorithmic, algorithmicx/algpseudocode, algorithm2e,
// clrscode and pseudocode (spec 8.5).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "paper/latex/cursor.h"
#include "paper/latex/text_writer.h"
#include "paper/paper_doc.h"

namespace p2c::paper::latex {

struct Pseudocode {
  std::vector<std::string> inputs, outputs;
  std::vector<AlgorithmLine> lines;
  std::vector<std::pair<std::string, int>> labels;  // \label key and its line number
};

// What \SetKwFunction and its relatives declare: command name to "in:", "out:", "fn:", "prog:", "for:",
// "repeat:", "block:", "if:", "elif:", "else:", "kw:", "comment:" and the word printed. Under "Name/after"
// stands the word behind a condition: "do".
using Keywords = std::map<std::string, std::string>;

struct PseudocodeOptions {
  bool end_lines = true;  // "end for" lines are printed and counted
  std::vector<std::string> hidden_ends;  // those that are not, in lower case: "endif"
  const Keywords* keywords = nullptr;
};

// Whether algorithmic packages know a block of that name, in lower case: "if", "foreach".
bool is_algorithmic_block(std::string_view name);

// \begin{algorithmic} at `i`; both spellings (\STATE and \State).
Pseudocode parse_algorithmic(const Stream& stream, std::size_t i, std::size_t end, WriterContext& context,
                             Mentions& mentions, const PseudocodeOptions& options);
// The inside of an algorithm2e environment; captions and labels of the float are skipped.
Pseudocode parse_algorithm2e(const Stream& stream, Range range, WriterContext& context, Mentions& mentions,
                             const PseudocodeOptions& options);
// codebox and pseudocode environments: lines end at \\ or \li, nesting by \Then \Do \End or \BEGIN \END.
Pseudocode parse_codebox(const Stream& stream, Range range, WriterContext& context, Mentions& mentions);
// A listing as lines; nesting from indentation.
Pseudocode parse_listing(std::string_view code);

}  // namespace p2c::paper::latex
