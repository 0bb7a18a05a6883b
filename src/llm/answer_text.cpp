#include "llm/answer_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxPathBytes = 200;
constexpr std::size_t kTabWidth = 4;  // what models mean when they mix tabs into four-blank indentation

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view strip_chars(std::string_view text, std::string_view chars) {
  const std::size_t first = text.find_first_not_of(chars);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(chars) - first + 1);
}

bool ends_with_nocase(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && starts_with_nocase(text.substr(text.size() - end.size()), end);
}

// "  12 | code", "12\tcode", "12: code": the number, and where the code begins. npos: no gutter.
std::size_t gutter_end(std::string_view line, long& number) {
  std::size_t i = line.find_first_not_of(' ');
  if (i == std::string_view::npos) return i;
  const std::size_t digits = i;
  long value = 0;
  while (i < line.size() && is_digit(line[i]) && i - digits < 7) value = value * 10 + (line[i++] - '0');
  if (i == digits) return std::string_view::npos;
  number = value;
  if (i < line.size() && line[i] == '\t') return i + 1;
  std::size_t bar = i;
  while (bar < line.size() && line[bar] == ' ') ++bar;
  constexpr std::string_view kBoxBar = "\xE2\x94\x82";  // │
  if (line.substr(bar, kBoxBar.size()) == kBoxBar) {
    bar += kBoxBar.size();
  } else if (bar < line.size() && (line[bar] == '|' || (line[bar] == ':' && bar == i))) {
    ++bar;
  } else {
    return std::string_view::npos;
  }
  if (bar < line.size() && line[bar] == ' ') ++bar;
  return bar;
}

// Every line numbered one up: a listing with line numbers. Data files may look like that by themselves.
bool strip_gutter(std::vector<std::string_view>& lines, const std::string& path) {
  for (const char* data : {".csv", ".tsv", ".txt", ".json", ".yaml", ".yml"}) {
    if (ends_with_nocase(path, data)) return false;
  }
  if (lines.size() < 3) return false;
  std::vector<std::size_t> ends;
  long previous = 0;
  for (std::string_view line : lines) {
    long number = 0;
    const std::size_t end = gutter_end(line, number);
    if (end == std::string_view::npos || (!ends.empty() && number != previous + 1)) return false;
    previous = number;
    ends.push_back(end);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].remove_prefix(ends[i]);
  return true;
}

bool is_markdown(const std::string& path) {
  return ends_with_nocase(path, ".md") || ends_with_nocase(path, ".rst");
}
bool wants_tabs(const std::string& path) {
  return ends_with_nocase(path, "makefile") || ends_with_nocase(path, ".mk") ||
         ends_with_nocase(path, ".tsv");
}

std::string_view indentation(std::string_view line) {
  return line.substr(0, std::min(line.size(), line.find_first_not_of(" \t")));
}

bool mixes_tabs(const std::vector<std::string_view>& lines) {
  bool tabs = false, blanks = false;
  for (std::string_view line : lines) {
    const std::string_view indent = indentation(line);
    if (indent.size() == line.size()) continue;  // a blank line says nothing
    tabs = tabs || indent.find('\t') != std::string_view::npos;
    blanks = blanks || indent.find("  ") != std::string_view::npos;
  }
  return tabs && blanks;
}

std::string expand_tabs(std::string_view line) {
  const std::string_view indent = indentation(line);
  std::size_t column = 0;
  for (char c : indent) column = c == '\t' ? (column / kTabWidth + 1) * kTabWidth : column + 1;
  return std::string(column, ' ') + std::string(line.substr(indent.size()));
}

}  // namespace

std::vector<std::string_view> answer_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t at = 0;
  while (true) {
    const std::size_t end = text.find_first_of("\r\n", at);
    if (end == std::string_view::npos) break;
    lines.push_back(text.substr(at, end - at));
    at = end + (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n' ? 2 : 1);
  }
  lines.push_back(text.substr(at));
  return lines;
}

FenceLine read_fence_line(std::string_view line) {
  const std::string_view body = trim(line);
  if (body.empty() || (body[0] != '`' && body[0] != '~')) return {};
  std::size_t n = 0;
  while (n < body.size() && body[n] == body[0]) ++n;
  if (n < 3) return {};
  const std::string_view info = body.substr(n);
  if (info.find('`') != std::string_view::npos) return {};  // ```inline``` code
  return {true, body.substr(0, n), trim(info)};
}

bool looks_like_path(std::string_view text) {
  if (text.empty() || text.size() > kMaxPathBytes || text.front() == '/' || text.front() == '-') return false;
  if (text.back() == '/' || text.back() == '.') return false;
  for (char c : text) {
    if (!is_alnum(c) && std::string_view("_-./+").find(c) == std::string_view::npos) return false;
  }
  for (const std::string& part : split(text, '/')) {
    if (part.empty() || part == "..") return false;
  }
  const std::size_t slash = text.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? text : text.substr(slash + 1);
  for (const char* known : {"Makefile", "Dockerfile", "LICENSE", "NOTICE"}) {
    if (name == known) return true;
  }
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot > 11) return false;
  // A version number or a sentence's end is no file name.
  return std::any_of(name.begin() + static_cast<std::ptrdiff_t>(dot), name.end(),
                     [](char c) { return is_alnum(c) && !is_digit(c); });
}

