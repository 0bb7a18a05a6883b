// Writing running text.
#include "paper/latex/text_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

constexpr int kMaxDepth = 60;
constexpr std::string_view kLine = "\x03";  // a forced line end until the white space is collapsed

bool ends_in_space(const std::string& out) {
  return out.empty() || out.back() == ' ' || out.back() == '\n' || out.back() == kLine[0];
}

// Spaces before closing punctuation are left over where something was dropped.
std::string tidy(std::string text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool closing = c == ',' || c == '.' || c == ';' || c == ')';
    const bool at_end = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
    if (closing && at_end && out.size() > 1 && out.back() == ' ') out.pop_back();
    out += c;
  }
  return out;
}

}  // namespace

void TextWriter::append(Range range) {
  write(range.begin, range.end, 0);
}

std::string TextWriter::take() {
  std::string text = replace_all(std::move(out_), kLine, " ");
  out_.clear();
  return tidy(collapse_whitespace(text));
}

std::string TextWriter::take_lines() {
  std::string out;
  for (const std::string& line : split(out_, kLine[0])) {
    const std::string text = tidy(collapse_whitespace(line));
    if (text.empty()) continue;
    if (!out.empty()) out += '\n';
    out += text;
  }
  out_.clear();
  return out;
}

std::string TextWriter::text_of(Range range, int depth) {
  std::string outer = std::move(out_);
  out_.clear();
  math_end_ = 0;
  // Callers that begin anew (an accent, the note of a citation) count on from where they stand.
  const int level = std::max(depth, nesting_) + 1, before = nesting_;
  nesting_ = level;
  write(range.begin, range.end, level);
  nesting_ = before;
  std::string text = collapse_whitespace(replace_all(std::move(out_), kLine, " "));
  out_ = std::move(outer);
  math_end_ = 0;
  return text;
}

std::vector<std::string> TextWriter::keys_of(Range range) const {
  std::vector<std::string> keys;
  for (const std::string& key : split(plain_string(s_.tokens, range.begin, range.end, context_.names), ',')) {
    const std::string trimmed = collapse_whitespace(key);
    if (!trimmed.empty()) keys.push_back(trimmed);
  }
  return keys;
}

void TextWriter::write(std::size_t begin, std::size_t end, int depth) {
  if (depth > kMaxDepth) return;
  std::size_t i = begin;
  while (i < end) {
    const Token& token = s_.tokens[i];
    switch (token.kind) {
      case TokenKind::character:
        character(i);
        ++i;
        break;
      case TokenKind::space:
        if (!ends_in_space(out_)) out_ += ' ';
        ++i;
        break;
      case TokenKind::paragraph:
        out_ += kLine;
        ++i;
        break;
      case TokenKind::verbatim:
        out_ += context_.names.text(token.value);
        ++i;
        break;
      case TokenKind::math_shift: {
        if (s_.partner[i] == kNone || s_.partner[i] >= end || s_.partner[i] < i) {
          ++i;  // a lone dollar prints nothing
          break;
        }
        math(i, end);
        i = after(s_, i, end);
        break;
      }
      case TokenKind::superscript:
      case TokenKind::subscript:
        out_ += token.kind == TokenKind::superscript ? '^' : '_';
        ++i;
        break;
      case TokenKind::alignment:
        out_ += ' ';
        ++i;
        break;
      case TokenKind::env_begin:
        i = environment(i, end, depth);
        break;
      case TokenKind::control:
        i = control(i, end, depth);
        break;
      default:
        ++i;
        break;  // braces, parameters, stray ends
    }
  }
}

