// Interning, serialising and pairing of TeX tokens.
#include "paper/latex/token.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/text.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

std::uint32_t Names::id(std::string_view text) {
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  texts_.emplace_back(text);
  const auto id = static_cast<std::uint32_t>(texts_.size() - 1);
  ids_.emplace(texts_.back(), id);
  return id;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

bool is_letter(std::uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_control(const Token& token, std::uint32_t name) {
  return token.kind == TokenKind::control && token.value == name;
}

namespace {

bool ends_with_control_word(const std::string& out, std::size_t word_end) {
  return word_end != 0 && word_end == out.size();
}

}  // namespace

std::string to_tex(const TokenList& tokens, std::size_t begin, std::size_t end, const Names& names) {
  std::string out;
  std::size_t word_end = 0;  // size of `out` right after a control word: a letter may not follow directly
  for (std::size_t i = begin; i < end && i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    switch (token.kind) {
      case TokenKind::character:
        if (is_letter(token.value) && ends_with_control_word(out, word_end)) out += ' ';
        append_utf8(out, token.value);
        break;
      case TokenKind::control: {
        const std::string& name = names.text(token.value);
        out += '\\';
        out += name;
        if (!name.empty() && is_letter(static_cast<unsigned char>(name.back()))) word_end = out.size();
        break;
      }
      case TokenKind::begin_group:
        out += '{';
        break;
      case TokenKind::end_group:
        out += '}';
        break;
      case TokenKind::math_shift:
        out += '$';
        break;
      case TokenKind::alignment:
        out += '&';
        break;
      case TokenKind::parameter:
        out.append((token.value >> 8) + 1, '#');
        if ((token.value & 0xff) != 0) out += static_cast<char>('0' + (token.value & 0xff));
        break;
      case TokenKind::superscript:
        out += '^';
        break;
      case TokenKind::subscript:
        out += '_';
        break;
      case TokenKind::space:
        if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
        break;
      case TokenKind::paragraph:
        out += "\n\n";
        break;
      case TokenKind::verbatim:
        out += names.text(token.value);
        break;
      case TokenKind::env_begin:
        out += "\\begin{" + names.text(token.value) + "}";
        break;
      case TokenKind::env_end:
        out += "\\end{" + names.text(token.value) + "}";
        break;
    }
    if (token.space_after && !out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
  }
  return std::string(trim(out));
}

std::string plain_string(const TokenList& tokens, std::size_t begin, std::size_t end, const Names& names) {
  std::string out;
  for (std::size_t i = begin; i < end && i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    switch (token.kind) {
      case TokenKind::character:
        append_utf8(out, token.value);
        break;
      case TokenKind::superscript:
        out += '^';
        break;
      case TokenKind::subscript:
        out += '_';
        break;
      case TokenKind::alignment:
        out += '&';
        break;
      case TokenKind::math_shift:
        out += '$';
        break;
      case TokenKind::parameter:
        out += '#';
        break;
      case TokenKind::space:
      case TokenKind::paragraph:
        out += ' ';
        break;
      case TokenKind::verbatim:
        out += names.text(token.value);
        break;
      case TokenKind::control: {
        const std::string& name = names.text(token.value);
        if (name.size() == 1 && !is_letter(static_cast<unsigned char>(name[0]))) out += name;  // \_ \% \&
        break;
      }
      default:
        break;
    }
  }
  return std::string(trim(out));
}

namespace {

struct Open {
  TokenKind kind;
  std::uint32_t index;
  std::uint32_t name;  // environments and \( \[
  bool display = false;
};

// One pass over the tokens with one stack for everything that opens and closes.
class Matcher {
 public:
  Matcher(Stream& stream, const Names& names) : s_(stream), names_(names) {}

  void run() {
    const std::size_t n = s_.tokens.size();
    s_.partner.assign(n, kNone);
    s_.display.assign(n, false);
    for (std::uint32_t i = 0; i < n; ++i) step(i);
    while (!stack_.empty()) drop_top("is never closed");
  }

 private:
  void problem(std::uint32_t at, std::string text) {
    if (s_.problems.size() >= 50) return;
    s_.problems.push_back(std::move(text));
    s_.problem_at.push_back(at);
  }
  std::string describe(const Open& open) const {
    if (open.kind == TokenKind::env_begin) return "\\begin{" + names_.text(open.name) + "}";
    if (open.kind == TokenKind::begin_group) return "{";
    if (open.kind == TokenKind::control) return "\\" + names_.text(open.name);
    return open.display ? "$$" : "$";
  }
  void drop_top(std::string_view why) {
    const Open open = stack_.back();
    stack_.pop_back();
    if (open.kind == TokenKind::env_begin) --open_envs_[open.name];
    problem(open.index, fmt::format("{} {}", describe(open), why));
  }
  void close_top(std::uint32_t i) {
    const Open open = stack_.back();
    stack_.pop_back();
    if (open.kind == TokenKind::env_begin) --open_envs_[open.name];
    s_.partner[open.index] = i;
    s_.partner[i] = open.index;
  }
  bool top_is(TokenKind kind) const { return !stack_.empty() && stack_.back().kind == kind; }

  void step(std::uint32_t i) {
    const Token& token = s_.tokens[i];
    switch (token.kind) {
      case TokenKind::begin_group:
        stack_.push_back({TokenKind::begin_group, i, 0});
        break;
      case TokenKind::end_group:
        close_brace(i);
        break;
      case TokenKind::math_shift:
        shift(i);
        break;
      case TokenKind::env_begin:
        ++open_envs_[token.value];
        stack_.push_back({TokenKind::env_begin, i, token.value});
        break;
      case TokenKind::env_end:
        close_env(i);
        break;
      case TokenKind::paragraph:
        while (top_is(TokenKind::math_shift) && !stack_.back().display)
          drop_top("is open at the end of a paragraph");
        break;
      case TokenKind::control:
        control(i);
        break;
      default:
        break;
    }
  }

  void close_brace(std::uint32_t i) {
    while (top_is(TokenKind::math_shift) || top_is(TokenKind::control))
      drop_top("is open at a closing brace");
    if (top_is(TokenKind::begin_group)) {
      close_top(i);
    } else {
      problem(i, "a closing brace without an opening one");
    }
  }

  void shift(std::uint32_t i) {
    if (i > 0 && s_.display[i] && s_.tokens[i - 1].kind == TokenKind::math_shift)
      return;  // second half of $$
    const bool doubled = i + 1 < s_.tokens.size() && s_.tokens[i + 1].kind == TokenKind::math_shift;
    if (top_is(TokenKind::math_shift)) {
      if (stack_.back().display) {
        s_.display[i] = true;
        if (doubled) s_.display[i + 1] = true;
      }
      close_top(i);
      return;
    }
    Open open{TokenKind::math_shift, i, 0};
    if (doubled) {
      open.display = true;
      s_.display[i] = s_.display[i + 1] = true;
    }
    stack_.push_back(open);
  }

  void close_env(std::uint32_t i) {
    const std::uint32_t name = s_.tokens[i].value;
    if (const auto found = open_envs_.find(name); found == open_envs_.end() || found->second == 0) {
      problem(i, fmt::format("\\end{{{}}} without its \\begin", names_.text(name)));
      return;
    }
    while (stack_.back().kind != TokenKind::env_begin || stack_.back().name != name) {
      const bool brace = stack_.back().kind == TokenKind::begin_group;
      drop_top(brace ? "is open at the end of an environment"
                     : fmt::format("is open at \\end{{{}}}", names_.text(name)));
    }
    close_top(i);
  }

  void control(std::uint32_t i) {
    const std::string& name = names_.text(s_.tokens[i].value);
    if (name == "(" || name == "[") {
      stack_.push_back({TokenKind::control, i, s_.tokens[i].value});
    } else if (name == ")" || name == "]") {
      const std::string_view opener = name == ")" ? "(" : "[";
      if (top_is(TokenKind::control) && names_.text(stack_.back().name) == opener) close_top(i);
    } else if (section_level(name)) {
      resynchronise(i);
    }
  }

  // A heading cannot stand inside braces of an argument, maths or a float: what is open there lacks its end.
  void resynchronise(std::uint32_t i) {
    while (!stack_.empty()) {
      const Open& open = stack_.back();
      if (open.kind == TokenKind::env_begin && !ends_at_section(names_.text(open.name))) return;
      const bool brace = open.kind == TokenKind::begin_group;
      const std::uint32_t index = open.index;
      if (brace) {
        stack_.pop_back();  // often a group around whole sections; its closing brace is then ignored
      } else {
        drop_top("is open at a heading");
        if (s_.tokens[index].kind == TokenKind::env_begin) s_.partner[index] = i;
      }
    }
  }

  Stream& s_;
  const Names& names_;
  std::vector<Open> stack_;
  std::unordered_map<std::uint32_t, std::size_t> open_envs_;
};

}  // namespace

Stream match_structure(TokenList tokens, const Names& names) {
  Stream stream;
  stream.tokens = std::move(tokens);
  Matcher(stream, names).run();
  return stream;
}

}  // namespace p2c::paper::latex
