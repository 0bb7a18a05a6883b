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

// An address broken behind a slash goes on without a blank.
bool ends_in_open_address(std::string_view text) {
  if (!text.ends_with("/")) return false;
  const std::string_view word = text.substr(text.find_last_of(' ') + 1);
  return contains(word, "http") || contains(word, "www.") || contains(word, ".com/") ||
         contains(word, ".org/");
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
    if (!paragraph.empty() && !ends_in_open_address(paragraph)) paragraph += ' ';
    paragraph += line;
    return;
  }
  const bool small = line[0] >= 'a' && line[0] <= 'z';
  if (small && !is_compound(last_word(paragraph), first_word(line))) paragraph.pop_back();
  paragraph += line;
}

// `before` ends in the hyphen.
bool LineJoiner::is_compound(const std::string& before, const std::string& after) const {
  const std::string stem = before.substr(0, before.size() - 1);
  if (words_.contains(stem + after)) return false;
  if (words_.contains(before + after) || contains(stem, "-")) return true;
  // Two whole words that nowhere stand together as one: "sequence-aligned".
  return stem.size() >= 4 && after.size() >= 4 && words_.contains(stem) && words_.contains(after);
}

std::string LineJoiner::join(const std::vector<std::string>& lines) const {
  std::string result;
  for (const std::string& line : lines) append(result, line);
  return result;
}

}  // namespace p2c::paper