void TextWriter::character(std::size_t i) {
  const std::uint32_t c = s_.tokens[i].value;
  const auto previous_is = [&](std::uint32_t wanted) {
    return i > 0 && s_.tokens[i - 1].kind == TokenKind::character && s_.tokens[i - 1].value == wanted;
  };
  switch (c) {
    case '~':
      out_ += ' ';
      return;
    case '`':
      if (previous_is('`') && out_.ends_with("‘")) {
        out_.replace(out_.size() - 3, 3, "“");
      } else {
        out_ += "‘";
      }
      return;
    case '\'':
      if (previous_is('\'') && out_.ends_with("’")) {
        out_.replace(out_.size() - 3, 3, "”");
      } else {
        out_ += "’";
      }
      return;
    case '-':
      if (previous_is('-') && out_.ends_with("–")) {
        out_.replace(out_.size() - 3, 3, "—");
      } else if (previous_is('-') && out_.ends_with("-")) {
        out_.replace(out_.size() - 1, 1, "–");
      } else {
        out_ += '-';
      }
      return;
    default:
      break;
  }
  append_utf8(out_, c);
}

void TextWriter::math(std::size_t i, std::size_t end) {
  const Range range = inside(s_, i, end);
  const std::string source = math_source(s_, range, context_.names, &mentions_.labels);
  if (source.empty()) return;
  const bool display =
      (s_.tokens[i].kind == TokenKind::math_shift && s_.display[i]) ||
      (s_.tokens[i].kind == TokenKind::control && context_.names.text(s_.tokens[i].value) == "[");
  if (display) {
    out_ += " $$" + source + "$$ ";
    return;
  }
  // $a$$b$ would read as a display formula: neighbours become one.
  if (math_end_ != 0 && math_end_ == out_.size() && out_.back() == '$') {
    out_.back() = ' ';
  } else {
    out_ += '$';
  }
  out_ += source + "$";
  math_end_ = out_.size();
}

std::size_t TextWriter::accent(std::size_t i, std::size_t end) {
  const std::string& name = context_.names.text(s_.tokens[i].value);
  const Argument argument = argument_at(s_, i + 1, end);
  if (!argument.present) return i + 1;
  const std::string letter = text_of(argument.content, 0);
  if (letter.empty()) return argument.after;
  std::size_t first = 1;
  while (first < letter.size() && (static_cast<unsigned char>(letter[first]) & 0xC0) == 0x80) ++first;
  const std::string_view composed = accented(name, std::string_view(letter).substr(0, first));
  out_ += composed.empty() ? letter.substr(0, first) : std::string(composed);
  out_ += letter.substr(first);
  return argument.after;
}

std::size_t TextWriter::reference(const std::string& command, std::size_t i, std::size_t end) {
  std::size_t at = i + 1;
  if (is_character(s_, at, end, '*')) ++at;
  if (command == "hyperref") {  // \hyperref[label]{text}: the text is printed
    const Argument option = option_at(s_, at, end);
    if (!option.present) return at;
    for (std::string& key : keys_of(option.content)) mentions_.refs.push_back(std::move(key));
    return option.after;
  }
  at = option_at(s_, at, end).after;
  const Argument argument = group_at(s_, at, end);
  if (!argument.present) return at;
  std::vector<std::string> keys;
  const std::string whole =
      plain_string(s_.tokens, argument.content.begin, argument.content.end, context_.names);
  const bool single = command == "ref" || command == "eqref" || command == "pageref" || command == "nameref";
  if (single && context_.references.find(collapse_whitespace(whole)) != nullptr) {
    keys.push_back(collapse_whitespace(whole));
  } else {
    keys = keys_of(argument.content);
  }
  at = argument.after;
  if (command == "crefrange" || command == "Crefrange") {
    const Argument second = group_at(s_, at, end);
    for (std::string& key : keys_of(second.content)) keys.push_back(std::move(key));
    if (second.present) at = second.after;
  }
  if (keys.empty()) keys.emplace_back();
  for (const std::string& key : keys) {
    if (!key.empty()) mentions_.refs.push_back(key);
  }
  out_ += context_.references.mark(command, std::move(keys));
  return at;
}

