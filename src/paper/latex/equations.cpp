// Display formulas: rows, numbers, labels, symbols.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

bool is_row_end(const Stream& s, std::size_t i, const Names& names) {
  if (s.tokens[i].kind != TokenKind::control) return false;
  const std::string& name = names.text(s.tokens[i].value);
  return name == "\\" || name == "cr";
}

struct Row {
  Range range;
  bool silent = false;  // \nonumber
  std::optional<Range> tag;
  bool with_brackets = false;  // the tag brings them along: \eqno(7)
  bool prose = false;          // \intertext
  int added = 0;  // \addtocounter{equation}{n} inside the row
  std::vector<std::string> labels;
};

bool numbers_each_row(std::string_view env) {
  return env == "align" || env == "gather" || env == "flalign" || env == "alignat" || env == "xalignat" ||
         env == "eqnarray" || env == "IEEEeqnarray" || env == "dgroup";
}

}  // namespace

// What a tag prints: characters and signs, references as marks to be resolved at the end, formulas in dollars.
std::string DocumentBuilder::tag_text(Range tag) {
  const TokenList tokens(s_.tokens.begin() + static_cast<std::ptrdiff_t>(tag.begin),
                         s_.tokens.begin() + static_cast<std::ptrdiff_t>(tag.end));
  const bool refers = std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
    return token.kind == TokenKind::control &&
           command_kind(names_.text(token.value)) == CommandKind::reference;
  });
  std::string text = refers ? std::string() : counters_.evaluate(tokens);
  if (!text.empty()) return text;
  Mentions ignored;
  text = write(tag, ignored);
  for (const std::string_view prime : {"$'$", "$^{\\prime}$", "$^\\prime$", "${}'$", "$\\prime$"})
    text = replace_all(std::move(text), prime, "'");
  return text;
}

