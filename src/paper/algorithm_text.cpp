// Reads pseudocode from plain lines.
#include "paper/algorithm_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace p2c::paper {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "12:" or "12." or "(12)" at the start, taken off; 0 when there is none.
int take_line_number(std::string_view& text) {
  std::size_t at = text.starts_with("(") ? 1 : 0;
  const std::size_t start = at;
  int number = 0;
  while (at < text.size() && is_digit(text[at]) && at - start < 3) number = number * 10 + (text[at++] - '0');
  if (at == start || at >= text.size() || (text[at] != ':' && text[at] != '.' && text[at] != ')')) return 0;
  if (text[at] == '.' && at + 1 < text.size() && text[at + 1] != ' ') return 0;
  text = trim(text.substr(at + 1));
  return number;
}

struct Header {
  std::string_view word;
  bool input;
};
constexpr std::array<Header, 11> kHeaders{{{"require:", true},
                                           {"requires:", true},
                                           {"input:", true},
                                           {"inputs:", true},
                                           {"data:", true},
                                           {"parameters:", true},
                                           {"initialize:", true},
                                           {"ensure:", false},
                                           {"output:", false},
                                           {"outputs:", false},
                                           {"result:", false}}};

const Header* header_of(std::string_view text) {
  const auto found = std::find_if(kHeaders.begin(), kHeaders.end(),
                                  [text](const Header& h) { return starts_with_nocase(text, h.word); });
  return found == kHeaders.end() ? nullptr : &*found;
}

bool has_word(std::string_view text, std::string_view word) {
  return starts_with_nocase(text, word) &&
         (text.size() == word.size() ||
          std::string_view(" (:,;.").find(text[word.size()]) != std::string_view::npos);
}

std::string kind_of(std::string_view text) {
  for (std::string_view end : {"end for", "end if", "end while", "end function", "end procedure", "end",
                               "endfor", "endif", "endwhile"}) {
    if (has_word(text, end)) return "end";
  }
  for (std::string_view word : {"else if", "elif", "elseif"}) {
    if (has_word(text, word)) return "elif";
  }
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kKinds{
      {{"for", "for"},
       {"foreach", "for"},
       {"while", "while"},
       {"if", "if"},
       {"else", "else"},
       {"repeat", "repeat"},
       {"until", "until"},
       {"return", "return"},
       {"function", "function"},
       {"procedure", "function"},
       {"def", "function"}}};
  for (const auto& [word, kind] : kKinds) {
    if (has_word(text, word)) return std::string(kind);
  }
  if (text.starts_with("//") || text.starts_with("▷") || text.starts_with("# ")) return "comment";
  return "stmt";
}

// The part behind "//" or the triangle of algorithmicx, taken off.
std::string take_comment(std::string& text) {
  for (std::string_view mark : {"▷", "// "}) {
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) continue;
    std::string comment(trim(std::string_view(text).substr(at + mark.size())));
    text = std::string(trim(std::string_view(text).substr(0, at)));
    return comment;
  }
  return {};
}

bool opens(const std::string& kind) {
  return kind == "for" || kind == "while" || kind == "if" || kind == "repeat" || kind == "function";
}

void set_depths_by_ends(std::vector<AlgorithmLine>& lines) {
  int depth = 0;
  for (AlgorithmLine& line : lines) {
    if (line.kind == "end" || line.kind == "until") depth = std::max(0, depth - 1);
    const bool branch = line.kind == "elif" || line.kind == "else";
    line.depth = branch ? std::max(0, depth - 1) : depth;
    const bool one_line = line.kind == "if" && contains(to_lower(line.text), " then ");
    if (opens(line.kind) && !one_line) ++depth;
  }
}

void set_depths_by_indent(std::vector<AlgorithmLine>& lines, const std::vector<double>& indents) {
  std::vector<double> stack;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    while (!stack.empty() && indents[i] < stack.back() - 1.0) stack.pop_back();
    if (stack.empty() || indents[i] > stack.back() + 1.0) stack.push_back(indents[i]);
    lines[i].depth = static_cast<int>(stack.size()) - 1;
  }
}

// Adds the rest of a wrapped line; a word broken at the end is joined.
void append_wrapped(std::string& text, const std::string& rest) {
  const bool broken = text.size() > 1 && text.back() == '-' && text[text.size() - 2] >= 'a' &&
                      text[text.size() - 2] <= 'z' && !rest.empty() && rest[0] >= 'a' && rest[0] <= 'z';
  if (broken) {
    text.pop_back();
  } else {
    text += ' ';
  }
  text += rest;
}

}  // namespace

bool looks_like_pseudocode(std::string_view line) {
  const std::string_view text = trim(line);
  if (header_of(text) != nullptr) return true;
  std::string_view rest = text;
  return take_line_number(rest) > 0 && text.find(':') <= 4;
}

void fill_algorithm(Algorithm& algorithm, const std::vector<PseudocodeLine>& lines) {
  bool numbered = false;
  for (const PseudocodeLine& line : lines) {
    std::string_view text = trim(line.text);
    numbered = numbered || (take_line_number(text) > 0);
  }
  std::vector<double> indents;
  std::vector<std::string>* header = nullptr;  // a header goes on until the first line of the body
  for (const PseudocodeLine& line : lines) {
    std::string_view text = trim(line.text);
    if (text.empty()) continue;
    const int number = take_line_number(text);
    if (const Header* found = number == 0 ? header_of(text) : nullptr) {
      header = found->input ? &algorithm.inputs : &algorithm.outputs;
      header->push_back(collapse_whitespace(text.substr(found->word.size())));
      continue;
    }
    if (header != nullptr && number == 0 && (numbered ? algorithm.lines.empty() : false)) {
      append_wrapped(header->back(), collapse_whitespace(text));
      continue;
    }
    if (numbered && number == 0 && !algorithm.lines.empty()) {
      AlgorithmLine& last = algorithm.lines.back();
      append_wrapped(last.comment.empty() ? last.text : last.comment, collapse_whitespace(text));
      continue;
    }
    AlgorithmLine& added = algorithm.lines.emplace_back();
    added.no = static_cast<int>(algorithm.lines.size());
    added.text = collapse_whitespace(text);
    added.comment = take_comment(added.text);
    added.kind = added.text.empty() ? "comment" : kind_of(added.text);
    indents.push_back(line.indent);
  }
  const bool ends =
      std::any_of(algorithm.lines.begin(), algorithm.lines.end(),
                  [](const AlgorithmLine& line) { return line.kind == "end" || line.kind == "until"; });
  if (ends) {
    set_depths_by_ends(algorithm.lines);
  } else {
    set_depths_by_indent(algorithm.lines, indents);
  }
}

}  // namespace p2c::paper