std::size_t TextWriter::citation(const std::string& command, std::size_t i, std::size_t end) {
  std::size_t at = i + 1;
  if (is_character(s_, at, end, '*')) ++at;
  std::string before, behind;
  const Argument first = option_at(s_, at, end);
  if (first.present) {
    const Argument second = option_at(s_, first.after, end);
    at = second.present ? second.after : first.after;
    if (second.present) before = text_of(first.content, 1);
    behind = text_of(second.present ? second.content : first.content, 1);
  }
  const Argument argument = group_at(s_, at, end);
  if (!argument.present) return i + 1;
  if (command == "citetext") {
    out_ += "(";
    out_ += text_of(argument.content, 1) + ")";
    return argument.after;
  }
  const std::vector<std::string> keys = keys_of(argument.content);
  for (const std::string& key : keys) mentions_.cites.push_back(key);
  if (command.ends_with("cites") || command == "Cites") {  // \cites[3]{a}[see][5]{b}: one bracket for all
    std::string all =
        (before.empty() ? "" : before + " ") + join(keys, ", ") + (behind.empty() ? "" : ", " + behind);
    Argument last = argument;
    for (int guard = 0; guard < 200; ++guard) {
      const Argument one = option_at(s_, last.after, end);
      const Argument two = option_at(s_, one.after, end);
      const Argument more = group_at(s_, two.after, end);
      if (!more.present) break;
      const std::vector<std::string> others = keys_of(more.content);
      for (const std::string& key : others) mentions_.cites.push_back(key);
      all += "; " + (two.present ? text_of(one.content, 1) + " " : std::string()) + join(others, ", ");
      if (one.present) all += ", " + text_of(two.present ? two.content : one.content, 1);
      last = more;
    }
    if (!ends_in_space(out_) && out_.back() != '(' && out_.back() != '[') out_ += ' ';
    out_ += "[" + all + "]";
    return last.after;
  }
  if (command == "nocite") return argument.after;
  if (!ends_in_space(out_) && out_.back() != '(' && out_.back() != '[') out_ += ' ';
  out_ += "[" + (before.empty() ? "" : before + " ") + join(keys, ", ") +
          (behind.empty() ? "" : ", " + behind) + "]";
  return argument.after;
}

std::size_t TextWriter::link(const std::string& command, std::size_t i, std::size_t end, int depth) {
  const Argument address = argument_at(s_, option_at(s_, i + 1, end).after, end);
  if (!address.present) return i + 1;
  std::string url = plain_string(s_.tokens, address.content.begin, address.content.end, context_.names);
  url = replace_all(replace_all(replace_all(std::move(url), "\\_", "_"), "\\%", "%"), "\\#", "#");
  url = replace_all(replace_all(std::move(url), "\\&", "&"), "\\~", "~");
  if (command != "path" && !url.empty()) mentions_.urls.push_back(url);
  if (command == "href") {
    const Argument text = group_at(s_, address.after, end);
    if (text.present) {
      out_ += text_of(text.content, depth);
      return text.after;
    }
  }
  out_ += url;
  return address.after;
}

