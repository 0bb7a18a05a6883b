// Definitions of macros and environments, and their expansion (spec 8.4).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/latex/expander.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxRecordedMacros = 3'000;
constexpr std::size_t kMaxRecordedBody = 2'000;
constexpr std::size_t kMaxArguments = 9;

// Counters whose \the... the builder formats.
bool is_counter_format(std::string_view name) {
  static constexpr std::string_view kCounters[] = {
      "part",   "chapter",   "section",    "subsection", "subsubsection", "paragraph",   "figure",
      "table",  "equation",  "algorithm",  "theorem",    "lemma",         "footnote",    "enumi",
      "enumii", "listing",   "lstlisting", "definition", "corollary",     "proposition", "assumption",
      "remark", "subfigure", "subtable",   "AlgoLine",   "algocf"};
  if (!name.starts_with("the")) return false;
  return std::find(std::begin(kCounters), std::end(kCounters), name.substr(3)) != std::end(kCounters);
}

}  // namespace

void Expander::define(MacroDefinition macro, bool global, const Token& at) {
  const std::string& name = names_.text(macro.name);
  if (is_counter_format(name) && macro.parameters.empty()) {
    // The builder counts, so it gets the format as a command: \p2c@format{figure}{A\arabic{figure}}.
    emit(token_like(at, TokenKind::control, names_.id("p2c@format")));
    emit(token_like(at, TokenKind::begin_group, '{'));
    for (const char c : name.substr(3))
      emit(token_like(at, TokenKind::character, static_cast<unsigned char>(c)));
    emit(token_like(at, TokenKind::end_group, '}'));
    emit(token_like(at, TokenKind::begin_group, '{'));
    for (const Token& token : macro.body) emit(token);
    emit(token_like(at, TokenKind::end_group, '}'));
    return;
  }
  if (in_style_ && is_known_command(name)) return;
  // \eqref redefined as "equation~\ref{#1}" is the paper's own wording; other protected meanings stay.
  if (is_protected_command(name)) {
    const bool rewords_reference = command_kind(name) == CommandKind::reference && name != "ref" &&
                                   std::any_of(macro.body.begin(), macro.body.end(), [&](const Token& t) {
                                     return is_control(t, names_.id("ref"));
                                   });
    if (!rewords_reference) return;
  }
  if (name.starts_with("end") && environments_.contains(names_.id(name.substr(3)))) return;
  macro.review_note = looks_like_review_note(macro, names_);
  for (Token& token : macro.body) {  // TeX would loop; the paper means the command it renames
    if (is_control(token, macro.name)) token.depth = kNoExpand;
  }
  if (!in_style_ && recorded_.size() < kMaxRecordedMacros) {
    Macro record;
    record.name = "\\" + name;
    record.arguments = static_cast<int>(macro.parameters.size());
    record.body = to_tex(macro.body, 0, std::min<std::size_t>(macro.body.size(), kMaxRecordedBody), names_);
    recorded_.push_back(std::move(record));
  }
  const std::uint32_t id = macro.name;
  macros_.define(id, std::make_shared<const MacroDefinition>(std::move(macro)), global);
}

std::vector<Parameter> Expander::latex_parameters() {
  std::vector<Parameter> parameters;
  TokenList count, fallback;
  if (!read_optional(count)) return parameters;
  const std::string digits = plain_string(count, 0, count.size(), names_);
  const std::size_t n =
      digits.empty() || digits[0] < '0' || digits[0] > '9' ? 0 : static_cast<std::size_t>(digits[0] - '0');
  parameters.resize(n);
  if (n > 0 && read_optional(fallback)) {
    parameters[0].kind = Parameter::Kind::optional;
    parameters[0].has_default = true;
    parameters[0].default_value = std::move(fallback);
  }
  return parameters;
}

void Expander::new_command(const Token& token) {
  const bool provide = names_.text(token.value).starts_with("provide");
  const bool global = std::exchange(global_prefix_, false);
  read_star();
  bool ok = false;
  MacroDefinition macro;
  macro.name = read_control_name(ok);
  macro.parameters = latex_parameters();
  macro.body = read_argument();
  if (!ok || (provide && (macros_.find(macro.name) != nullptr || is_known_command(names_.text(macro.name)))))
    return;
  define(std::move(macro), global, token);
}

