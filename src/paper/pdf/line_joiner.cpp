// Joins lines.
#include "paper/pdf/line_joiner.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxWords = 500'000;

// Words that end compounds, so that "sequence-" and "aligned" are two words.
constexpr std::string_view kSecondParts[] = {
    "agnostic", "aligned",     "attention",   "augmented",  "aware",    "based",       "by",
    "class",    "conditional", "conditioned", "connected",  "decoder",  "dependent",   "dimensional",
    "domain",   "driven",      "efficient",   "encoder",    "end",      "equivariant", "forward",
    "free",     "generated",   "grained",     "guided",     "head",     "headed",      "hot",
    "in",       "independent", "invariant",   "label",      "layer",    "level",       "like",
    "modal",    "of",          "off",         "only",       "oriented", "parameter",   "point",
    "quality",  "related",     "scale",       "sensitive",  "shot",     "size",        "sized",
    "specific", "stage",       "step",        "supervised", "task",     "term",        "the",
    "time",     "to",          "trained",     "training",   "tuned",    "tuning",      "valued",
    "weighted", "wise",        "world"};

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
  // The first word of a line behind a broken word is its other half.
  if (broken_) {
    while (i < line.size() && is_word_byte(line[i])) ++i;
  }
  broken_ = line.ends_with("-");
  while (i < line.size() && words_.size() < kMaxWords) {
    if (!is_word_byte(line[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < line.size() && is_word_byte(line[end])) ++end;
    // What ends a line in a hyphen is half a word.
    const bool broken = end == line.size() && line[end - 1] == '-';
    if (!broken && end - i <= 60) {
      const std::string word = to_lower(line.substr(i, end - i));
      for (std::size_t hyphen = word.find('-'), from = 0; hyphen != std::string::npos;
           from = hyphen + 1, hyphen = word.find('-', from)) {
        prefixes_.insert(word.substr(from, hyphen - from));
        words_.insert(word.substr(hyphen + 1));
      }
      words_.insert(word);
    }
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
  const std::string before = last_word(paragraph), after = first_word(line);
  // "Py-" and "Torch" are one word only where the document writes it so.
  const bool joined = small
                          ? !is_compound(before, after)
                          : words_.contains(before.substr(0, before.size() - 1) + after) && after.size() > 1;
  if (joined) paragraph.pop_back();
  paragraph += line;
}

// `before` ends in the hyphen.
bool LineJoiner::is_compound(const std::string& before, const std::string& after) const {
  const std::string stem = before.substr(0, before.size() - 1);
  if (words_.contains(stem + after)) return false;
  if (words_.contains(before + after) || contains(stem, "-")) return true;
  if (stem.size() >= 4 && words_.contains(stem) &&
      std::find(std::begin(kSecondParts), std::end(kSecondParts), after) != std::end(kSecondParts))
    return true;
  // The document begins other compounds so ("multi-scale", "multi-task") and knows the rest as a word.
  if (prefixes_.contains(stem) && after.size() >= 3 && words_.contains(after)) return true;
  // Two whole words that nowhere stand together as one: "sequence-aligned".
  return stem.size() >= 4 && after.size() >= 4 && words_.contains(stem) && words_.contains(after);
}

std::string LineJoiner::join(const std::vector<std::string>& lines) const {
  std::string result;
  for (const std::string& line : lines) append(result, line);
  return result;
}

}  // namespace p2c::paper