void DocumentBuilder::equation(std::size_t i, std::size_t end) {
  Range content = inside(s_, i, end);
  const Range whole{i, std::max(after(s_, i, end), i + 1)};
  std::string env = s_.tokens[i].kind == TokenKind::math_shift ? "$$"
                    : s_.tokens[i].kind == TokenKind::control  ? "\\["
                                                               : name_at(i);
  bool numbered = s_.tokens[i].kind == TokenKind::env_begin && env.back() != '*' && env != "displaymath" &&
                  env != "darray" && env != "dseries";
  std::string base = env;
  if (!base.empty() && base.back() == '*') base.pop_back();
  if (s_.tokens[i].kind == TokenKind::env_begin) {
    if (base == "empheq") {  // \begin{empheq}[box=..]{align*}
      const Argument inner = group_at(s_, option_at(s_, content.begin, content.end).after, content.end);
      if (inner.present) {
        env = plain(inner.content);
        if (const auto equals = env.find('='); equals != std::string::npos && equals < env.size())
          env = env.substr(0, equals);
        base = env;
        numbered = !env.empty() && env.back() != '*';
        if (!base.empty() && base.back() == '*') base.pop_back();
        content.begin = inner.after;
      }
    } else if (env_arguments(base) != "?") {
      content.begin = skip_arguments(s_, env_arguments(base), content.begin, content.end);
    }
  }
  content = trim_spaces(s_, content);

  // Rows end at \\ outside groups and inner environments.
  std::vector<Row> rows(1);
  rows.back().range.begin = content.begin;
  for (std::size_t k = content.begin; k < content.end;) {
    const Token& token = s_.tokens[k];
    const bool opens = token.kind == TokenKind::begin_group || token.kind == TokenKind::env_begin;
    if (opens && s_.partner[k] != kNone && s_.partner[k] > k && s_.partner[k] < content.end) {
      const std::size_t close = s_.partner[k];
      for (std::size_t m = k + 1; m < close;
           ++m) {  // labels and tags inside split or aligned belong to the row
        if (s_.tokens[m].kind != TokenKind::control) continue;
        const std::string& inner = name_at(m);
        if (inner == "label")
          rows.back().labels.push_back(collapse_whitespace(plain(group_at(s_, m + 1, close).content)));
        if (inner == "nonumber" || inner == "notag")
          rows.back().silent = rows.back().silent || numbers_each_row(base);
      }
      k = close + 1;
      continue;
    }
    if (is_row_end(s_, k, names_)) {
      rows.back().range.end = k;
      std::size_t next = k + 1;
      if (is_character(s_, next, content.end, '*')) ++next;
      const Argument length = option_at(s_, next, content.end);
      const bool is_length = length.present && length.content.end - length.content.begin < 14 &&
                             s_.tokens[next].kind == TokenKind::character;
      k = is_length ? length.after : next;
      rows.emplace_back();
      rows.back().range.begin = k;
      continue;
    }
    if (token.kind == TokenKind::control) {
      const std::string& name = name_at(k);
      if (name == "nonumber" || name == "notag" || name == "IEEEnonumber") rows.back().silent = true;
      if (name == "label") {
        const Argument key = group_at(s_, k + 1, content.end);
        if (key.present) {
          rows.back().labels.push_back(collapse_whitespace(plain(key.content)));
          k = key.after;
          continue;
        }
      }
      if ((name == "intertext" || name == "shortintertext") &&
          skip_spaces(s_, rows.back().range.begin, content.end) == k) {
        const Argument prose = group_at(s_, k + 1, content.end);
        if (prose.present) {  // a row of its own, without a number
          rows.back().range = prose.content;
          rows.back().prose = rows.back().silent = true;
          rows.emplace_back();
          k = rows.back().range.begin = prose.after;
          continue;
        }
      }
      if (name == "eqno" || name == "leqno") {  // plain TeX: the rest of the formula is its number
        rows.back().tag = trim_spaces(s_, {k + 1, content.end});
        rows.back().with_brackets = true;
        content.end = k;
        break;
      }
      if (name == "tag") {
        const bool star = is_character(s_, k + 1, content.end, '*');
        const Argument text = group_at(s_, k + (star ? 2 : 1), content.end);
        if (text.present) {
          rows.back().tag = text.content;
          k = text.after;
          continue;
        }
      }
      if (name == "addtocounter" || name == "stepcounter" || name == "refstepcounter") {
        const Argument which = group_at(s_, k + 1, content.end);
        if (plain(which.content) == "equation")
          rows.back().added += name == "addtocounter"
                                   ? std::atoi(plain(group_at(s_, which.after, content.end).content).c_str())
                                   : 1;
      }
    }
    ++k;
  }
  rows.back().range.end = content.end;

  const bool each = numbered && numbers_each_row(base);
  std::vector<std::string> numbers(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Row& row = rows[r];
    if (row.added != 0) counters_.add("equation", row.added);
    if (row.tag) {
      numbers[r] = tag_text(*row.tag);
      if (row.with_brackets && numbers[r].starts_with('(') && numbers[r].ends_with(')'))
        numbers[r] = numbers[r].substr(1, numbers[r].size() - 2);
    } else if (each && !row.silent) {
      counters_.step("equation");
      numbers[r] = counters_.printed("equation");
    }
  }
  if (numbered && !each) {
    const bool any_tag =
        std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.tag.has_value(); });
    const bool silent = std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.silent; });
    if (!any_tag && !silent) {
      counters_.step("equation");
      numbers[base == "multline" ? rows.size() - 1 : 0] = counters_.printed("equation");
    }
  }

  blocks_.equation();
  const std::size_t index = doc_.blocks.size() - 1;
  place(index, whole);
  Equation& equation = doc_.equations.back();
  equation.env = env;
  TokenList all;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::vector<std::string> ignored;
    const TokenList tokens = math_tokens(s_, rows[r].range, names_, &ignored);
    std::string source = collapse_whitespace(to_tex(tokens, 0, tokens.size(), names_));
    if (rows[r].prose) source = source.empty() ? source : "\\text{" + source + "}";
    const std::string label = rows[r].labels.empty() ? std::string() : rows[r].labels.front();
    if (source.empty() && r + 1 == rows.size() && r > 0 && label.empty())
      continue;  // after a last \\ ; its number is printed all the same
    equation.rows.push_back(source);
    equation.row_numbers.push_back(numbers[r]);
    equation.row_labels.push_back(label);
    if (!rows[r].prose) all.insert(all.end(), tokens.begin(), tokens.end());
  }
  for (std::size_t k = content.begin; k < content.end; ++k) {
    if (s_.tokens[k].kind != TokenKind::control || command_kind(name_at(k)) != CommandKind::reference)
      continue;
    const std::string key = collapse_whitespace(plain(group_at(s_, k + 1, content.end).content));
    if (!key.empty()) doc_.blocks[index].refs.push_back(key);
  }
  const auto first =
      std::find_if(numbers.begin(), numbers.end(), [](const std::string& n) { return !n.empty(); });
  const auto last =
      std::find_if(numbers.rbegin(), numbers.rend(), [](const std::string& n) { return !n.empty(); });
  if (first != numbers.end()) equation.number = *first == *last ? *first : *first + "–" + *last;
  equation.latex = join(equation.rows, " \\\\\n");
  equation.symbols = math_symbols(all, names_);
  const Token& open = s_.tokens[i];
  const std::size_t close = inside(s_, i, end).end;
  // As written, when begin and end stand in one file with something between them.
  if (close > content.begin && close < s_.tokens.size() && s_.tokens[close].file == open.file &&
      open.end < s_.tokens[close].start && open.file < sources_.loaded()) {
    const std::size_t body = content.empty() ? open.end : s_.tokens[content.begin].start;
    const std::size_t from = std::max<std::size_t>(open.end, body < s_.tokens[close].start ? body : open.end);
    equation.latex_raw = trim(source_text(sources_.file(open.file), from, s_.tokens[close].start));
  } else {
    equation.latex_raw = to_tex(s_.tokens, content.begin, content.end, names_);
  }
  const std::string id = equation.id;
  doc_.blocks[index].number = equation.number;
  doc_.blocks[index].text = equation.latex;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::string& number = !numbers[r].empty() ? numbers[r] : doc_.equations.back().number;
    for (const std::string& label : rows[r].labels) {
      if (doc_.equations.back().label.empty()) doc_.equations.back().label = label;
      bind(label, {id, number, "equation", "", ""}, i);
    }
  }
}

