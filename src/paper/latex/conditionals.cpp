// TeX's and the packages' conditionals: decided where the reader can know, taken as true with a warning where
// not.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/latex/expander.h"

namespace p2c::paper::latex {

namespace {

const std::unordered_set<std::string_view>& primitive_ifs() {
  static const std::unordered_set<std::string_view> names = {"if",           "ifx",
                                                             "ifnum",        "ifdim",
                                                             "ifodd",        "ifcase",
                                                             "iftrue",       "iffalse",
                                                             "ifmmode",      "ifvmode",
                                                             "ifhmode",      "ifinner",
                                                             "ifcat",        "ifdefined",
                                                             "ifcsname",     "ifeof",
                                                             "ifvoid",       "ifhbox",
                                                             "ifvbox",       "ifpdf",
                                                             "ifxetex",      "ifluatex",
                                                             "ifPDFTeX",     "ifXeTeX",
                                                             "ifLuaTeX",     "ifpdftex",
                                                             "if@twocolumn", "if@twoside",
                                                             "if@filesw",    "if@restonecol",
                                                             "if@openright", "if@mainmatter",
                                                             "if@titlepage", "if@compatibility",
                                                             "iffontchar"};
  return names;
}

// Package commands that take the test and both branches as arguments: name, number of test arguments.
struct BracedTest {
  std::string_view name;
  int tests;
  bool only_true, only_false;
};
constexpr BracedTest kBracedTests[] = {
    {"ifthenelse", 1, false, false},        {"ifdefempty", 1, false, false},
    {"ifstrempty", 1, false, false},        {"ifblank", 1, false, false},
    {"notblank", 1, false, false},          {"ifdef", 1, false, false},
    {"ifundef", 1, false, false},           {"ifcsdef", 1, false, false},
    {"ifcsundef", 1, false, false},         {"@ifundefined", 1, false, false},
    {"ifdefstring", 2, false, false},       {"ifstrequal", 2, false, false},
    {"iftoggle", 1, false, false},          {"ifbool", 1, false, false},
    {"ifdefvoid", 1, false, false},         {"IfNoValueTF", 1, false, false},
    {"IfNoValueT", 1, true, false},         {"IfNoValueF", 1, false, true},
    {"IfValueTF", 1, false, false},         {"IfValueT", 1, true, false},
    {"IfValueF", 1, false, true},           {"IfBooleanTF", 1, false, false},
    {"IfBooleanT", 1, true, false},         {"IfBooleanF", 1, false, true},
    {"@ifpackageloaded", 1, false, false},  {"@ifclassloaded", 1, false, false},
    {"IfPackageLoadedTF", 1, false, false}, {"IfStrEq", 2, false, false},
    {"ifempty", 1, false, false},           {"IfEq", 2, false, false}};

}  // namespace

bool Expander::is_if(std::uint32_t name) const {
  const std::string& text = names_.text(name);
  if (!text.starts_with("if")) return false;
  if (primitive_ifs().contains(text)) return true;
  return text.size() > 2 && !flag_ids_.empty() && flag_ids_.contains(std::string(text.substr(2)));
}

bool Expander::conditional(const Token& token) {
  const std::string& name = names_.text(token.value);
  if (token.value == n_fi_) {
    if (live_ifs_ > 0) --live_ifs_;
    return true;
  }
  if (token.value == n_else_ || token.value == n_or_) {
    if (live_ifs_ > 0) {
      --live_ifs_;
      skip_branch(false, token);
    }
    return true;
  }
  if (is_if(token.value)) {
    if (name == "ifcase") {
      choose_case(token);
    } else {
      take_branch(decide(name, token), token);
    }
    return true;
  }
  const bool on = name.ends_with("true");
  if (on || name.ends_with("false")) {
    const std::string flag = name.substr(0, name.size() - (on ? 4 : 5));
    if (flag_ids_.contains(flag)) {
      flags_[names_.id(flag)] = on;
      return true;
    }
  }
  return braced_conditional(name, token);
}

void Expander::take_branch(bool truth, const Token& at) {
  if (truth) {
    ++live_ifs_;
  } else {
    skip_branch(true, at);
  }
}

void Expander::choose_case(const Token& at) {
  const long wanted = read_number().value_or(0);
  ++live_ifs_;
  for (long i = 0; i < wanted && i < 100; ++i) {
    const Skip end = skip_to(true, true, at);
    if (end == Skip::at_or) continue;
    if (end == Skip::at_fi) --live_ifs_;
    return;
  }
}

void Expander::skip_branch(bool stop_at_else, const Token& at) {
  if (skip_to(stop_at_else, false, at) == Skip::at_else) ++live_ifs_;
}

Expander::Skip Expander::skip_to(bool stop_at_else, bool stop_at_or, const Token& at) {
  TokenList skipped;
  std::size_t depth = 0;
  Token token;
  while (failed_skips_ < 8 && next(token)) {
    if (token.kind == TokenKind::control) {
      if (token.value == n_fi_) {
        if (depth-- == 0) return Skip::at_fi;
      } else if (depth == 0 && stop_at_else && token.value == n_else_) {
        return Skip::at_else;
      } else if (depth == 0 && stop_at_or && token.value == n_or_) {
        return Skip::at_or;
      } else if (is_if(token.value)) {
        ++depth;
      }
    }
    skipped.push_back(token);
  }
  // No \fi before the end: reading what was skipped is better than losing the rest of the paper.
  ++failed_skips_;
  warn(at, fmt::format("\\{} without \\fi; its text was kept", names_.text(at.value)));
  push_tokens(std::move(skipped));
  return Skip::not_found;
}

std::optional<long> Expander::read_number() {
  std::string digits;
  bool negative = false;
  Token token;
  std::size_t steps = 0;
  skip_spaces();
  while (++steps < 300 && peek(token)) {
    if (token.kind == TokenKind::control) {
      const MacroPtr macro = macros_.get(token.value);
      if (!digits.empty() && !macro) break;
      next(token);
      if (macro) {
        if (!expand_macro(token, *macro)) return std::nullopt;
        continue;
      }
      const std::string name = names_.text(token.value);
      if (name == "value") read_argument();
      if (name == "relax" && !digits.empty()) break;
      return std::nullopt;
    }
    if (token.kind == TokenKind::character && token.value >= '0' && token.value <= '9' && digits.size() < 9) {
      digits += static_cast<char>(token.value);
      next(token);
    } else if (token.kind == TokenKind::character && digits.empty() &&
               (token.value == '-' || token.value == '+')) {
      negative = token.value == '-';
      next(token);
    } else {
      if (token.kind == TokenKind::space) next(token);
      break;
    }
  }
  if (digits.empty()) return std::nullopt;
  const long value = std::stol(digits);
  return negative ? -value : value;
}

bool Expander::decide(const std::string& name, const Token& at) {
  if (name == "iffalse") return false;
  if (name == "iftrue") return true;
  if (const auto flag = flags_.find(names_.id(name.substr(2)));
      flag != flags_.end() && flag_ids_.contains(name.substr(2))) {
    return flag->second;
  }
  if (name == "ifpdf" || name == "ifPDFTeX" || name == "ifpdftex") return true;
  if (name == "ifx" || name == "if" || name == "ifcat") {
    Token a, b;
    skip_spaces();
    if (!next(a)) return false;
    if (!next(b)) return false;
    if (a.kind == TokenKind::control && b.kind == TokenKind::control) {
      if (a.value == b.value) return true;
      const MacroDefinition* first = macros_.find(a.value);
      const MacroDefinition* second = macros_.find(b.value);
      if (first == nullptr || second == nullptr)
        return first == second && name == "ifx" && is_undefined(a) && is_undefined(b);
      return to_tex(first->body, 0, first->body.size(), names_) ==
             to_tex(second->body, 0, second->body.size(), names_);
    }
    return a.kind == b.kind && a.value == b.value;
  }
  if (name == "ifdefined") {
    Token a;
    skip_spaces();
    return next(a) && a.kind == TokenKind::control && !is_undefined(a);
  }
  if (name == "ifcsname") {
    std::string wanted;
    Token part;
    while (next(part) && !(part.kind == TokenKind::control && part.value == n_endcsname_) &&
           wanted.size() < 200) {
      if (part.kind == TokenKind::character) append_utf8(wanted, part.value);
    }
    return macros_.find(names_.id(wanted)) != nullptr;
  }
  if (name == "ifnum" || name == "ifdim" || name == "ifodd") {
    const std::optional<long> left = read_number();
    if (name == "ifodd") return left && *left % 2 != 0;
    Token relation;
    skip_spaces();
    // Lengths and counters cannot be known: read up to the relation, then the other side.
    std::size_t steps = 0;
    bool found = false;
    while (++steps < 20 && peek(relation)) {
      if (relation.kind == TokenKind::character &&
          (relation.value == '<' || relation.value == '=' || relation.value == '>')) {
        next(relation);
        found = true;
        break;
      }
      if (relation.kind == TokenKind::paragraph || relation.kind == TokenKind::begin_group) break;
      next(relation);
    }
    const std::optional<long> right = found ? read_number() : std::nullopt;
    if (!left || !right) {
      warn(at, fmt::format("\\{} cannot be decided without TeX; its first branch was taken", name));
      return true;
    }
    return relation.value == '<' ? *left < *right : relation.value == '>' ? *left > *right : *left == *right;
  }
  return false;  // \ifmmode, \ifvoid, engine tests
}

bool Expander::is_undefined(const Token& token) const {
  return macros_.find(token.value) == nullptr && !handlers_.contains(token.value) &&
         !is_known_command(names_.text(token.value));
}

bool Expander::braced_conditional(const std::string& name, const Token& at) {
  if (name == "newtoggle" || name == "newbool" || name == "newboolean" || name == "providetoggle") {
    const std::string flag = read_name();
    flag_ids_.insert(flag);
    flags_.emplace(names_.id(flag), false);
    return true;
  }
  if (name == "toggletrue" || name == "booltrue" || name == "togglefalse" || name == "boolfalse") {
    const bool on = name.ends_with("true");
    flags_[names_.id(read_name())] = on;
    return true;
  }
  if (name == "setboolean" || name == "settoggle" || name == "setbool") {
    const std::string flag = read_name();
    flags_[names_.id(flag)] = read_name() == "true";
    return true;
  }
  const auto* test = std::find_if(std::begin(kBracedTests), std::end(kBracedTests),
                                  [&](const BracedTest& candidate) { return candidate.name == name; });
  if (test == std::end(kBracedTests)) return false;
  TokenList first = read_argument();
  TokenList second = test->tests > 1 ? read_argument() : TokenList{};
  bool truth = true;
  const auto body_of = [&](const TokenList& tokens) {
    return !tokens.empty() && tokens[0].kind == TokenKind::control ? macros_.find(tokens[0].value) : nullptr;
  };
  const auto is_value = [&](std::uint32_t id) { return first.size() == 1 && is_control(first[0], id); };
  if (name == "ifdefempty" || name == "ifdefvoid") {
    const MacroDefinition* macro = body_of(first);
    truth = macro == nullptr || macro->body.empty();
  } else if (name == "ifstrempty" || name == "ifblank" || name == "notblank" || name == "ifempty") {
    const bool blank =
        std::all_of(first.begin(), first.end(), [](const Token& t) { return t.kind == TokenKind::space; });
    truth = name == "notblank" ? !blank : blank;
  } else if (name == "ifdef" || name == "ifundef") {
    const bool defined = !first.empty() && first[0].kind == TokenKind::control && !is_undefined(first[0]);
    truth = (name == "ifdef") == defined;
  } else if (name == "ifcsdef" || name == "ifcsundef" || name == "@ifundefined") {
    const bool defined = macros_.find(names_.id(plain_string(first, 0, first.size(), names_))) != nullptr;
    truth = (name == "ifcsdef") == defined;
  } else if (name == "ifdefstring") {
    const MacroDefinition* macro = body_of(first);
    truth = macro != nullptr &&
            to_tex(macro->body, 0, macro->body.size(), names_) == to_tex(second, 0, second.size(), names_);
  } else if (name == "ifstrequal" || name == "IfStrEq" || name == "IfEq") {
    truth = expand_string(first) == expand_string(second);
  } else if (name == "iftoggle" || name == "ifbool") {
    const auto flag = flags_.find(names_.id(plain_string(first, 0, first.size(), names_)));
    truth = flag != flags_.end() && flag->second;
  } else if (name.starts_with("IfNoValue")) {
    truth = is_value(n_novalue_);
  } else if (name.starts_with("IfValue")) {
    truth = !is_value(n_novalue_);
  } else if (name.starts_with("IfBoolean")) {
    truth = is_value(n_true_);
  } else if (name == "ifthenelse") {
    truth = decide_ifthenelse(first, at);
  } else {
    truth = false;
  }
  if (test->only_true || test->only_false) {
    TokenList branch = read_argument();
    if (truth == test->only_true) push_tokens(std::move(branch));
    return true;
  }
  TokenList yes = read_argument();
  TokenList no = read_argument();
  push_tokens(truth ? std::move(yes) : std::move(no));
  return true;
}

// \ifthenelse{\equal{a}{b}} \boolean{x} \isundefined\x \not, numbers with a relation; anything else counts as
// true.
bool Expander::decide_ifthenelse(const TokenList& test, const Token& at) {
  bool negate = false;
  for (std::size_t i = 0; i < test.size(); ++i) {
    if (test[i].kind == TokenKind::space) continue;
    if (test[i].kind != TokenKind::control) break;
    const std::string& name = names_.text(test[i].value);
    if (name == "not" || name == "NOT") {
      negate = !negate;
      continue;
    }
    const auto group = [&](std::size_t& from) {
      TokenList out;
      while (from < test.size() && test[from].kind != TokenKind::begin_group) ++from;
      int depth = 0;
      for (; from < test.size(); ++from) {
        if (test[from].kind == TokenKind::begin_group && depth++ == 0) continue;
        if (test[from].kind == TokenKind::end_group && --depth == 0) {
          ++from;
          break;
        }
        out.push_back(test[from]);
      }
      return out;
    };
    std::size_t from = i + 1;
    if (name == "equal") {
      const std::string left = expand_string(group(from));
      const std::string right = expand_string(group(from));
      return (left == right) != negate;
    }
    if (name == "boolean") {
      const TokenList flag_name = group(from);
      const auto flag = flags_.find(names_.id(plain_string(flag_name, 0, flag_name.size(), names_)));
      return (flag != flags_.end() && flag->second) != negate;
    }
    if (name == "isundefined" && from < test.size()) return is_undefined(test[from]) != negate;
    break;
  }
  warn(at, "\\ifthenelse cannot be decided without TeX; its first branch was taken");
  return !negate;
}

}  // namespace p2c::paper::latex
