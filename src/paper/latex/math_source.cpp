// Maths as TeX source, cleaned of what carries no meaning.
#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/latex/text_writer.h"

namespace p2c::paper::latex {

namespace {

// Removed with their arguments.
std::string_view dropped_arguments(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kDropped[] = {{"label", "d"},
                                                                               {"tag", "*d"},
                                                                               {"color", "od"},
                                                                               {"vspace", "*d"},
                                                                               {"hspace", "*d"},
                                                                               {"displaybreak", "o"},
                                                                               {"footnote", "od"},
                                                                               {"setlength", "dd"},
                                                                               {"addtocounter", "dd"},
                                                                               {"setcounter", "dd"},
                                                                               {"stepcounter", "d"},
                                                                               {"refstepcounter", "d"},
                                                                               {"rule", "odd"},
                                                                               {"nonumber", ""},
                                                                               {"notag", ""},
                                                                               {"xspace", ""},
                                                                               {"protect", ""},
                                                                               {"relax", ""},
                                                                               {"allowdisplaybreaks", "o"},
                                                                               {"numberthis", ""},
                                                                               {"IEEEyesnumber", ""},
                                                                               {"IEEEnonumber", ""},
                                                                               {"p2c@format", "dd"},
                                                                               {"raggedright", ""},
                                                                               {"centering", ""},
                                                                               {"hl", ""},
                                                                               {"ensuremath", ""},
                                                                               {"small", ""},
                                                                               {"footnotesize", ""},
                                                                               {"scriptsize", ""},
                                                                               {"normalsize", ""},
                                                                               {"large", ""},
                                                                               {"allowbreak", ""},
                                                                               {"pagebreak", "o"},
                                                                               {"nobreak", ""},
                                                                               {"noindent", ""},
                                                                               {"vskip", ""},
                                                                               {"leavevmode", ""},
                                                                               {"p2c@endscope", ""},
                                                                               {"qedhere", ""},
                                                                               {"tiny", ""},
                                                                               {"unskip", ""},
                                                                               {"todo", "od"}};
  for (const auto& [command, arguments] : kDropped) {
    if (command == name) return arguments;
  }
  return "-";
}

// Braces around a single symbol that bind nothing, as left by \def\vx{{\bm{x}}}: {\bm{x}}_t is \bm{x}_t.
// Those that are an argument, a script or part of a command's arguments stay.
TokenList without_idle_braces(const TokenList& tokens, const Names& names) {
  std::vector<std::size_t> partner(tokens.size(), 0), open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::begin_group) open.push_back(i);
    if (tokens[i].kind == TokenKind::end_group && !open.empty()) {
      partner[open.back()] = i;
      open.pop_back();
    }
  }
  const auto is_symbol = [&](std::size_t begin,
                             std::size_t end) {  // one letter, one command, or a command and its group
    if (end == begin + 1) {
      if (tokens[begin].kind == TokenKind::character) return true;
      return tokens[begin].kind == TokenKind::control && names.text(tokens[begin].value).size() > 1;
    }
    if (end <= begin + 2 || tokens[begin].kind != TokenKind::control ||
        tokens[begin + 1].kind != TokenKind::begin_group)
      return false;
    const std::string& name = names.text(tokens[begin].value);
    static constexpr std::string_view kAlphabets[] = {
        "mathbf",  "bm",     "boldsymbol", "mathcal", "mathbb", "mathrm", "mathsf", "mathsfit", "mathfrak",
        "mathscr", "mathit", "textnormal", "text",    "hat",    "tilde",  "bar",    "vec"};
    return std::find(std::begin(kAlphabets), std::end(kAlphabets), name) != std::end(kAlphabets) &&
           partner[begin + 1] == end - 1;
  };
  std::vector<bool> drop(tokens.size(), false);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::begin_group || partner[i] == 0 || !is_symbol(i + 1, partner[i]))
      continue;
    std::size_t before = i;
    while (before > 0 && tokens[before - 1].kind == TokenKind::space) --before;
    bool idle = before == 0;
    if (!idle) {
      const Token& previous = tokens[before - 1];
      static constexpr std::string_view kDelimiters[] = {"left", "right", "big",  "Big",  "bigl",  "bigr",
                                                         "Bigl", "Bigr",  "bigg", "Bigg", "middle"};
      const bool after_command = before >= 2 && tokens[before - 2].kind == TokenKind::control &&
                                 std::find(std::begin(kDelimiters), std::end(kDelimiters),
                                           names.text(tokens[before - 2].value)) == std::end(kDelimiters);
      idle = (previous.kind == TokenKind::character && !after_command) ||
             previous.kind == TokenKind::alignment || previous.kind == TokenKind::begin_group ||
             (previous.kind == TokenKind::end_group && drop[before - 1]);
      // Relations and operators take no argument.
      static constexpr std::string_view kPlain[] = {
          "\\",        "cdot",       "times",  "in",     "sim",  "mid",   "left",  "leq",    "geq",  "le",
          "ge",        "to",         "approx", "propto", "pm",   "odot",  "oplus", "otimes", "circ", "neq",
          "leftarrow", "rightarrow", "log",    "exp",    "quad", "qquad", ",",     ";",      "|"};
      if (previous.kind == TokenKind::control) {
        idle =
            std::find(std::begin(kPlain), std::end(kPlain), names.text(previous.value)) != std::end(kPlain) &&
            names.text(previous.value) != "left";
      }
    }
    if (idle) drop[i] = drop[partner[i]] = true;
  }
  TokenList out;
  out.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!drop[i]) out.push_back(tokens[i]);
  }
  return out;
}