void Expander::tex_def(const Token& token) {
  const std::string kind = names_.text(token.value);
  const bool global = std::exchange(global_prefix_, false) || kind == "gdef" || kind == "xdef";
  Token name;
  skip_spaces();
  if (!next(name)) return;
  TokenList pattern;
  Token part;
  bool found_body = false;
  while (next(part)) {
    if (part.kind == TokenKind::begin_group) {
      found_body = true;
      break;
    }
    if (part.kind == TokenKind::paragraph || part.kind == TokenKind::end_group || pattern.size() > 200) break;
    pattern.push_back(part);
  }
  if (!found_body) {
    push_tokens({part});
    return;
  }
  MacroDefinition macro;
  if (!read_group(macro.body)) {
    warn(token, "a \\def is never closed; it was ignored");
    push_tokens(std::move(macro.body));
    work(100'000);
    return;
  }
  if (name.kind != TokenKind::control) return;
  macro.name = name.value;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].kind != TokenKind::parameter) {
      if (macro.parameters.empty()) {
        if (pattern[i].kind != TokenKind::space || !macro.prefix.empty()) macro.prefix.push_back(pattern[i]);
      } else {
        macro.parameters.back().delimiter.push_back(pattern[i]);
        macro.parameters.back().kind = Parameter::Kind::delimited;
      }
      continue;
    }
    if (macro.parameters.size() < kMaxArguments) macro.parameters.emplace_back();
  }
  if (kind == "edef" || kind == "xdef") macro.body = expand_list(std::move(macro.body));
  define(std::move(macro), global, token);
}

void Expander::tex_let(const Token& token) {
  const bool global = std::exchange(global_prefix_, false);
  Token name, target;
  skip_spaces();
  if (!next(name)) return;
  skip_spaces();
  if (peek(target) && target.kind == TokenKind::character && target.value == '=') {
    next(target);
    skip_spaces();
  }
  if (!next(target) || name.kind != TokenKind::control) return;
  if (is_protected_command(names_.text(name.value))) return;
  if (target.kind == TokenKind::control) {
    if (const MacroPtr old = macros_.get(target.value)) {
      macros_.define(name.value, old, global);
      return;
    }
    if (is_if(target.value)) return;
  }
  MacroDefinition alias;
  alias.name = name.value;
  target.depth = kNoExpand;
  alias.body.push_back(target);
  if (target.kind == TokenKind::control && names_.text(target.value) == "relax") alias.body.clear();
  define(std::move(alias), global, token);
}

void Expander::math_operator(const Token& token) {
  const bool star = read_star();
  bool ok = false;
  MacroDefinition macro;
  macro.name = read_control_name(ok);
  const TokenList text = read_argument();
  if (!ok) return;
  macro.body.push_back(token_like(token, TokenKind::control, names_.id("operatorname")));
  if (star) macro.body.push_back(token_like(token, TokenKind::character, '*'));
  macro.body.push_back(token_like(token, TokenKind::begin_group, '{'));
  macro.body.insert(macro.body.end(), text.begin(), text.end());
  macro.body.push_back(token_like(token, TokenKind::end_group, '}'));
  define(std::move(macro), false, token);
}

// \DeclarePairedDelimiter{\abs}{\lvert}{\rvert}: \abs*[\big]{x}; the size is not kept.
void Expander::paired_delimiter(const Token& token) {
  bool ok = false;
  MacroDefinition macro;
  macro.name = read_control_name(ok);
  const TokenList left = read_argument();
  const TokenList right = read_argument();
  if (!ok) return;
  macro.parameters.resize(3);
  macro.parameters[0].kind = Parameter::Kind::star;
  macro.parameters[1].kind = Parameter::Kind::optional;
  macro.body = left;
  macro.body.push_back(token_like(token, TokenKind::parameter, 3));
  macro.body.insert(macro.body.end(), right.begin(), right.end());
  define(std::move(macro), false, token);
}