std::size_t TextWriter::pseudocode(const std::string& command, std::size_t i, std::size_t end, int depth) {
  if (command == "Call" || command == "CALL") {
    const Argument name = argument_at(s_, i + 1, end);
    const Argument arguments = argument_at(s_, name.after, end);
    out_ += text_of(name.content, depth) + "(" + text_of(arguments.content, depth) + ")";
    return arguments.after;
  }
  if (context_.keywords != nullptr) {
    if (const auto keyword = context_.keywords->find(command); keyword != context_.keywords->end()) {
      const std::string& role = keyword->second;
      out_ += role.starts_with("kw:") ? " " : "";
      out_ += role.substr(role.find(':') + 1);
      if (!role.starts_with("fn:")) {
        out_ += ' ';
        return i + 1;
      }
      const Argument arguments = group_at(s_, i + 1, end);
      if (!arguments.present) return i + 1;
      out_ += "(" + text_of(arguments.content, depth) + ")";
      return arguments.after;
    }
  }
  static const std::map<std::string_view, std::string_view> words = {{"KwTo", " to "},
                                                                     {"TO", " to "},
                                                                     {"To", " to "},
                                                                     {"AND", " and "},
                                                                     {"OR", " or "},
                                                                     {"NOT", " not "},
                                                                     {"XOR", " xor "},
                                                                     {"And", " and "},
                                                                     {"Or", " or "},
                                                                     {"Not", " not "},
                                                                     {"TRUE", "true"},
                                                                     {"FALSE", "false"},
                                                                     {"True", "true"},
                                                                     {"False", "false"},
                                                                     {"Return", " return "},
                                                                     {"RETURN", " return "},
                                                                     {"KwRet", " return "},
                                                                     {"PRINT", " print "},
                                                                     {"Break", "break"},
                                                                     {"BREAK", "break"},
                                                                     {"Continue", "continue"},
                                                                     {"CONTINUE", "continue"},
                                                                     {"gets", " ← "},
                                                                     {"algorithmicif", "if "},
                                                                     {"algorithmicthen", " then "},
                                                                     {"algorithmicelse", "else "},
                                                                     {"algorithmicelsif", "else if "},
                                                                     {"algorithmicfor", "for "},
                                                                     {"algorithmicforall", "for all "},
                                                                     {"algorithmicdo", " do "},
                                                                     {"algorithmicwhile", "while "},
                                                                     {"algorithmicrepeat", "repeat "},
                                                                     {"algorithmicuntil", "until "},
                                                                     {"algorithmicloop", "loop "},
                                                                     {"algorithmicend", "end "},
                                                                     {"algorithmicprocedure", "procedure "},
                                                                     {"algorithmicfunction", "function "},
                                                                     {"algorithmicreturn", "return "},
                                                                     {"algorithmicrequire", "Require:"},
                                                                     {"algorithmicensure", "Ensure:"}};
  if (const auto word = words.find(command); word != words.end()) {
    out_ += word->second;
    return i + 1;
  }
  return i;
}

// \kilo\meter\per\second as "km/s"; unknown units by their names.
std::string TextWriter::unit_text(Range range) const {
  static const std::map<std::string_view, std::string_view> units = {
      {"meter", "m"},        {"metre", "m"},         {"second", "s"},   {"minute", "min"}, {"hour", "h"},
      {"hertz", "Hz"},       {"gram", "g"},          {"kelvin", "K"},   {"celsius", "°C"}, {"degree", "°"},
      {"percent", "%"},      {"byte", "B"},          {"bit", "bit"},    {"watt", "W"},     {"joule", "J"},
      {"volt", "V"},         {"electronvolt", "eV"}, {"mole", "mol"},   {"kilo", "k"},     {"mega", "M"},
      {"giga", "G"},         {"tera", "T"},          {"milli", "m"},    {"micro", "µ"},    {"nano", "n"},
      {"centi", "c"},        {"per", "/"},           {"squared", "^2"}, {"cubed", "^3"},   {"kilogram", "kg"},
      {"millisecond", "ms"}, {"gibi", "Gi"},         {"mebi", "Mi"}};
  std::string out;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Token& token = s_.tokens[i];
    if (token.kind == TokenKind::character) append_utf8(out, token.value);
    if (token.kind != TokenKind::control) continue;
    const std::string& name = context_.names.text(token.value);
    const auto known = units.find(name);
    out += known == units.end() ? name : known->second;
  }
  return out;
}

