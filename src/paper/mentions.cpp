// Joins mentions to blocks.
#include "paper/mentions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "base/text.h"

namespace p2c::paper {
namespace {

using IdOfName = std::unordered_map<std::string, std::string>;  // "figure 3" -> "F3"

constexpr int kMaxCitationRange = 50;
constexpr std::size_t kMaxMentions = 500;  // of one block

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void add_once(std::vector<std::string>& list, const std::string& value) {
  if (list.size() < kMaxMentions && std::find(list.begin(), list.end(), value) == list.end())
    list.push_back(value);
}

IdOfName names_of(const PaperDoc& doc) {
  IdOfName names;
  for (const Block& block : doc.blocks) {
    if (block.number.empty()) continue;
    if (block.type == BlockType::section) names.emplace("section " + block.number, block.id);
    if (block.type == BlockType::figure) names.emplace("figure " + block.number, block.id);
    if (block.type == BlockType::table) names.emplace("table " + block.number, block.id);
    if (block.type == BlockType::algorithm) names.emplace("algorithm " + block.number, block.id);
    if (block.type == BlockType::equation) names.emplace("equation " + block.number, block.id);
  }
  return names;
}

struct Mention {
  std::string_view word, kind;
};

// Longest first where one is the beginning of another.
constexpr std::array<Mention, 17> kMentions{{{"Figures", "figure"},
                                             {"Figure", "figure"},
                                             {"Figs.", "figure"},
                                             {"Fig.", "figure"},
                                             {"Tables", "table"},
                                             {"Table", "table"},
                                             {"Tab.", "table"},
                                             {"Algorithms", "algorithm"},
                                             {"Algorithm", "algorithm"},
                                             {"Equations", "equation"},
                                             {"Equation", "equation"},
                                             {"Eqs.", "equation"},
                                             {"Eq.", "equation"},
                                             {"Sections", "section"},
                                             {"Section", "section"},
                                             {"Sec.", "section"},
                                             {"Appendix", "section"}}};

// "3", "(4)", "3.2", "A.1", "B" at the start of the text; empty when there is none.
std::string take_number(std::string_view& text) {
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || text[at] == '(' || text[at] == '~')) ++at;
  const std::size_t start = at;
  if (at < text.size() && text[at] >= 'A' && text[at] <= 'Z') ++at;
  while (at < text.size() &&
         (is_digit(text[at]) || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]))))
    ++at;
  if (at == start || (at < text.size() && is_letter(text[at]) && is_letter(text[at - 1]))) return {};
  std::string number(text.substr(start, at - start));
  if (at < text.size() && text[at] == ')') ++at;
  text.remove_prefix(at);
  return number;
}

void find_refs(Block& block, const IdOfName& names) {
  const std::string_view text = block.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 'A' || text[i] > 'Z' || (i > 0 && is_letter(text[i - 1]))) continue;
    const std::string_view rest = text.substr(i);
    const auto mention = std::find_if(kMentions.begin(), kMentions.end(),
                                      [rest](const Mention& m) { return rest.starts_with(m.word); });
    if (mention == kMentions.end()) continue;
    std::string_view after = rest.substr(mention->word.size());
    const bool plural = mention->word.ends_with("s") || mention->word.ends_with("s.");
    // "Figures 2 and 3", "Eqs. (1), (2)"
    for (int more = 0; more < 6; ++more) {
      const std::string number = take_number(after);
      if (number.empty()) break;
      if (const auto found = names.find(std::string(mention->kind) + " " + number); found != names.end()) {
        if (found->second != block.id) add_once(block.refs, found->second);
      }
      if (after.starts_with(" and ")) {
        after.remove_prefix(5);
      } else if (after.starts_with(", ") && plural) {
        after.remove_prefix(2);
      } else {
        break;
      }
    }
  }
}

// Numbers and ranges of "[3, 7-9]" at the start of the text; empty for any other bracket.
std::vector<std::string> bracket_labels(std::string_view text) {
  const std::size_t end = text.substr(0, 120).find(']');
  if (end == std::string_view::npos) return {};
  std::vector<std::string> labels;
  const std::string inside = replace_all(std::string(text.substr(1, end - 1)), "–", "-");
  for (const std::string& part : split(replace_all(inside, ";", ","), ',')) {
    const std::string_view label = trim(part);
    const std::size_t dash = label.find('-');
    int from = 0, to = 0;
    if (dash != std::string_view::npos && dash > 0 && dash + 1 < label.size()) {
      const auto first = std::from_chars(label.data(), label.data() + dash, from);
      const auto last = std::from_chars(label.data() + dash + 1, label.data() + label.size(), to);
      if (first.ec == std::errc() && last.ec == std::errc() && from < to && to - from <= kMaxCitationRange) {
        for (int n = from; n <= to; ++n) labels.push_back(std::to_string(n));
        continue;
      }
    }
    if (label.empty() || label.size() > 24) return {};
    labels.emplace_back(label);
  }
  return labels;
}

void find_cites(Block& block, const IdOfName& key_of_label) {
  for (std::size_t at = block.text.find('['); at != std::string::npos; at = block.text.find('[', at + 1)) {
    for (const std::string& label : bracket_labels(std::string_view(block.text).substr(at))) {
      if (const auto found = key_of_label.find(label); found != key_of_label.end())
        add_once(block.cites, found->second);
    }
  }
}

}  // namespace

void link_mentions(PaperDoc& doc) {
  const IdOfName names = names_of(doc);
  IdOfName key_of_label;
  for (const BibEntry& entry : doc.bibliography) {
    if (!entry.label.empty()) key_of_label.emplace(entry.label, entry.key);
  }
  std::unordered_map<std::string, Figure*> figures;
  for (Figure& figure : doc.figures) figures.emplace(figure.id, &figure);
  for (Block& block : doc.blocks) {
    if (block.type == BlockType::references || block.type == BlockType::section ||
        block.type == BlockType::code)
      continue;
    find_refs(block, names);
    find_cites(block, key_of_label);
    for (const std::string& id : block.refs) {
      if (const auto figure = figures.find(id); figure != figures.end())
        add_once(figure->second->cited_in, block.id);
    }
  }
}

}  // namespace p2c::paper
