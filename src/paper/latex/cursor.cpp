// Walking over a Stream.
#include "paper/latex/cursor.h"

#include <algorithm>

namespace p2c::paper::latex {

std::size_t skip_spaces(const Stream& s, std::size_t i, std::size_t end) {
  while (i < end && s.tokens[i].kind == TokenKind::space) ++i;
  return i;
}

bool is_character(const Stream& s, std::size_t i, std::size_t end, std::uint32_t c) {
  return i < end && s.tokens[i].kind == TokenKind::character && s.tokens[i].value == c;
}

Range inside(const Stream& s, std::size_t i, std::size_t end) {
  const std::size_t open = i + (s.tokens[i].kind == TokenKind::math_shift && s.display[i] ? 2 : 1);
  std::size_t close = s.partner[i];
  if (close == kNone || close > end || close < i) {
    close = end;
    if (s.tokens[i].kind == TokenKind::begin_group || s.tokens[i].kind == TokenKind::math_shift) {
      for (std::size_t k = open; k < end; ++k) {
        if (s.tokens[k].kind == TokenKind::paragraph) {
          close = k;
          break;
        }
        if (k - open > 2'000) break;  // lost braces come in crowds: no long scan for each
      }
    }
  }
  return {std::min(open, close), close};
}

std::size_t after(const Stream& s, std::size_t i, std::size_t end) {
  const std::size_t close = inside(s, i, end).end;
  if (close >= end) return end;
  const Token& token = s.tokens[close];
  if (s.tokens[i].kind == TokenKind::math_shift && token.kind == TokenKind::math_shift) {
    const bool doubled = s.display[close] && close + 1 < end &&
                         s.tokens[close + 1].kind == TokenKind::math_shift && s.display[close + 1];
    return close + (doubled ? 2 : 1);
  }
  const bool closes =
      token.kind == TokenKind::end_group || token.kind == TokenKind::env_end ||
      (s.tokens[i].kind == TokenKind::control && token.kind == TokenKind::control && s.partner[close] == i);
  return closes ? close + 1 : close;
}

Argument group_at(const Stream& s, std::size_t i, std::size_t end) {
  const std::size_t at = skip_spaces(s, i, end);
  if (at >= end || s.tokens[at].kind != TokenKind::begin_group) return {false, {i, i}, i};
  return {true, inside(s, at, end), after(s, at, end)};
}

Argument argument_at(const Stream& s, std::size_t i, std::size_t end) {
  const Argument group = group_at(s, i, end);
  if (group.present) return group;
  const std::size_t at = skip_spaces(s, i, end);
  if (at >= end) return {false, {i, i}, i};
  switch (s.tokens[at].kind) {
    case TokenKind::character:
    case TokenKind::control:
    case TokenKind::verbatim:
      return {true, {at, at + 1}, at + 1};
    default:
      return {false, {i, i}, i};
  }
}

Argument option_at(const Stream& s, std::size_t i, std::size_t end) {
  const std::size_t at = skip_spaces(s, i, end);
  if (!is_character(s, at, end, '[')) return {false, {i, i}, i};
  const std::size_t last = std::min(end, at + 2'000);
  std::size_t k = at + 1;
  std::size_t brackets = 0;
  while (k < last) {
    const Token& token = s.tokens[k];
    if (token.kind == TokenKind::begin_group && s.partner[k] != kNone) {
      k = s.partner[k] + 1;
      continue;
    }
    if (token.kind == TokenKind::paragraph || token.kind == TokenKind::env_begin ||
        token.kind == TokenKind::env_end)
      break;
    if (token.kind == TokenKind::character && token.value == '[') ++brackets;
    if (token.kind == TokenKind::character && token.value == ']' && brackets-- == 0)
      return {true, {at + 1, k}, k + 1};
    ++k;
  }
  return {false, {i, i}, i};
}

std::size_t skip_arguments(const Stream& s, std::string_view specification, std::size_t i, std::size_t end) {
  for (const char letter : specification) {
    switch (letter) {
      case '*': {
        const std::size_t at = skip_spaces(s, i, end);
        if (is_character(s, at, end, '*')) i = at + 1;
        break;
      }
      case 'o':
      case '?':
        i = option_at(s, i, end).after;
        break;
      case 'd':
        i = argument_at(s, i, end).after;
        break;
      default:
        return i;
    }
  }
  return i;
}

Range trim_spaces(const Stream& s, Range range) {
  const auto blank = [&](std::size_t i) {
    return s.tokens[i].kind == TokenKind::space || s.tokens[i].kind == TokenKind::paragraph;
  };
  while (range.begin < range.end && blank(range.begin)) ++range.begin;
  while (range.end > range.begin && blank(range.end - 1)) --range.end;
  return range;
}

}  // namespace p2c::paper::latex