std::string path_in_info(std::string_view info) {
  std::vector<std::string> words;
  for (const std::string& word :
       split(replace_all(collapse_whitespace(utf8_prefix(info, 1'000)), "\t", " "), ' ')) {
    words.push_back(word);
  }
  for (std::string_view word : words) {
    for (const char* key : {"title=", "file=", "filename=", "path=", "name="}) {
      if (starts_with_nocase(word, key)) word.remove_prefix(std::string_view(key).size());
    }
    word = strip_chars(word, "\"'`{}()[],;:");
    if (const auto colon = word.rfind(':'); colon != std::string_view::npos) word.remove_prefix(colon + 1);
    while (word.substr(0, 2) == "./") word.remove_prefix(2);
    if (looks_like_path(word)) return std::string(word);
  }
  return {};
}

std::string path_in_heading(std::string_view line) {
  std::string_view text = trim(line);
  if (text.size() > 2 * kMaxPathBytes) return {};
  if (const auto space = text.find(' '); space != std::string_view::npos) {
    // "## models/a.py", "// models/a.py", "File: models/a.py", "1. `models/a.py`"
    const std::string_view lead = text.substr(0, space);
    const std::string word = to_lower(strip_chars(lead, "*`#"));
    const bool marker = lead.find_first_not_of("#*/-<!>;%") == std::string_view::npos;
    const bool label =
        word == "file:" || word == "path:" || word == "filename:" || word == "filename" || word == "file";
    const bool number = lead.size() >= 2 && lead.size() <= 4 && is_digit(lead[0]) &&
                        (lead.back() == '.' || lead.back() == ')');
    if (marker || number) return path_in_heading(text.substr(space + 1));
    if (!label) return {};
    text = trim(text.substr(space + 1));
  }
  text = strip_chars(text, "#*`\"':- <>!/");
  while (text.substr(0, 2) == "./") text.remove_prefix(2);
  return looks_like_path(text) ? std::string(text) : std::string();
}

bool is_elision(std::string_view line) {
  std::string_view text = trim(line);
  if (text.size() > 200) return false;
  bool comment = false;
  for (const char* marker : {"#", "//", "/*", "<!--", "--", "%", "*"}) {
    const std::string_view mark = marker;
    if (text.substr(0, mark.size()) != mark) continue;
    text = trim(text.substr(mark.size()));
    comment = true;
    break;
  }
  for (const char* marker : {"*/", "-->"}) {
    const std::string_view mark = marker;
    if (text.size() >= mark.size() && text.substr(text.size() - mark.size()) == mark)
      text.remove_suffix(mark.size());
  }
  text = strip_chars(text, " \t#[](){}<>");
  const std::string plain = replace_all(to_lower(text), "\xE2\x80\xA6", "...");  // …
  const bool dots_first = plain.rfind("...", 0) == 0;
  const bool dots_last = plain.size() >= 3 && plain.compare(plain.size() - 3, 3, "...") == 0;
  if (plain == "..." || plain.find_first_not_of(". ") == std::string::npos) return comment && dots_first;
  if (!comment && !dots_first) return false;
  if (dots_first || dots_last) {
    for (const char* word :
         {"unchanged", "rest of", "the rest", "remaining", "existing", "same as", "omitted", "previous",
          "as before", "as above", "truncated", "elided", "keep ", "other methods", "other functions",
          "more code", "code continues", "implementation here", "your code"}) {
      if (contains(plain, word)) return true;
    }
  }
  if (!comment) return false;
  for (const char* phrase :
       {"rest of the code", "rest of code", "rest of the file", "rest of file", "rest unchanged",
        "rest is unchanged", "rest remains", "remaining code unchanged", "existing code unchanged",
        "code unchanged", "unchanged code", "same as before", "unchanged from", "code omitted",
        "omitted for brevity", "rest of the class", "rest of the implementation"}) {
    // Nearly the whole comment: "# same as before, but padded" explains code that is there.
    if (plain.rfind(phrase, 0) == 0 && plain.size() <= std::string_view(phrase).size() + 12) return true;
  }
  return plain == "unchanged" || plain == "existing code" || plain == "no changes";
}

std::string clean_file(std::vector<std::string_view> lines, const std::string& path,
                       std::vector<std::string>& warnings) {
  auto blank = [](std::string_view line) { return trim(line).empty(); };
  auto trim_blank = [&] {
    while (!lines.empty() && blank(lines.back())) lines.pop_back();
    std::size_t first = 0;
    while (first < lines.size() && blank(lines[first])) ++first;
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
  };
  trim_blank();
  if (strip_gutter(lines, path)) {
    warnings.emplace_back("line numbers in front of the code removed");
    trim_blank();
  }
  // A block wrapped once more, and marks left over from it.
  if (!is_markdown(path)) {
    bool stray = false;
    while (!lines.empty() && read_fence_line(lines.front()).is_fence) {
      lines.erase(lines.begin());
      stray = true;
    }
    while (!lines.empty() && read_fence_line(lines.back()).is_fence &&
           read_fence_line(lines.back()).info.empty()) {
      lines.pop_back();
      stray = true;
    }
    if (stray) warnings.emplace_back("stray fence removed");
    trim_blank();
    // "## path" and "**path**" and a bare path are headings of the answer; "# path" is a comment and may
    // stay.
    if (!lines.empty()) {
      const std::string_view first = trim(lines.front());
      const bool heading = first.substr(0, 2) == "##" || first.substr(0, 2) == "**" || first.front() == '`';
      const std::string named = path_in_heading(first);
      const bool bare = first == named && (named == path || (path.empty() && ends_with_nocase(named, ".py")));
      if (!named.empty() && (heading || bare)) {
        lines.erase(lines.begin());
        warnings.emplace_back("heading line with the path removed");
        trim_blank();
      }
    }
  }
  const bool expand = !wants_tabs(path) && mixes_tabs(lines);
  if (expand) warnings.emplace_back("tabs in indentation mixed with blanks: each opened to 4 columns");
  std::string out;
  for (std::string_view line : lines) {
    out += expand ? expand_tabs(line) : std::string(line);
    out += '\n';
  }
  return out;
}

}  // namespace p2c::llm
