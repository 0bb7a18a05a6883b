#include "smolvlm/word_split.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace p2c::smolvlm {
namespace {

enum class Kind : std::uint8_t { letter, number, space, other };

struct Character {
  Kind kind;
  std::size_t end;  // of its bytes
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) {
    if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) return {Kind::letter, at + 1};
    if (byte >= '0' && byte <= '9') return {Kind::number, at + 1};
    const bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');
    return {space ? Kind::space : Kind::other, at + 1};
  }
  // A character has at most four bytes, so the window keeps the library's 32-bit lengths in range.
  const auto length = static_cast<std::int32_t>(std::min<std::size_t>(text.size() - at, 4));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data() + at);
  std::int32_t i = 0;
  UChar32 c = 0;
  U8_NEXT(bytes, i, length, c);
  const std::size_t end = at + static_cast<std::size_t>(i);
  if (c < 0) return {Kind::other, end};
  const std::uint32_t category = U_GET_GC_MASK(c);
  if ((category & U_GC_L_MASK) != 0) return {Kind::letter, end};
  if ((category & U_GC_N_MASK) != 0) return {Kind::number, end};
  return {u_isUWhiteSpace(c) ? Kind::space : Kind::other, end};
}

// Length of "'s", "'re" and so on at the start, or 0.
std::size_t contraction(std::string_view text) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  for (const std::string_view end : {"s", "t", "re", "ve", "m", "ll", "d"}) {
    if (text.substr(1).starts_with(end)) return 1 + end.size();
  }
  return 0;
}

std::size_t run_end(std::string_view text, std::size_t at, Kind kind) {
  while (at < text.size()) {
    const Character c = character_at(text, at);
    if (c.kind != kind) break;
    at = c.end;
  }
  return at;
}

// GPT-2's pattern on a piece without numbers.
void split_piece(std::string_view text, std::vector<std::string_view>& out) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (const std::size_t length = contraction(text.substr(at)); length > 0) {
      out.push_back(text.substr(at, length));
      at += length;
      continue;
    }
    const std::size_t body = text[at] == ' ' && at + 1 < text.size() ? at + 1 : at;
    const Kind kind = character_at(text, body).kind;
    std::size_t end = at;
    if (kind != Kind::space) {  // " ?" and a run of letters or of other characters
      end = run_end(text, body, kind);
    } else {
      end = run_end(text, at, Kind::space);
      if (end < text.size()) {  // the last space before a word belongs to what follows, unless it is the only one
        std::size_t last = at, next = at;
        while (next < end) {
          last = next;
          next = character_at(text, next).end;
        }
        if (last > at) end = last;
      }
    }
    out.push_back(text.substr(at, end - at));
    at = end;
  }
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t start = 0, at = 0;
  while (at < text.size()) {
    const Character c = character_at(text, at);
    if (c.kind == Kind::number) {
      split_piece(text.substr(start, at - start), words);
      words.push_back(text.substr(at, c.end - at));
      start = c.end;
    }
    at = c.end;
  }
  split_piece(text.substr(start), words);
  return words;
}

}  // namespace p2c::smolvlm
