// Bytes of one file to TeX tokens (spec 8.1): comments, blank lines, verbatim material, both encodings, any
// line ends.
#pragma once

#include <string>
#include <unordered_set>

#include "paper/latex/source_tree.h"
#include "paper/latex/token.h"

namespace p2c::paper::latex {

struct TokenizeOptions {
  bool at_is_letter = false;                 // style and class files
  std::unordered_set<std::string> verbatim;  // names of environments the paper declares verbatim
  std::unordered_set<std::string> comments;  // names of environments the paper declares comments
};

// Collects \lstnewenvironment, \newminted, \DefineVerbatimEnvironment, \newtcblisting, \excludecomment names
// of a file.
void find_verbatim_environments(const SourceFile& file, TokenizeOptions& options);

// Linear in the size of the file. Never fails: what is no valid UTF-8 in a UTF-8 file becomes U+FFFD.
TokenList tokenize(const SourceFile& file, Names& names, const TokenizeOptions& options = {});
// Text that belongs to no file (bibliography fields, headings made up by the reader).
TokenList tokenize_text(std::string_view text, Names& names);

}  // namespace p2c::paper::latex
