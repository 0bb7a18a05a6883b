// Scans source text for comments, triple-quoted strings and the tags inside them.
#include "agents/generator/tagged_lines.h"

#include <algorithm>

#include "base/text.h"

namespace p2c::agents {

namespace {

constexpr int kMaxAlgorithmRange = 50;  // lines of "A2:3-5"; a longer range is a slip

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= 6 && std::all_of(text.begin(), text.end(), is_digit);
}

// Adds one tag; false when the word is none.
bool add_tag(std::string_view word, Tags& tags) {
  if (word.size() < 2) return false;
  if (word.starts_with("R-") || word.starts_with("D-")) {
    if (!all_digits(word.substr(2))) return false;
    (word[0] == 'R' ? tags.reqs : tags.decisions).emplace(word);
    return true;
  }
  if (word[0] == 'E') {
    if (!all_digits(word.substr(1))) return false;
    tags.equations.emplace(word);
    return true;
  }
  if (word[0] != 'A') return false;
  const auto colon = word.find(':');
  const auto number = word.substr(1, colon == std::string_view::npos ? std::string_view::npos : colon - 1);
  if (!all_digits(number)) return false;
  if (colon == std::string_view::npos) {
    tags.equations.emplace(word);
    return true;
  }
  const auto range = word.substr(colon + 1);
  const auto dash = range.find('-');
  const auto first = range.substr(0, dash);
  const auto last = dash == std::string_view::npos ? first : range.substr(dash + 1);
  if (!all_digits(first) || !all_digits(last)) return false;
  const int from = std::stoi(std::string(first));
  const int to = std::min(std::stoi(std::string(last)), from + kMaxAlgorithmRange);
  for (int line = from; line <= to; ++line)
    tags.equations.insert("A" + std::string(number) + ":" + std::to_string(line));
  return true;
}

// Which characters of each line are comment, and which are inside triple-quoted strings.
class PythonScanner {
 public:
  // Reads one line; `comment` and `prose` get its comment text and its triple-quoted text.
  void read(std::string_view line, std::string& comment, std::string& prose, bool& has_code) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (triple_ != 0) {
        if (c == '\\') {
          prose += c;
          if (i + 1 < line.size()) prose += line[++i];
        } else if (is_triple(line, i, triple_)) {
          triple_ = 0;
          i += 2;
        } else {
          prose += c;
        }
      } else if (single_ != 0) {
        if (c == '\\') {
          ++i;
        } else if (c == single_) {
          single_ = 0;
        }
      } else if (c == '#') {
        comment = line.substr(i + 1);
        return;
      } else if (c == '"' || c == '\'') {
        if (is_triple(line, i, c)) {
          triple_ = c;
          i += 2;
        } else {
          single_ = c;
          has_code = true;
        }
      } else if (c != ' ' && c != '\t' && c != '\r' && c != '\f') {
        has_code = true;
      }
    }
    if (triple_ == 0) single_ = 0;  // a plain string never goes on in the next line
  }
  bool in_string() const { return triple_ != 0; }

 private:
  static bool is_triple(std::string_view line, std::size_t i, char quote) {
    return i + 2 < line.size() && line[i] == quote && line[i + 1] == quote && line[i + 2] == quote;
  }
  char triple_ = 0, single_ = 0;
};

// Key of "key: value" or "\"on\": value" in the block YAML that we render.
std::string yaml_key(std::string_view line) {
  line = trim(line);
  if (line.empty() || line[0] == '#' || line[0] == '-') return {};
  std::string_view key;
  if (line[0] == '"' || line[0] == '\'') {
    const auto close = line.find(line[0], 1);
    if (close == std::string_view::npos || close + 1 >= line.size() || line[close + 1] != ':') return {};
    key = line.substr(1, close - 1);
  } else {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || (colon + 1 < line.size() && line[colon + 1] != ' ')) return {};
    key = trim(line.substr(0, colon));
  }
  return std::string(key);
}

// The comment of a YAML line: from a '#' that is first or follows a blank, outside quotes.
std::string_view yaml_comment(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\' && quote == '"') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return line.substr(i + 1);
    }
  }
  return {};
}

}  // namespace

void Tags::merge(const Tags& other) {
  reqs.insert(other.reqs.begin(), other.reqs.end());
  equations.insert(other.equations.begin(), other.equations.end());
  decisions.insert(other.decisions.begin(), other.decisions.end());
}

Tags find_tags(std::string_view text) {
  Tags all;
  for (auto open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const auto close = text.find_first_of("[]", open + 1);
    if (close == std::string_view::npos) break;
    if (text[close] == '[') continue;
    Tags group;
    bool only_tags = true;
    std::string_view rest = text.substr(open + 1, close - open - 1);
    while (only_tags && !rest.empty()) {
      const auto end = std::min(rest.find_first_of(",; \t"), rest.size());
      if (end > 0) only_tags = add_tag(rest.substr(0, end), group);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (only_tags) all.merge(group);
  }
  return all;
}

std::vector<TaggedLine> tagged_lines(std::string_view path, std::string_view text) {
  const bool is_python = path.ends_with(".py");
  PythonScanner scanner;
  std::vector<TaggedLine> lines;
  for (const auto line : split_lines(text)) {
    TaggedLine out;
    const auto content = line.find_first_not_of(" \t\r\f");
    out.is_blank = content == std::string_view::npos;
    out.indent = static_cast<int>(out.is_blank ? 0 : content);
    std::string comment, prose;
    if (is_python) {
      out.in_string = scanner.in_string();
      scanner.read(line, comment, prose, out.has_code);
      out.is_comment = !out.is_blank && !out.in_string && line[content] == '#';
    } else {
      comment = yaml_comment(line);
      out.is_comment = !out.is_blank && line[content] == '#';
      out.has_code = !out.is_blank && !out.is_comment;
      if (out.has_code) out.yaml_key = yaml_key(line);
    }
    out.comment_tags = find_tags(comment);
    out.tags = find_tags(prose);
    out.tags.merge(out.comment_tags);
    lines.push_back(std::move(out));
  }
  return lines;
}

}  // namespace p2c::agents
