// Joins lines.
#include "paper/pdf/line_joiner.h"

#include <algorithm>

#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxWords = 500'000;

// Letters and inner hyphens at the start or the end of a text.
bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string last_word(std::string_view text) {
  std::size_t start = text.size();
  while (start > 0 && is_word_byte(text[start - 1])) --start;
  return to_lower(text.substr(start));
}

std::string first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  return to_lower(text.substr(0, end));
}

}  // namespace

void LineJoiner::learn(std::string_view line) {
  std::size_t i = 0;
  while (i < line.size() && words_.size() < kMaxWords) {
    if (!is_word_byte(line[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < line.size() && is_word_byte(line[end])) ++end;
    // What ends a line in a hyphen is half a word.
    const bool broken = end == line.size() && line[end - 1] == '-';
    if (!broken && end - i <= 60) words_.insert(to_lower(line.substr(i, end - i)));
    i = end;
  }
}

void LineJoiner::append(std::string& paragraph, std::string_view line) const {
  if (line.empty()) return;
  const bool hyphen = paragraph.size() > 1 && paragraph.back() == '-' &&
                      is_word_byte(paragraph[paragraph.size() - 2]) && paragraph[paragraph.size() - 2] != '-';
  if (!hyphen) {
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += line;
    return;
  }
  const bool small = line[0] >= 'a' && line[0] <= 'z';
  const std::string before = last_word(paragraph), after = first_word(line);  // `before` ends in the hyphen
  const std::string joined = before.substr(0, before.size() - 1) + after;
  const bool compound = !words_.contains(joined) && (words_.contains(before + after) ||
                                                     contains(before.substr(0, before.size() - 1), "-"));
  if (small && !compound) paragraph.pop_back();
  paragraph += line;
}

std::string LineJoiner::join(const std::vector<std::string>& lines) const {
  std::string result;
  for (const std::string& line : lines) append(result, line);
  return result;
}

}  // namespace p2c::paper