// ---------------------------------------------------------------- symbols

namespace {

// Commands whose argument is one symbol together with them.
bool is_decoration(std::string_view name) {
  static const std::unordered_set<std::string_view> names = {
      "mathbf", "bm",       "boldsymbol", "mathcal",  "mathbb",    "mathfrak", "mathscr",
      "mathsf", "mathit",   "hat",        "tilde",    "bar",       "vec",      "dot",
      "ddot",   "widehat",  "widetilde",  "overline", "check",     "breve",    "acute",
      "grave",  "mathbfit", "mathsfit",   "pmb",      "underline", "vmathbb",  "mathring"};
  return names.contains(name);
}

bool is_symbol_command(std::string_view name) {
  static const std::unordered_set<std::string_view> names = {
      "alpha",    "beta",   "gamma", "delta",    "epsilon", "varepsilon", "zeta", "eta",    "theta",
      "vartheta", "iota",   "kappa", "lambda",   "mu",      "nu",         "xi",   "pi",     "varpi",
      "rho",      "varrho", "sigma", "varsigma", "tau",     "upsilon",    "phi",  "varphi", "chi",
      "psi",      "omega",  "Gamma", "Delta",    "Theta",   "Lambda",     "Xi",   "Pi",     "Sigma",
      "Upsilon",  "Phi",    "Psi",   "Omega",    "ell",     "hbar",       "nabla"};
  return names.contains(name);
}

std::size_t group_end(const TokenList& tokens, std::size_t i) {
  std::size_t depth = 0;
  for (std::size_t k = i; k < tokens.size(); ++k) {
    if (tokens[k].kind == TokenKind::begin_group) ++depth;
    if (tokens[k].kind == TokenKind::end_group && --depth == 0) return k + 1;
  }
  return tokens.size();
}

std::size_t skip_blanks(const TokenList& tokens, std::size_t i) {
  while (i < tokens.size() && tokens[i].kind == TokenKind::space) ++i;
  return i;
}

}  // namespace

