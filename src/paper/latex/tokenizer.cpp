// TeX's reading rules over bytes.
#include "paper/latex/tokenizer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

// CP1252 code points of 0x80..0x9f; undefined ones map to U+FFFD.
constexpr std::array<std::uint16_t, 32> kCp1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

bool starts_at(std::string_view text, std::size_t at, std::string_view what) {
  return text.size() - at >= what.size() && text.compare(at, what.size(), what) == 0;
}

class Tokenizer {
 public:
  Tokenizer(std::string_view bytes, bool latin1, std::size_t file, Names& names,
            const TokenizeOptions& options)
      : text_(bytes),
        latin1_(latin1),
        file_(static_cast<std::uint16_t>(file)),
        names_(names),
        options_(options),
        at_letter_(options.at_is_letter) {}

  TokenList run() {
    out_.reserve(text_.size() / 2 + 16);
    if (starts_at(text_, 0, "\xEF\xBB\xBF")) pos_ = 3;
    while (pos_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void push(TokenKind kind, std::uint32_t value, std::size_t start) {
    Token token;
    token.kind = kind;
    token.file = file_;
    token.value = value;
    token.start = static_cast<std::uint32_t>(start);
    token.end = static_cast<std::uint32_t>(pos_);
    out_.push_back(token);
  }

  bool letter(std::size_t at) const {
    if (at >= text_.size()) return false;
    const auto c = static_cast<unsigned char>(text_[at]);
    return is_letter(c) || (at_letter_ && c == '@');
  }

  // Moves over one line end of any kind; false when there is none here.
  bool line_end() {
    if (pos_ >= text_.size()) return false;
    if (text_[pos_] == '\r') {
      ++pos_;
      if (pos_ < text_.size() && text_[pos_] == '\n') ++pos_;
      return true;
    }
    if (text_[pos_] == '\n') {
      ++pos_;
      return true;
    }
    return false;
  }
  static bool blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\0'; }

  // White space from here on: one space, or a paragraph when it holds a blank line. `lines` line ends were
  // passed already.
  void white(int lines, std::size_t start) {
    while (pos_ < text_.size()) {
      if (blank(text_[pos_])) {
        ++pos_;
      } else if (line_end()) {
        ++lines;
      } else {
        break;
      }
    }
    const bool after_paragraph = !out_.empty() && out_.back().kind == TokenKind::paragraph;
    if (lines >= 2) {
      if (!out_.empty() && out_.back().kind == TokenKind::space) out_.pop_back();
      if (!after_paragraph) push(TokenKind::paragraph, 0, start);
    } else if (!after_paragraph && (out_.empty() || out_.back().kind != TokenKind::space)) {
      push(TokenKind::space, ' ', start);
    }
  }

  void step() {
    const std::size_t start = pos_;
    const char c = text_[pos_];
    if (blank(c) || c == '\n' || c == '\r') return white(0, start);
    switch (c) {
      case '%':
        return comment();
      case '\\':
        return control();
      case '{':
        ++pos_;
        return push(TokenKind::begin_group, '{', start);
      case '}':
        ++pos_;
        return push(TokenKind::end_group, '}', start);
      case '$':
        ++pos_;
        return push(TokenKind::math_shift, '$', start);
      case '&':
        ++pos_;
        return push(TokenKind::alignment, '&', start);
      case '^':
        ++pos_;
        return push(TokenKind::superscript, '^', start);
      case '_':
        ++pos_;
        return push(TokenKind::subscript, '_', start);
      case '#':
        return parameter();
      default:
        return push(TokenKind::character, code_point(), start);
    }
  }

  // To the line's end, which is eaten with the blanks that open the next line; a blank line after it stays a
  // paragraph.
  void comment() {
    const std::size_t start = pos_;
    while (pos_ < text_.size() && text_[pos_] != '\n' && text_[pos_] != '\r') ++pos_;
    line_end();
    while (pos_ < text_.size() && blank(text_[pos_])) ++pos_;
    if (pos_ < text_.size() && (text_[pos_] == '\n' || text_[pos_] == '\r')) white(1, start);
  }

  void parameter() {
    const std::size_t start = pos_;
    std::size_t hashes = 0;
    while (pos_ < text_.size() && text_[pos_] == '#' && hashes < 8) ++hashes, ++pos_;
    std::uint32_t digit = 0;
    if (pos_ < text_.size() && text_[pos_] >= '1' && text_[pos_] <= '9')
      digit = static_cast<std::uint32_t>(text_[pos_++] - '0');
    // TeX doubles the hashes at each level of definition: 1, 2, 4.
    const std::uint32_t level = hashes >= 4 ? 2 : hashes >= 2 ? 1 : 0;
    push(TokenKind::parameter, digit + 256 * level, start);
  }

  std::uint32_t code_point() {
    const auto c = static_cast<unsigned char>(text_[pos_]);
    if (c < 0x80) {
      ++pos_;
      return c < 0x20 || c == 0x7f ? ' ' : c;
    }
    if (latin1_) {
      ++pos_;
      return c < 0xA0 ? kCp1252[c - 0x80] : c;
    }
    const int extra = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    std::uint32_t value = extra == 3 ? c & 0x07u : extra == 2 ? c & 0x0Fu : c & 0x1Fu;
    ++pos_;
    if (extra == 0) return 0xFFFD;
    for (int i = 0; i < extra; ++i) {
      if (pos_ >= text_.size() || (static_cast<unsigned char>(text_[pos_]) & 0xC0) != 0x80) return 0xFFFD;
      value = (value << 6) | (static_cast<unsigned char>(text_[pos_++]) & 0x3Fu);
    }
    return value;
  }

  std::string decode(std::size_t begin, std::size_t end) const {
    const std::string_view part = text_.substr(begin, end - begin);
    std::string text = latin1_ ? latin1_to_utf8(part) : repair_utf8(part);
    return text.find('\r') == std::string::npos
               ? text
               : replace_all(replace_all(std::move(text), "\r\n", "\n"), "\r", "\n");
  }

  void control() {
    const std::size_t start = pos_++;
    if (pos_ >= text_.size()) return push(TokenKind::control, names_.id(" "), start);
    if (!letter(pos_)) {
      const char c = text_[pos_];
      if (c == '\n' || c == '\r') {
        line_end();
        return push(TokenKind::control, names_.id(" "), start);
      }
      std::string name;
      append_utf8(name, code_point());
      push(TokenKind::control, names_.id(name), start);
      if (c == ' ') {
        while (pos_ < text_.size() && blank(text_[pos_])) ++pos_;
      }
      return;
    }
    const std::size_t name_start = pos_;
    while (letter(pos_)) ++pos_;
    const std::string_view name = text_.substr(name_start, pos_ - name_start);
    if (name == "verb" || name == "lstinline" || name == "mintinline" || name == "Verb") {
      if (verb(start, name)) return;
    }
    if (name == "begin" && begin(start)) return;
    if (name == "makeatletter") at_letter_ = true;
    if (name == "makeatother") at_letter_ = false;
    if (name == "par") {
      if (!out_.empty() && out_.back().kind == TokenKind::space) out_.pop_back();
      skip_blanks_after_word();
      if (out_.empty() || out_.back().kind != TokenKind::paragraph) push(TokenKind::paragraph, 0, start);
      return;
    }
    push(TokenKind::control, names_.id(name), start);
    skip_blanks_after_word();
    if (name == "url" || name == "path" || name == "nolinkurl" || name == "href" || name == "burl") url();
  }

  // TeX skips blanks after a control word, and one line end; a blank line after it is still a paragraph.
  void skip_blanks_after_word() {
    const std::size_t start = pos_;
    while (pos_ < text_.size() && blank(text_[pos_])) ++pos_;
    const bool line = line_end();
    if (!out_.empty() && out_.back().kind == TokenKind::control) out_.back().space_after = pos_ > start;
    if (!line) return;
    while (pos_ < text_.size() && blank(text_[pos_])) ++pos_;
    if (pos_ < text_.size() && (text_[pos_] == '\n' || text_[pos_] == '\r')) white(1, start);
  }

  // An address in braces is taken as it stands: % and # are no comment and no parameter there.
  void url() {
    if (pos_ >= text_.size() || text_[pos_] != '{') return;
    const std::size_t open = pos_;
    int depth = 0;
    std::size_t at = pos_;
    for (; at < text_.size() && at - open < 1500; ++at) {
      const char c = text_[at];
      if (c == '\\' && at + 1 < text_.size()) {
        ++at;
      } else if (c == '{') {
        ++depth;
      } else if (c == '}' && --depth == 0) {
        break;
      } else if (c == '\n' && at + 1 < text_.size() && text_[at + 1] == '\n') {
        return;
      }
    }
    if (at >= text_.size() || text_[at] != '}' || depth != 0) return;
    const std::string raw = decode(open + 1, at);
    // With commands or parameters inside (macro bodies) it must go through the ordinary rules.
    for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
      if (raw[i] == '#' && raw[i + 1] >= '1' && raw[i + 1] <= '9' && (i == 0 || raw[i - 1] != '\\') &&
          raw.size() < 4)
        return;
      if (raw[i] == '\\' && is_letter(static_cast<unsigned char>(raw[i + 1]))) return;
    }
    pos_ = open + 1;
    push(TokenKind::begin_group, '{', open);
    pos_ = at;
    push(TokenKind::verbatim, names_.id(raw), open + 1);
    pos_ = at + 1;
    push(TokenKind::end_group, '}', at);
  }

  bool verb(std::size_t start, std::string_view name) {
    std::size_t at = pos_;
    if (at < text_.size() && text_[at] == '*') ++at;
    if (name != "verb") {
      if (at < text_.size() && text_[at] == '[') {
        const auto close = text_.substr(at, 200).find(']');
        if (close == std::string_view::npos) return false;
        at += close + 1;
      }
      if (name == "mintinline") {
        const auto close = at < text_.size() ? text_.substr(at, 60).find('}') : std::string_view::npos;
        if (close == std::string_view::npos || text_[at] != '{') return false;
        at += close + 1;
      }
    }
    if (at >= text_.size() || text_[at] == '\n' || text_[at] == '\r' || text_[at] == ' ' || letter(at))
      return false;
    const char open = text_[at];
    const char close = open == '{' && name != "verb" ? '}' : open;
    int depth = 0;
    const std::size_t last = std::min(text_.size(), at + 500);  // a line of them must not cost its square
    for (std::size_t i = at + 1; i < last && text_[i] != '\n' && text_[i] != '\r'; ++i) {
      if (close == '}' && text_[i] == '{') ++depth;
      if (text_[i] == close && depth-- == 0) {
        pos_ = i + 1;
        push(TokenKind::verbatim, names_.id(decode(at + 1, i)), start);
        return true;
      }
    }
    return false;
  }

  bool is_verbatim(const std::string& name) const {
    return env_kind(name) == EnvKind::verbatim || options_.verbatim.contains(name);
  }

  // \begin of an environment whose content is no TeX: pushed as \begin { name } <verbatim>, read on at its
  // \end.
  bool begin(std::size_t start) {
    std::size_t at = pos_;
    while (at < text_.size() && blank(text_[at])) ++at;
    if (at >= text_.size() || text_[at] != '{') return false;
    auto close = text_.substr(at, 60).find('}');
    if (close == std::string_view::npos) return false;
    close += at;
    const std::string name(text_.substr(at + 1, close - at - 1));
    const bool dropped =
        name == "comment" || options_.comments.contains(name) || starts_at(name, 0, "filecontents");
    if (!dropped && !is_verbatim(name)) return false;
    const std::string end = "\\end{" + name + "}";
    if (endless_.contains(name)) return false;
    const auto finish = text_.find(end, close);
    if (finish == std::string_view::npos) {
      endless_.insert(name);
      return false;
    }
    if (dropped) {
      pos_ = finish + end.size();
      return true;
    }
    push(TokenKind::control, names_.id("begin"), start);
    push(TokenKind::begin_group, '{', at);
    for (const char c : name) push(TokenKind::character, static_cast<unsigned char>(c), at);
    push(TokenKind::end_group, '}', close);
    pos_ = finish;
    push(TokenKind::verbatim, names_.id(decode(close + 1, finish)), close + 1);
    return true;
  }

  std::string_view text_;
  bool latin1_;
  std::uint16_t file_;
  Names& names_;
  const TokenizeOptions& options_;
  bool at_letter_;
  std::size_t pos_ = 0;
  TokenList out_;
  std::unordered_set<std::string> endless_;  // verbatim environments that are not closed any more
};

}  // namespace