std::vector<Parameter> Expander::xparse_parameters(const TokenList& specification) {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < specification.size() && parameters.size() < kMaxArguments; ++i) {
    if (specification[i].kind != TokenKind::character) continue;
    Parameter parameter;
    switch (specification[i].value) {
      case 'm':
      case 'v':
      case 'b':
        break;
      case 's':
        parameter.kind = Parameter::Kind::star;
        break;
      case 'o':
        parameter.kind = Parameter::Kind::optional;
        break;
      case 'O': {
        parameter.kind = Parameter::Kind::optional;
        parameter.has_default = true;
        if (i + 1 < specification.size() && specification[i + 1].kind == TokenKind::begin_group) {
          int depth = 0;
          for (++i; i < specification.size(); ++i) {
            if (specification[i].kind == TokenKind::begin_group && depth++ == 0) continue;
            if (specification[i].kind == TokenKind::end_group && --depth == 0) break;
            parameter.default_value.push_back(specification[i]);
          }
        }
        break;
      }
      default:
        continue;
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

void Expander::document_command(const Token& token) {
  bool ok = false;
  MacroDefinition macro;
  macro.name = read_control_name(ok);
  macro.parameters = xparse_parameters(read_argument());
  macro.body = read_argument();
  const bool provide = names_.text(token.value).starts_with("Provide");
  if (!ok || (provide && macros_.find(macro.name) != nullptr)) return;
  define(std::move(macro), false, token);
}

void Expander::new_if(const Token&) {
  bool ok = false;
  const std::uint32_t id = read_control_name(ok);
  if (!ok) return;
  const std::string name = names_.text(id);
  if (!name.starts_with("if") || name.size() < 3) return;
  flag_ids_.insert(name.substr(2));
  flags_.emplace(names_.id(name.substr(2)), false);
}

// ---------------------------------------------------------------- environments

void Expander::new_environment(const Token& token) {
  read_star();
  const std::string name = read_name();
  EnvironmentDefinition environment;
  environment.begin.parameters = latex_parameters();
  environment.begin.body = read_argument();
  environment.end = read_argument();
  if (name.empty() || name.size() > 100 || is_protected_environment(name)) return;
  environment.begin.name = names_.id(name);
  (void)token;
  environments_[environment.begin.name] = std::move(environment);
}

void Expander::begin_environment(const Token& token) {
  Token open;
  skip_spaces();
  if (!peek(open) || open.kind != TokenKind::begin_group) return;
  next(open);
  TokenList raw;
  std::size_t read = 0;
  Token part;
  bool closed = false;
  while (read++ < 200 && next(part)) {  // environment names are short: a lost brace must not eat the paper
    if (part.kind == TokenKind::end_group) {
      closed = true;
      break;
    }
    raw.push_back(part);
    if (part.kind == TokenKind::paragraph) break;
  }
  if (!closed) {
    warn(token, "\\begin without a name");
    push_tokens(std::move(raw));
    return;
  }
  const std::string name = expand_string(std::move(raw));
  const std::uint32_t id = names_.id(name);
  if (const auto found = environments_.find(id);
      found != environments_.end() && !exhausted_ && token.depth < kMaxMacroDepth) {
    const EnvironmentDefinition environment = found->second;
    macros_.open_group();
    std::vector<TokenList> arguments;
    if (!read_parameters(token, environment.begin, arguments)) return;
    open_environments_.push_back({id, substitute(environment.end, arguments, token)});
    push_tokens(substitute(environment.begin.body, arguments, token));
    return;
  }
  Token made = token;
  made.kind = TokenKind::env_begin;
  made.value = id;
  if (token.depth == 0 && last_.file == token.file && last_.end >= token.end) made.end = last_.end;
  macros_.open_group();
  emit(made);
}

void Expander::end_environment(const Token& token) {
  Token open;
  skip_spaces();
  if (!peek(open) || open.kind != TokenKind::begin_group) return;
  next(open);
  TokenList raw;
  Token part;
  std::size_t read = 0;
  while (read++ < 200 && next(part)) {
    if (part.kind == TokenKind::end_group || part.kind == TokenKind::paragraph) break;
    raw.push_back(part);
  }
  const std::uint32_t id = names_.id(expand_string(std::move(raw)));
  if (environments_.contains(id) && !exhausted_) {
    const auto found =
        std::find_if(open_environments_.rbegin(), open_environments_.rend(),
                     [&](const OpenEnvironment& environment) { return environment.name == id; });
    if (found == open_environments_.rend()) return;
    TokenList end = std::move(found->end);
    open_environments_.erase(std::next(found).base(), open_environments_.end());
    end.push_back(token_like(token, TokenKind::control, n_endscope_));
    push_tokens(std::move(end));
    return;
  }
  Token made = token;
  made.kind = TokenKind::env_end;
  made.value = id;
  if (token.depth == 0 && last_.file == token.file && last_.end >= token.end) made.end = last_.end;
  macros_.close_group();
  emit(made);
  if (names_.text(id) == "document" && floor_ == 0 && !definitions_only_) {
    ended_ = true;
    frames_.clear();
    open_files_.clear();
  }
}

// ---------------------------------------------------------------- expansion

bool Expander::read_parameters(const Token& call, const MacroDefinition& macro,
                               std::vector<TokenList>& arguments) {
  if (!macro.prefix.empty()) {
    TokenList taken;
    Token token;
    for (const Token& wanted : macro.prefix) {
      if (!next(token)) break;
      taken.push_back(token);
      if (token.kind != wanted.kind || token.value != wanted.value) {
        push_tokens(std::move(taken));
        return false;
      }
    }
  }
  for (const Parameter& parameter : macro.parameters) {
    TokenList argument;
    switch (parameter.kind) {
      case Parameter::Kind::mandatory:
        argument = read_argument();
        break;
      case Parameter::Kind::optional:
        if (!read_optional(argument)) {
          argument = parameter.default_value;
          if (!parameter.has_default) argument.push_back(token_like(call, TokenKind::control, n_novalue_));
        }
        break;
      case Parameter::Kind::star:
        argument.push_back(token_like(call, TokenKind::control, read_star() ? n_true_ : n_false_));
        break;
      case Parameter::Kind::delimited: {
        const TokenList& delimiter = parameter.delimiter;
        std::size_t depth = 0;
        Token token;
        bool found = false;
        while (next(token)) {
          argument.push_back(token);
          if (token.kind == TokenKind::begin_group) ++depth;
          if (token.kind == TokenKind::end_group && depth > 0) --depth;
          if (depth == 0 && argument.size() >= delimiter.size()) {
            const std::size_t offset = argument.size() - delimiter.size();
            found = std::equal(
                delimiter.begin(), delimiter.end(), argument.begin() + static_cast<std::ptrdiff_t>(offset),
                [](const Token& a, const Token& b) { return a.kind == b.kind && a.value == b.value; });
            if (found) {
              argument.resize(offset);
              break;
            }
          }
          if (argument.size() > 5'000) break;
        }
        if (!found) {
          push_tokens(std::move(argument));
          return false;
        }
        if (argument.size() >= 2 && argument.front().kind == TokenKind::begin_group &&
            argument.back().kind == TokenKind::end_group && argument.size() < 200) {
          argument.erase(argument.begin());
          argument.pop_back();
        }
        break;
      }
    }
    arguments.push_back(std::move(argument));
  }
  return true;
}

TokenList Expander::substitute(const TokenList& body, const std::vector<TokenList>& arguments,
                               const Token& call) {
  TokenList out;
  out.reserve(body.size());
  const std::uint32_t end =
      call.depth == 0 && last_.file == call.file && last_.end >= call.end ? last_.end : call.end;
  const auto depth = static_cast<std::uint8_t>(std::min<int>(call.depth + 1, kNoExpand - 1));
  for (const Token& token : body) {
    if (token.kind == TokenKind::parameter) {
      const std::size_t number = token.value & 0xff;
      if ((token.value >> 8) == 0 && number >= 1 && number <= arguments.size()) {
        const TokenList& argument = arguments[number - 1];
        if (!work(argument.size())) return out;
        out.insert(out.end(), argument.begin(), argument.end());
        continue;
      }
      if ((token.value >> 8) > 0) {
        Token inner = token;
        inner.value -= 256;
        out.push_back(inner);
        continue;
      }
    }
    Token made = token;
    made.file = call.file;
    made.start = call.start;
    made.end = end;
    if (made.depth != kNoExpand) made.depth = depth;
    out.push_back(made);
  }
  if (!out.empty() && arguments.empty()) out.back().space_after = out.back().space_after || call.space_after;
  work(body.size());
  return out;
}

bool Expander::expand_macro(const Token& call, const MacroDefinition& macro) {
  if (call.depth >= kMaxMacroDepth) {
    if (!depth_warned_)
      warn(call, fmt::format("\\{} is nested deeper than {} expansions; left as it is",
                             names_.text(call.value), kMaxMacroDepth));
    depth_warned_ = true;
    return false;
  }
  if (exhausted_) return false;
  std::vector<TokenList> arguments;
  if (!read_parameters(call, macro, arguments)) return false;
  if (macro.review_note) {
    const TokenList& note = arguments.empty() ? macro.body : arguments.back();
    warn(call,
         fmt::format("review note \\{} left out: {}", names_.text(call.value),
                     utf8_prefix(to_tex(note, 0, std::min<std::size_t>(note.size(), 120), names_), 120)));
    return true;
  }
  push_tokens(substitute(macro.body, arguments, call));
  return true;
}

}  // namespace p2c::paper::latex