std::vector<std::string> math_symbols(const TokenList& tokens, const Names& names) {
  constexpr std::size_t kMaxSymbols = 60;
  std::vector<std::string> out;
  std::size_t groups_scanned = 0;
  const auto base_end = [&](std::size_t i, auto&& self,
                            int depth) -> std::size_t {  // end of the base symbol at i, or i
    const Token& token = tokens[i];
    if (token.kind == TokenKind::character && is_letter(token.value)) return i + 1;
    if (token.kind != TokenKind::control || depth > 4) return i;
    const std::string& name = names.text(token.value);
    if (is_symbol_command(name)) return i + 1;
    if (!is_decoration(name)) return i;
    const std::size_t at = skip_blanks(tokens, i + 1);
    if (at >= tokens.size()) return i;
    if (tokens[at].kind == TokenKind::begin_group) {
      const std::size_t close = group_end(tokens, at);
      groups_scanned += close - at;
      return close - at <= 12 ? close : i;
    }
    const std::size_t inner = self(at, self, depth + 1);
    return inner > at ? inner : i;
  };
  for (std::size_t i = 0; i < tokens.size() && out.size() < kMaxSymbols && groups_scanned < 100'000;) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::control) {
      const std::string& name = names.text(token.value);
      const bool words = name.starts_with("text") || name == "mathrm" || name == "operatorname" ||
                         name == "mbox" || name == "mathop" || name == "intertext" ||
                         name == "shortintertext" || name == "ref" || name == "eqref" || name == "cite" ||
                         name == "mathtt";
      if (words) {
        std::size_t at = skip_blanks(tokens, i + 1);
        if (at < tokens.size() && tokens[at].kind == TokenKind::character && tokens[at].value == '*') ++at;
        if (at < tokens.size() && tokens[at].kind == TokenKind::begin_group) {
          const std::size_t close = group_end(tokens, at);
          groups_scanned += close - at;
          i = close;
          continue;
        }
      }
    }
    const std::size_t start = i;
    std::size_t at = base_end(i, base_end, 0);
    if (at == i) {
      ++i;
      continue;
    }
    // Three or more letters in a row are a word (lrate), not a product.
    std::size_t run = i;
    const auto in_word = [&](std::size_t k) {
      if (tokens[k].kind == TokenKind::character) return is_letter(tokens[k].value);
      return tokens[k].kind == TokenKind::control && names.text(tokens[k].value) == "_";
    };
    while (run < tokens.size() && in_word(run)) ++run;
    if (run - i >= 3) at = run;
    std::string symbol = to_tex(tokens, start, at, names);
    std::size_t behind = at, resume = at;
    for (int script = 0; script < 2; ++script) {
      const std::size_t mark = skip_blanks(tokens, behind);
      if (mark + 1 >= tokens.size()) break;
      const bool sub = tokens[mark].kind == TokenKind::subscript;
      if (!sub && tokens[mark].kind != TokenKind::superscript) break;
      const std::size_t arg = skip_blanks(tokens, mark + 1);
      if (arg >= tokens.size()) break;
      const std::size_t close = tokens[arg].kind == TokenKind::begin_group ? group_end(tokens, arg) : arg + 1;
      groups_scanned += close - arg;
      const std::string text = to_tex(tokens, arg, close, names);
      // Powers, transposes and long indices are no part of the name.
      const bool transpose =
          !sub && (text == "T" || text == "{T}" || contains(text, "top") || contains(text, "intercal"));
      const bool power = !sub && (transpose || text.find_first_of("0123456789+-") != std::string::npos ||
                                  contains(text, "prime"));
      if (text.size() <= 24 && !power) symbol += (sub ? "_" : "^") + text;
      behind = close;
      if ((!power || transpose) && text.size() <= 24 && resume + 1 >= mark)
        resume = close;  // an index is no symbol of its own
    }
    if (std::find(out.begin(), out.end(), symbol) == out.end()) out.push_back(symbol);
    i = std::max(resume, i + 1);
  }
  return out;
}

}  // namespace p2c::paper::latex