// What may follow TeX's own spacing commands without braces: 0.2cm plus 1fil, height .8\baselineskip, to
// \linewidth.
std::size_t TextWriter::skip_tex_lengths(std::size_t i, std::size_t end) const {
  static constexpr std::string_view kKeywords[] = {"plus",  "minus", "height", "depth",
                                                   "width", "to",    "spread"};
  std::size_t at = i;
  bool expects_length = context_.names.text(s_.tokens[i - 1].value).ends_with("skip") ||
                        context_.names.text(s_.tokens[i - 1].value) == "kern";
  for (int parts = 0; parts < 8; ++parts) {
    std::size_t k = skip_spaces(s_, at, end);
    std::string word;
    while (k < end && s_.tokens[k].kind == TokenKind::character && is_letter(s_.tokens[k].value) &&
           word.size() < 6) {
      word += static_cast<char>(s_.tokens[k++].value);
      if (std::find(std::begin(kKeywords), std::end(kKeywords), word) != std::end(kKeywords)) break;
    }
    const bool keyword = std::find(std::begin(kKeywords), std::end(kKeywords), word) != std::end(kKeywords);
    if (!keyword && !expects_length) break;
    k = skip_spaces(s_, keyword ? k : at, end);
    const std::size_t number = k;
    while (k < end && s_.tokens[k].kind == TokenKind::character &&
           ((s_.tokens[k].value >= '0' && s_.tokens[k].value <= '9') || s_.tokens[k].value == '.' ||
            s_.tokens[k].value == '-' || s_.tokens[k].value == '=' || s_.tokens[k].value == '+')) {
      ++k;
    }
    const bool digits = k > number;
    if (k < end && s_.tokens[k].kind == TokenKind::control && (digits || keyword || expects_length)) {
      ++k;  // \baselineskip, \linewidth
    } else if (digits) {
      std::string unit;
      while (k < end && s_.tokens[k].kind == TokenKind::character && is_letter(s_.tokens[k].value) &&
             (unit.size() < 2 || (unit.starts_with("fil") && s_.tokens[k].value == 'l') ||
              (unit == "fi" && s_.tokens[k].value == 'l'))) {
        unit += static_cast<char>(s_.tokens[k++].value);
      }
    } else {
      break;
    }
    expects_length = false;
    at = k;
  }
  return at;
}