void find_verbatim_environments(const SourceFile& file, TokenizeOptions& options) {
  const auto collect = [&](std::string_view command, std::unordered_set<std::string>& names,
                           std::string_view suffix) {
    for (auto at = file.bytes.find(command); at != std::string::npos; at = file.bytes.find(command, at + 1)) {
      std::size_t open = at + command.size();
      if (open < file.bytes.size() && file.bytes[open] == '[') {
        const auto close = std::string_view(file.bytes).substr(open, 200).find(']');
        if (close == std::string_view::npos) continue;
        open += close + 1;
      }
      if (open >= file.bytes.size() || file.bytes[open] != '{') continue;
      const auto close = std::string_view(file.bytes).substr(open, 40).find('}');
      if (close == std::string_view::npos || close < 2) continue;
      names.insert(file.bytes.substr(open + 1, close - 1) + std::string(suffix));
    }
  };
  collect("\\lstnewenvironment", options.verbatim, "");
  collect("\\DefineVerbatimEnvironment", options.verbatim, "");
  collect("\\newtcblisting", options.verbatim, "");
  collect("\\newminted", options.verbatim, "code");
  collect("\\excludecomment", options.comments, "");
}

TokenList tokenize(const SourceFile& file, Names& names, const TokenizeOptions& options) {
  return Tokenizer(file.bytes, file.latin1, file.id, names, options).run();
}

TokenList tokenize_text(std::string_view text, Names& names) {
  const TokenizeOptions options;
  return Tokenizer(text, false, 0, names, options).run();
}

}  // namespace p2c::paper::latex
