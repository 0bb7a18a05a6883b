// Tokens of a text without a tokenizer (spec 5.1).
#include "llm/caller.h"

namespace p2c::llm {
namespace {

// Above this share of symbols a text is tokenised like LaTeX or code. English prose has 2..5 %, code and
// LaTeX 10..25 %.
constexpr double kSymbolShare = 0.08;

bool is_symbol(unsigned char c) {
  return std::string_view("\\{}[]()<>_^=$&#%;*+/|~@\"").find(static_cast<char>(c)) != std::string_view::npos;
}

// First code points of the blocks written without blanks: CJK, kana, hangul, their extensions.
bool is_cjk(unsigned code) {
  return (code >= 0x2E80 && code <= 0x9FFF) || (code >= 0xAC00 && code <= 0xD7AF) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFF00 && code <= 0xFFEF) ||
         (code >= 0x20000 && code <= 0x3FFFF);
}

}  // namespace

std::int64_t estimate_tokens(std::string_view text) {
  std::size_t symbols = 0, cjk = 0, other_bytes = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    std::size_t length = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    length = std::min(length, text.size() - i);
    unsigned code = length == 1 ? c : c & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k)
      code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    if (length >= 3 && is_cjk(code)) {
      ++cjk;
    } else {
      other_bytes += length;
      if (is_symbol(c)) ++symbols;
    }
    i += length;
  }
  const bool dense = static_cast<double>(symbols) > kSymbolShare * static_cast<double>(other_bytes);
  const double tokens =
      static_cast<double>(other_bytes) / (dense ? 3.2 : 4.0) + 1.2 * static_cast<double>(cjk);
  return static_cast<std::int64_t>(tokens + 0.999);
}

}  // namespace p2c::llm
