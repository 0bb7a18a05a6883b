// What the reader knows about LaTeX's own commands and environments: arguments, meanings, symbols. Tables
// only.
#pragma once

#include <optional>
#include <string_view>

namespace p2c::paper::latex {

// \part 0, \chapter 0, \section 1 ... \subparagraph 5; nothing for other commands.
std::optional<int> section_level(std::string_view command);

// Arguments of a command that does not print them all, read left to right: '*' optional star, 'o' optional
// [..] dropped, 'd' {..} dropped, 'k' {..} kept as running text. Nothing for unknown commands.
std::optional<std::string_view> command_arguments(std::string_view command);

// The text a command without arguments stands for in running text ("\ldots" is "…"); nothing when there is
// none.
std::optional<std::string_view> text_symbol(std::string_view command);

// Text of one letter under an accent command (\' \" \c ...), composed; empty when the pair is unknown.
std::string_view accented(std::string_view accent, std::string_view letter);
bool is_accent(std::string_view command);

enum class CommandKind {
  unknown,
  section,
  caption,      // \caption
  caption_of,   // \captionof{type}
  sub_caption,  // \subcaption, \subfloat[..]{..}, \subfigure[..]{..}, \subcaptionbox{..}{..}
  label,
  reference,  // \ref and its family
  citation,
  footnote,
  graphics,
  item,
  metadata,  // \title, \author, ...
  counter,   // \setcounter, \numberwithin, \newtheorem ...
  bibliography,
  appendix
};
CommandKind command_kind(std::string_view command);

enum class EnvKind {
  unknown,  // contents are read as if the environment were not there
  document,
  abstract,
  display_math,  // numbered or not, one or more rows
  subequations,
  figure,
  table,
  algorithm,    // the float
  algorithmic,  // the body (algorithmic, algorithmicx)
  clrscode,     // codebox, pseudocode: bodies of the rarer packages
  tabular,
  itemize,
  enumerate,
  description,
  inline_list,
  quote,
  proof,
  verbatim,   // verbatim, lstlisting, minted: type code
  picture,    // tikzpicture, pgfpicture, axis, forest ...
  sub_float,  // subfigure, subtable, minipage-like parts with captions of their own
  bibliography,
  appendix,
  keywords,  // printed front matter that is no body text
  dropped
};
// A trailing star is ignored.
EnvKind env_kind(std::string_view environment);
// Arguments after \begin{name}, in the letters of command_arguments.
std::string_view env_arguments(std::string_view environment);
bool is_inner_math(std::string_view environment);  // split, aligned, cases, array, pmatrix ...
bool ends_at_section(
    std::string_view environment);  // floats, maths, tables: a heading inside means a lost \end

// Commands and environments whose meaning the reader provides: definitions in the paper do not replace it.
bool is_protected_command(std::string_view command);
bool is_protected_environment(std::string_view environment);
// Any command the tables know: definitions in style files do not replace it.
bool is_known_command(std::string_view command);

}  // namespace p2c::paper::latex