bool is_command(const Stream& s, std::size_t i, const Names& names, std::string_view name) {
  return s.tokens[i].kind == TokenKind::control && names.text(s.tokens[i].value) == name;
}

// After "=3pt" or "0.5mu", as far as it is there.
std::size_t after_length(const Stream& s, std::size_t i, std::size_t end) {
  std::size_t k = skip_spaces(s, i, end);
  if (is_character(s, k, end, '=')) k = skip_spaces(s, k + 1, end);
  const auto character = [&](std::size_t at) {
    return at < end && s.tokens[at].kind == TokenKind::character ? s.tokens[at].value : 0;
  };
  const std::size_t number = k;
  while ((character(k) >= '0' && character(k) <= '9') || character(k) == '.' || character(k) == '-') ++k;
  if (k == number) return i;
  for (int letters = 0; letters < 2 && is_letter(character(k)); ++letters) ++k;
  return k;
}

}  // namespace

TokenList math_tokens(const Stream& s, Range range, const Names& names, std::vector<std::string>* labels,
                      int depth) {
  TokenList out;
  out.reserve(range.end - range.begin);
  std::size_t i = range.begin;
  std::vector<std::size_t>
      dropped_braces;  // closing ones of groups that only coloured something, innermost last
  std::size_t reopened = kNone;  // the \) after which \text{ goes on
  const auto push = [&](TokenKind kind, const Token& like) {
    Token token = like;
    token.kind = kind;
    out.push_back(token);
  };
  while (i < range.end) {
    const Token& token = s.tokens[i];
    switch (token.kind) {
      case TokenKind::control: {
        const std::string& name = names.text(token.value);
        if (name == "textcolor" || name == "mathcolor" || name == "colorbox") {
          i = skip_arguments(s, "od", i + 1, range.end);
          continue;
        }
        if (name == "scalebox" || name == "resizebox" || name == "adjustbox" || name == "mathop") {
          // \scalebox{0.9}{$ .. $}: the formula inside is the formula.
          const std::size_t from = skip_arguments(s,
                                                  name == "scalebox" || name == "adjustbox" ? "do"
                                                  : name == "mathop"                        ? ""
                                                                                            : "*dd",
                                                  i + 1, range.end);
          const Argument box = group_at(s, from, range.end);
          const Range inner = box.present ? trim_spaces(s, box.content) : Range{};
          if (depth < 20 && !inner.empty() && s.tokens[inner.begin].kind == TokenKind::math_shift &&
              after(s, inner.begin, inner.end) == inner.end) {
            const TokenList formula =
                math_tokens(s, inside(s, inner.begin, inner.end), names, labels, depth + 1);
            out.insert(out.end(), formula.begin(), formula.end());
            i = box.after;
            continue;
          }
          if (name != "mathop" && box.present) {
            i = from;
            continue;
          }
        }
        if (name == "arraycolsep" || name == "jot" || name == "thinmuskip" || name == "medmuskip" ||
            name == "thickmuskip" || name == "tabcolsep") {  // \arraycolsep=3pt
          i = after_length(s, i + 1, range.end);
          continue;
        }
        if (name == "(") {  // \(x\) inside \text{..}, like $x$ there
          std::size_t close = i + 1;
          while (close < range.end && s.tokens[close].kind != TokenKind::end_group &&
                 !is_command(s, close, names, ")")) {
            const bool group = s.tokens[close].kind == TokenKind::begin_group;
            close = group ? std::max(close + 1, after(s, close, range.end)) : close + 1;
          }
          if (close < range.end && is_command(s, close, names, ")")) {
            push(TokenKind::end_group, token);
            reopened = close;
          }
          ++i;
          continue;
        }
        if (name == ")" && i == reopened) {
          push(TokenKind::control, token);
          out.back().value = names.text_command();
          push(TokenKind::begin_group, token);
          ++i;
          continue;
        }
        if (name == ")" || name == "[" || name == "]") {
          ++i;
          continue;
        }
        const std::string_view dropped = dropped_arguments(name);
        if (dropped != "-") {
          if (name == "label" && labels != nullptr) {
            const Argument key = group_at(s, i + 1, range.end);
            if (key.present)
              labels->push_back(
                  collapse_whitespace(plain_string(s.tokens, key.content.begin, key.content.end, names)));
          }
          i = std::max(i + 1, skip_arguments(s, dropped, i + 1, range.end));
          continue;
        }
        out.push_back(token);
        break;
      }
      case TokenKind::math_shift: {
        // $x$ inside \text{..}: the text is closed before and opened again after it.
        const bool opens = s.partner[i] != kNone && s.partner[i] > i && s.partner[i] < range.end;
        const bool closes = s.partner[i] != kNone && s.partner[i] < i && s.partner[i] >= range.begin;
        if (opens) {
          push(TokenKind::end_group, token);
        } else if (closes) {
          // Which command opened the text is not kept: \text serves for all.
          push(TokenKind::control, token);
          out.back().value = names.text_command();
          push(TokenKind::begin_group, token);
        }
        break;
      }
      case TokenKind::begin_group: {
        const std::size_t first = skip_spaces(s, i + 1, range.end);
        const bool coloured = first < range.end && s.tokens[first].kind == TokenKind::control &&
                              names.text(s.tokens[first].value) == "color";
        if (coloured && s.partner[i] != kNone && s.partner[i] < range.end) {
          dropped_braces.push_back(s.partner[i]);
          i = skip_spaces(s, skip_arguments(s, "od", first + 1, range.end), range.end);
          continue;
        }
        out.push_back(token);
        break;
      }
      case TokenKind::end_group:
        if (!dropped_braces.empty() && dropped_braces.back() == i) {
          dropped_braces.pop_back();
        } else {
          out.push_back(token);
        }
        break;
      case TokenKind::paragraph:
        push(TokenKind::space, token);
        break;
      default:
        out.push_back(token);
        break;
    }
    ++i;
  }
  out = without_idle_braces(out, names);
  // Pairs like \text{} left by the above carry nothing.
  TokenList tidy;
  tidy.reserve(out.size());
  for (std::size_t k = 0; k < out.size(); ++k) {
    const bool text = out[k].kind == TokenKind::control && names.text(out[k].value).starts_with("text");
    if (text && k + 2 < out.size() && out[k + 1].kind == TokenKind::begin_group &&
        out[k + 2].kind == TokenKind::end_group) {
      k += 2;
      continue;
    }
    tidy.push_back(out[k]);
  }
  return tidy;
}

std::string math_source(const Stream& s, Range range, const Names& names, std::vector<std::string>* labels) {
  const TokenList tokens = math_tokens(s, range, names, labels);
  return to_tex(tokens, 0, tokens.size(), names);
}

}  // namespace p2c::paper::latex
