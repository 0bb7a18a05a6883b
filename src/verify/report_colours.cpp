// Colours source text lightly: comments, strings, keywords. A reading aid, not a parser.
#include <algorithm>
#include <set>

#include "base/markup.h"
#include "base/text.h"
#include "verify/report_listing.h"

namespace p2c::verify {

namespace {

const std::set<std::string_view>& python_keywords() {
  static const std::set<std::string_view> words = {
      "and",  "as",   "assert", "async", "await",    "break", "class", "continue", "def",   "del",
      "elif", "else", "except", "False", "finally",  "for",   "from",  "global",   "if",    "import",
      "in",   "is",   "lambda", "None",  "nonlocal", "not",   "or",    "pass",     "raise", "return",
      "True", "try",  "while",  "with",  "yield",    "match", "case"};
  return words;
}
const std::set<std::string_view>& shell_keywords() {
  static const std::set<std::string_view> words = {"if",   "then",   "else",  "elif", "fi",   "case",
                                                   "esac", "for",    "while", "do",   "done", "in",
                                                   "exit", "export", "set",   "shift"};
  return words;
}
const std::set<std::string_view>& yaml_keywords() {
  static const std::set<std::string_view> words = {"true", "false", "null"};
  return words;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

enum class Language { python, yaml, shell, plain };

Language language_of(std::string_view path) {
  if (path.ends_with(".py")) return Language::python;
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return Language::yaml;
  if (path.ends_with(".sh")) return Language::shell;
  return Language::plain;
}

class Colourer {
 public:
  explicit Colourer(Language language) : language_(language) {}

  std::string line(std::string_view text) {
    out_.clear();
    std::size_t i = 0;
    if (triple_ != 0) i = string(text, 0, true);
    while (i < text.size()) {
      const char c = text[i];
      if (c == '#' && starts_comment(text, i)) {
        span('c', text.substr(i));
        return out_;
      }
      if (c == '"' || c == '\'') {
        i = string(text, i, false);
      } else if (is_word(c)) {
        std::size_t end = i;
        while (end < text.size() && is_word(text[end])) ++end;
        const auto word = text.substr(i, end - i);
        // A prefix such as r or f belongs to the string after it.
        const bool prefix = language_ == Language::python && end < text.size() &&
                            (text[end] == '"' || text[end] == '\'') && word.size() <= 2;
        if (!prefix && keywords().contains(word)) {
          span('k', word);
        } else {
          out_ += html_escape(word);
        }
        i = end;
      } else {
        std::size_t end = i + 1;
        while (end < text.size() && !is_word(text[end]) && text[end] != '"' && text[end] != '\'' &&
               text[end] != '#')
          ++end;
        out_ += html_escape(text.substr(i, end - i));
        i = end;
      }
    }
    return out_;
  }

 private:
  const std::set<std::string_view>& keywords() const {
    if (language_ == Language::python) return python_keywords();
    return language_ == Language::shell ? shell_keywords() : yaml_keywords();
  }
  bool starts_comment(std::string_view text, std::size_t i) const {
    return language_ == Language::python || i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t';
  }
  void span(char kind, std::string_view text) {
    out_ += std::string("<i class=\"") + kind + "\">" + html_escape(text) + "</i>";
  }

  // From the opening quote, or from the line's start inside a triple-quoted string. Returns the position
  // behind it.
  std::size_t string(std::string_view text, std::size_t start, bool inside) {
    std::size_t i = start;
    if (!inside) {
      const char quote = text[i];
      const bool triple = language_ == Language::python && text.substr(i).starts_with(std::string(3, quote));
      if (!triple) {
        std::size_t end = i + 1;
        while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
        end = std::min(end + 1, text.size());
        span('s', text.substr(i, end - i));
        return end;
      }
      triple_ = quote;
      i += 3;
    }
    while (i < text.size()) {
      if (text[i] == '\\') {
        i += 2;
      } else if (text.substr(i).starts_with(std::string(3, triple_))) {
        i += 3;
        triple_ = 0;
        break;
      } else {
        ++i;
      }
    }
    i = std::min(i, text.size());
    span('s', text.substr(start, i - start));
    return i;
  }

  Language language_;
  char triple_ = 0;
  std::string out_;
};

}  // namespace

std::vector<std::string> coloured_lines(std::string_view path, std::string_view text) {
  const Language language = language_of(path);
  Colourer colourer(language);
  std::vector<std::string> lines;
  for (const auto line : split_lines(text)) {
    lines.push_back(language == Language::plain ? html_escape(line) : colourer.line(line));
  }
  return lines;
}

}  // namespace p2c::verify