std::size_t TextWriter::control(std::size_t i, std::size_t end, int depth) {
  const std::string& name = context_.names.text(s_.tokens[i].value);
  if (name == "(" || name == "[") {
    if (s_.partner[i] == kNone || s_.partner[i] >= end) return i + 1;
    math(i, end);
    return after(s_, i, end);
  }
  if (name == "\\" || name == "newline" || name == "linebreak" || name == "tabularnewline" || name == "cr") {
    out_ += kLine;
    std::size_t at = i + 1;
    if (is_character(s_, at, end, '*')) ++at;
    const Argument length = option_at(s_, at, end);
    const bool is_length = length.present && length.content.end - length.content.begin < 12 &&
                           s_.tokens[at].kind != TokenKind::space;
    return is_length ? length.after : at;
  }
  if (name == "xspace") {
    const bool more = i + 1 < end && s_.tokens[i + 1].kind == TokenKind::character;
    const std::uint32_t c = more ? s_.tokens[i + 1].value : 0;
    const bool word = is_letter(c) || (c >= '0' && c <= '9') || c == '(' || c == '`' || c == '[' ||
                      (c > 0x7f && (c < 0x2010 || c > 0x203A));
    const bool math_next =
        i + 1 < end &&
        (s_.tokens[i + 1].kind == TokenKind::math_shift ||
         (s_.tokens[i + 1].kind == TokenKind::control && s_.tokens[i + 1].depth < kNoExpand &&
          is_letter(static_cast<unsigned char>(context_.names.text(s_.tokens[i + 1].value)[0]))));
    // Of a dollar sign the value is no name.
    const bool note =
        math_next && s_.tokens[i + 1].kind == TokenKind::control && command_kind(context_.names.text(s_.tokens[i + 1].value)) == CommandKind::footnote;
    if (word || (math_next && !note)) out_ += ' ';
    return i + 1;
  }
  if (pseudocode_) {
    if (const std::size_t at = pseudocode(name, i, end, depth); at != i) return at;
  }
  switch (command_kind(name)) {
    case CommandKind::reference:
      return reference(name, i, end);
    case CommandKind::citation:
      return citation(name, i, end);
    case CommandKind::label: {
      const Argument argument = group_at(s_, i + 1, end);
      if (!argument.present) return i + 1;
      const std::string key =
          plain_string(s_.tokens, argument.content.begin, argument.content.end, context_.names);
      mentions_.labels.push_back(collapse_whitespace(key));
      return argument.after;
    }
    case CommandKind::footnote: {
      const Argument argument = group_at(s_, option_at(s_, i + 1, end).after, end);
      if (!argument.present) return i + 1;
      mentions_.footnotes.push_back(argument.content);
      while (!out_.empty() && out_.back() == ' ') out_.pop_back();
      return argument.after;
    }
    case CommandKind::graphics: {
      std::size_t at = i + 1;
      if (is_character(s_, at, end, '*')) ++at;
      at = option_at(s_, at, end).after;
      const Argument argument = group_at(s_, option_at(s_, at, end).after, end);
      if (argument.present) {
        mentions_.graphics.push_back(
            plain_string(s_.tokens, argument.content.begin, argument.content.end, context_.names));
      }
      return argument.present ? argument.after : i + 1;
    }
    case CommandKind::item: {
      const Argument option = option_at(s_, i + 1, end);
      ++list_items_;
      out_ +=
          option.present ? " " + text_of(option.content, depth) + " " : fmt::format(" ({}) ", list_items_);
      return option.after == i ? i + 1 : std::max(option.after, i + 1);
    }
    default:
      break;
  }
  if (name == "url" || name == "href" || name == "path" || name == "nolinkurl" || name == "burl")
    return link(name, i, end, depth);
  if (name == "ensuremath") {
    const Argument argument = argument_at(s_, i + 1, end);
    const std::string source = math_source(s_, argument.content, context_.names);
    if (!source.empty()) out_ += "$" + source + "$";
    return argument.present ? argument.after : i + 1;
  }
  if (name == "enquote") {
    const std::size_t from = is_character(s_, i + 1, end, '*') ? i + 2 : i + 1;
    const Argument argument = argument_at(s_, from, end);
    std::string text = text_of(argument.content, depth);
    text = replace_all(replace_all(std::move(text), "“", "‘"), "”", "’");  // quotes within quotes
    out_ += "“" + text + "”";
    return argument.present ? argument.after : i + 1;
  }
  if (name == "textsuperscript" || name == "textsubscript" || name == "tnote" || name == "tmark") {
    const Argument argument = argument_at(s_, name == "tmark" ? option_at(s_, i + 1, end).after : i + 1, end);
    const std::string text = text_of(argument.content, depth);
    if (!text.empty()) out_ += (name == "textsubscript" ? "_" : "^") + text;
    return argument.present ? argument.after : i + 1;
  }
  if (name == "num" || name == "SI" || name == "qty" || name == "unit" || name == "si") {
    const Argument first = argument_at(s_, option_at(s_, i + 1, end).after, end);
    out_ += text_of(first.content, depth);
    if (name != "SI" && name != "qty") return first.present ? first.after : i + 1;
    const Argument unit = argument_at(s_, first.after, end);
    out_ += ' ' + unit_text(unit.content);
    return unit.after;
  }
  if (name == "tikz") {  // \tikz[..]{..} or \tikz ... ; in running text: a drawn sign
    const Argument option = option_at(s_, i + 1, end);
    const Argument body = group_at(s_, option.after, end);
    if (body.present) return body.after;
    const std::size_t last = std::min(end, option.after + 300);
    for (std::size_t k = option.after; k < last; ++k) {
      if (is_character(s_, k, last, ';')) return k + 1;
    }
    return std::max(i + 1, option.after);
  }
  if (name == "ding") {
    const Argument argument = argument_at(s_, i + 1, end);
    const std::string code =
        plain_string(s_.tokens, argument.content.begin, argument.content.end, context_.names);
    if (code == "51" || code == "52") out_ += "✓";
    if (code == "55" || code == "56") out_ += "✗";
    return argument.present ? argument.after : i + 1;
  }
  if (is_accent(name)) return accent(i, end);
  if (name.starts_with("the") && name.size() > 3 && context_.counters.has(name.substr(3))) {
    out_ += context_.counters.printed(name.substr(3));
    return i + 1;
  }
  if (name == "vskip" || name == "hskip" || name == "kern" || name == "hrule" || name == "vrule" ||
      name == "hbox" || name == "vbox") {
    const std::size_t at = skip_tex_lengths(i + 1, end);
    if (!ends_in_space(out_)) out_ += ' ';
    return at;
  }
  if (const auto specification = command_arguments(name)) {
    std::size_t at = skip_arguments(s_, *specification, i + 1, end);
    const auto kept = specification->find('k');
    if (kept == std::string_view::npos || kept + 1 == specification->size())
      return at;  // the kept group is read on
    const Argument text = argument_at(s_, at, end);
    out_ += text_of(text.content, depth);
    return skip_arguments(s_, specification->substr(kept + 1), text.after, end);
  }
  if (const auto symbol = text_symbol(name)) {
    out_ += *symbol;
    return i + 1;
  }
  static constexpr std::string_view kTransparent[] = {
      "textbf", "textit", "emph",       "texttt",    "textsc", "textrm", "textsf", "textsl",
      "textup", "text",   "textnormal", "underline", "textmd", "textlf", "mathrm", "p2c@format"};
  if (name == "p2c@format") return skip_arguments(s_, "dd", i + 1, end);
  if (std::find(std::begin(kTransparent), std::end(kTransparent), name) != std::end(kTransparent))
    return i + 1;
  if (command_kind(name) == CommandKind::counter) {
    return skip_arguments(s_, name == "stepcounter" || name == "refstepcounter" ? "d" : "dodo", i + 1, end);
  }
  if (!name.empty() && !is_letter(static_cast<unsigned char>(name[0]))) return i + 1;
  // Unknown: the argument is kept, the command and its option are not.
  const Argument option = option_at(s_, i + 1, end);
  const bool has_group = group_at(s_, option.present ? option.after : i + 1, end).present;
  auto& count = has_group ? context_.unwrapped[name] : context_.dropped[name];
  ++count;
  return option.present && has_group ? option.after : i + 1;
}

