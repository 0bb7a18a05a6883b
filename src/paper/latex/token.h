// TeX tokens: what the tokenizer makes of bytes, the expander rewrites and the document builder reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace p2c::paper::latex {

enum class TokenKind : std::uint8_t {
  character,  // value: code point ('~' included: a tie in text)
  control,    // value: name without backslash
  begin_group,
  end_group,
  math_shift,
  alignment,
  parameter,  // value: digit + 256 * (number of '#' - 1)
  superscript,
  subscript,
  space,
  paragraph,  // blank line or \par
  verbatim,   // value: raw text (listings, \verb, URLs)
  env_begin,  // value: name; made by the expander from \begin{name}
  env_end
};

inline constexpr std::uint8_t kNoExpand =
    255;  // depth of a token that must not be expanded (\noexpand, \let)

struct Token {
  TokenKind kind = TokenKind::space;
  std::uint8_t depth = 0;  // number of macro bodies it came through
  bool space_after =
      false;  // TeX swallowed blanks behind it: kept for readable formulas, never printed as text
  std::uint16_t file = 0;  // index in SourceTree
  std::uint32_t value = 0;
  std::uint32_t start = 0, end = 0;  // bytes in the file; for macro bodies those of the call
};

// Another token at the same place of the source, with the same expansion depth.
inline Token token_like(Token at, TokenKind kind, std::uint32_t value) {
  at.kind = kind;
  at.value = value;
  return at;
}

using TokenList = std::vector<Token>;

// Interned strings: control sequence names, environment names, raw texts. Ids are dense from 0; references
// stay valid.
class Names {
 public:
  Names() { id("text"); }
  std::uint32_t id(std::string_view text);
  const std::string& text(std::uint32_t id) const { return texts_[id]; }
  std::uint32_t text_command() const { return 0; }  // id of "text"

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

// Tokens plus the partner of every opening one. Built by match_structure(); see there.
struct Stream {
  TokenList tokens;
  std::vector<std::uint32_t>
      partner;                // index of the closing token for {, \begin, $, \( and \[; kNone when unmatched
  std::vector<bool> display;  // math_shift that opens or closes $$
  std::vector<std::string> problems;  // unbalanced things, one sentence each
  std::vector<std::uint32_t> problem_at;
};

inline constexpr std::uint32_t kNone = 0xffffffffu;

// Pairs braces, environments and maths in one linear pass and recovers from imbalance: a closing environment
// ends everything open inside it, a sectioning command ends open braces, maths and floats, a blank line ends
// inline maths.
Stream match_structure(TokenList tokens, const Names& names);

// Appends a code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t code_point);
// Tokens as TeX source: control words are separated from letters, white space is one blank.
std::string to_tex(const TokenList& tokens, std::size_t begin, std::size_t end, const Names& names);
// The characters of a range with groups dissolved and control sequences left out: names, keys, file names.
std::string plain_string(const TokenList& tokens, std::size_t begin, std::size_t end, const Names& names);

bool is_letter(std::uint32_t code_point);  // ASCII letters
bool is_control(const Token& token, std::uint32_t name);

}  // namespace p2c::paper::latex