std::size_t TextWriter::environment(std::size_t i, std::size_t end, int depth) {
  const std::string& name = context_.names.text(s_.tokens[i].value);
  const Range content = inside(s_, i, end);
  const std::size_t next = std::max(after(s_, i, end), i + 1);
  switch (env_kind(name)) {
    case EnvKind::display_math: {
      const std::size_t from = skip_arguments(s_, env_arguments(name) == "?" ? "" : env_arguments(name),
                                              content.begin, content.end);
      const std::string source = math_source(s_, {from, content.end}, context_.names, &mentions_.labels);
      if (!source.empty()) out_ += " $$" + source + "$$ ";
      return next;
    }
    case EnvKind::picture:
    case EnvKind::dropped:
    case EnvKind::keywords:
      return next;
    case EnvKind::verbatim:
      for (std::size_t k = content.begin; k < content.end; ++k) {
        if (s_.tokens[k].kind == TokenKind::verbatim) out_ += context_.names.text(s_.tokens[k].value);
      }
      return next;
    default:
      break;
  }
  if (name == "math" || is_inner_math(name)) {
    if (name != "tabular") {
      const std::string source =
          math_source(s_, name == "math" ? content : Range{i, next}, context_.names, &mentions_.labels);
      if (!source.empty()) out_ += "$" + source + "$";
      return next;
    }
  }
  const int outer_items = std::exchange(list_items_, 0);
  const std::size_t from = skip_arguments(s_, env_arguments(name), content.begin, content.end);
  if (!ends_in_space(out_) && env_kind(name) != EnvKind::unknown) out_ += ' ';
  write(from, content.end, depth + 1);
  list_items_ = outer_items;
  return next;
}

bool has_bold(const Stream& s, Range range, const Names& names) {
  static constexpr std::string_view kBold[] = {"textbf",   "bf",         "bfseries", "mathbf",
                                               "boldmath", "boldsymbol", "bm",       "pmb"};
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (s.tokens[i].kind != TokenKind::control) continue;
    const std::string& name = names.text(s.tokens[i].value);
    if (std::find(std::begin(kBold), std::end(kBold), name) != std::end(kBold)) return true;
  }
  return false;
}

bool has_underline(const Stream& s, Range range, const Names& names) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (s.tokens[i].kind != TokenKind::control) continue;
    const std::string& name = names.text(s.tokens[i].value);
    if (name == "underline" || name == "uline" || name == "ul" || name == "underbar") return true;
  }
  return false;
}

}  // namespace p2c::paper::latex
