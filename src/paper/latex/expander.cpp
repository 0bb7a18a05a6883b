// The input stack of the expander and its dispatch.
#include "paper/latex/expander.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kBaseWork =
    3'000'000;  // tokens read or made before expansion stops, besides kWorkPerSourceToken
constexpr std::size_t kMaxWarnings = 400;
constexpr int kMaxNesting = 24;  // of expansions inside expansions (\expandafter chains, file names)

}  // namespace

Expander::Expander(SourceTree& sources, Names& names, const CancelToken& cancel)
    : sources_(sources), names_(names), cancel_(cancel), work_limit_(kBaseWork) {
  n_begin_ = names_.id("begin");
  n_end_ = names_.id("end");
  n_fi_ = names_.id("fi");
  n_else_ = names_.id("else");
  n_or_ = names_.id("or");
  n_endscope_ = names_.id("p2c@endscope");
  n_endcsname_ = names_.id("endcsname");
  n_novalue_ = names_.id("p2c@novalue");
  n_true_ = names_.id("p2c@true");
  n_false_ = names_.id("p2c@false");
  sink_ = &output_;
  const auto on = [&](std::initializer_list<std::string_view> commands, Handler handler) {
    for (const std::string_view command : commands) handlers_[names_.id(command)] = handler;
  };
  on({"newcommand", "renewcommand", "providecommand", "DeclareRobustCommand", "newrobustcmd",
      "renewrobustcmd", "providerobustcmd", "algnewcommand", "algrenewcommand"},
     &Expander::new_command);
  on({"def", "gdef", "edef", "xdef"}, &Expander::tex_def);
  on({"let"}, &Expander::tex_let);
  on({"DeclareMathOperator"}, &Expander::math_operator);
  on({"DeclarePairedDelimiter"}, &Expander::paired_delimiter);
  on({"NewDocumentCommand", "RenewDocumentCommand", "DeclareDocumentCommand", "ProvideDocumentCommand"},
     &Expander::document_command);
  on({"newenvironment", "renewenvironment"}, &Expander::new_environment);
  on({"newif"}, &Expander::new_if);
  on({"algdef", "algblock", "algblockdefx", "algblockx"}, &Expander::algorithm_blocks);
  on({"newtcolorbox", "renewtcolorbox", "newmdenv", "renewmdenv"}, &Expander::new_box);
  on({"algtext", "algnotext"}, &Expander::hidden_algorithm_lines);
  on({"begin"}, &Expander::begin_environment);
  on({"end"}, &Expander::end_environment);
  on({"input", "include", "subfile", "subfileinclude", "import", "subimport", "includefrom", "inputfrom",
      "subincludefrom", "InputIfFileExists", "IfFileExists"},
     &Expander::include);
  on({"usepackage", "RequirePackage", "documentclass", "LoadClass", "documentstyle"}, &Expander::use_package);
  on({"bibliography", "addbibresource", "printbibliography", "putbib"}, &Expander::bibliography);
  on({"includestandalone"}, &Expander::include_standalone);
  on({"graphicspath"}, &Expander::graphics_path);
}

// ---------------------------------------------------------------- limits and warnings

bool Expander::work(std::size_t amount) {
  const std::size_t before = work_done_;
  work_done_ += amount;
  if ((before >> 16) != (work_done_ >> 16)) cancel_.check();
  if (work_done_ <= work_limit_) return true;
  if (!exhausted_) {
    exhausted_ = true;
    Token nowhere;
    warn(nowhere, "macro expansion was stopped at its limit; later macros stay as written");
  }
  return false;
}

std::string Expander::place(const Token& at) const {
  if (at.file >= sources_.loaded()) return {};
  const SourceFile& file = sources_.file(at.file);
  return fmt::format("{}:{}", file.path, line_of(file, at.start));
}

void Expander::warn(const Token& at, std::string message) {
  if (definitions_only_ || warnings_.size() >= kMaxWarnings) return;
  warnings_.push_back({place(at), std::move(message)});
}

// ---------------------------------------------------------------- input stack

bool Expander::next(Token& token) {
  while (frames_.size() > floor_) {
    Frame& top = frames_.back();
    if (top.pos < top.end) {
      token = (*top.tokens)[top.pos++];
      if (token.depth == 0) last_ = token;
      work(1);
      return true;
    }
    if (top.is_file) {
      if (!open_files_.empty()) open_files_.pop_back();
    }
    frames_.pop_back();
  }
  return false;
}

bool Expander::peek(Token& token) {
  for (std::size_t i = frames_.size(); i > floor_; --i) {
    const Frame& frame = frames_[i - 1];
    if (frame.pos < frame.end) {
      token = (*frame.tokens)[frame.pos];
      return true;
    }
  }
  return false;
}

void Expander::skip_spaces() {
  Token token;
  while (peek(token) && token.kind == TokenKind::space) next(token);
}

void Expander::push_tokens(TokenList tokens) {
  if (tokens.empty()) return;
  Frame frame;
  frame.end = tokens.size();
  frame.tokens = std::make_shared<const TokenList>(std::move(tokens));
  // Exhausted frames are dropped first, so that a macro ending in a macro does not grow the stack.
  while (frames_.size() > floor_ && !frames_.back().is_file && frames_.back().pos >= frames_.back().end)
    frames_.pop_back();
  frames_.push_back(std::move(frame));
}

void Expander::push_back(const Token& token) {
  if (frames_.size() > floor_) {
    Frame& top = frames_.back();
    if (top.pos > 0) {
      const Token& before = (*top.tokens)[top.pos - 1];
      if (before.kind == token.kind && before.value == token.value && before.start == token.start &&
          before.depth == token.depth) {
        --top.pos;
        return;
      }
    }
  }
  push_tokens({token});
}

void Expander::emit(const Token& token) {
  if (!definitions_only_ || sink_ != &output_) sink_->push_back(token);
}

bool Expander::read_group(TokenList& out) {
  std::size_t depth = 1;
  Token token;
  while (next(token)) {
    if (token.kind == TokenKind::begin_group) {
      ++depth;
    } else if (token.kind == TokenKind::end_group && --depth == 0) {
      return true;
    }
    out.push_back(token);
  }
  return false;
}

TokenList Expander::read_argument() {
  skip_spaces();
  Token token;
  TokenList out;
  if (!peek(token) || token.kind == TokenKind::end_group || token.kind == TokenKind::paragraph) return out;
  next(token);
  if (token.kind != TokenKind::begin_group) {
    out.push_back(token);
    return out;
  }
  if (exhausted_) return {token};
  if (read_group(out)) return out;
  // No closing brace in the rest of the input: the argument is taken to end with the paragraph.
  const auto stop =
      std::find_if(out.begin(), out.end(), [](const Token& t) { return t.kind == TokenKind::paragraph; });
  warn(token, "an argument is never closed; it was ended at the paragraph");
  TokenList rest(stop, out.end());
  out.erase(stop, out.end());
  push_tokens(std::move(rest));
  work(100'000);  // each of these costs a scan of the rest
  return out;
}

bool Expander::read_optional(TokenList& out) {
  Token token;
  TokenList blanks;
  while (peek(token) && token.kind == TokenKind::space) {
    next(token);
    blanks.push_back(token);
  }
  if (!peek(token) || token.kind != TokenKind::character || token.value != '[') {
    if (!blanks.empty()) push_back(blanks.back());
    return false;
  }
  next(token);
  TokenList taken = {token};
  std::size_t depth = 0;
  while (next(token)) {
    taken.push_back(token);
    if (token.kind == TokenKind::begin_group) ++depth;
    if (token.kind == TokenKind::end_group && depth-- == 0) break;
    if (depth == 0 && token.kind == TokenKind::character && token.value == ']') {
      out.assign(taken.begin() + 1, taken.end() - 1);
      return true;
    }
    if (taken.size() > 20'000 || token.kind == TokenKind::paragraph) break;
  }
  push_tokens(std::move(taken));
  return false;
}

bool Expander::read_star() {
  Token token;
  skip_spaces();
  if (peek(token) && token.kind == TokenKind::character && token.value == '*') {
    next(token);
    return true;
  }
  return false;
}

std::string Expander::read_name() {
  const TokenList argument = read_argument();
  if (argument.size() == 1 && argument[0].kind == TokenKind::control) return names_.text(argument[0].value);
  return plain_string(argument, 0, argument.size(), names_);
}

std::uint32_t Expander::read_control_name(bool& ok) {
  const TokenList argument = read_argument();
  for (const Token& token : argument) {
    if (token.kind == TokenKind::control) {
      ok = true;
      return token.value;
    }
  }
  ok = false;
  return 0;
}

TokenList Expander::expand_list(TokenList tokens) {
  if (nesting_ >= kMaxNesting || exhausted_) return tokens;
  ++nesting_;
  TokenList out;
  TokenList* const old_sink = sink_;
  const std::size_t old_floor = floor_;
  floor_ = frames_.size();
  sink_ = &out;
  macros_.open_group();
  const std::size_t groups = macros_.groups();
  push_tokens(std::move(tokens));
  expand_until(floor_);
  while (macros_.groups() >= groups) macros_.close_group();
  sink_ = old_sink;
  floor_ = old_floor;
  --nesting_;
  return out;
}

std::string Expander::expand_string(TokenList tokens) {
  const bool plain =
      std::none_of(tokens.begin(), tokens.end(), [](const Token& t) { return t.kind == TokenKind::control; });
  if (!plain) tokens = expand_list(std::move(tokens));
  return plain_string(tokens, 0, tokens.size(), names_);
}

// ---------------------------------------------------------------- main loop

void Expander::expand_until(std::size_t frames) {
  Token token;
  while (frames_.size() > frames && next(token)) handle(token);
}

void Expander::handle(const Token& token) {
  switch (token.kind) {
    case TokenKind::begin_group:
      macros_.open_group();
      emit(token);
      return;
    case TokenKind::end_group:
      macros_.close_group();
      emit(token);
      return;
    case TokenKind::control:
      break;
    default:
      emit(token);
      return;
  }
  if (token.depth == kNoExpand) return emit(token);
  if (exhausted_ && token.value != n_begin_ && token.value != n_end_) return emit(token);
  if (const MacroDefinition* macro = macros_.find(token.value)) {
    const MacroPtr keep = macros_.get(token.value);
    if (expand_macro(token, *macro)) return;
    return emit(token);
  }
  if (conditional(token)) return;
  if (const auto handler = handlers_.find(token.value); handler != handlers_.end())
    return (this->*handler->second)(token);
  other_primitive(token);
}

// Primitives too small for a function of their own.
void Expander::other_primitive(const Token& token) {
  const std::string& name = names_.text(token.value);
  Token first, second;
  if (name == "expandafter") {
    if (nesting_ >= kMaxNesting || !next(first)) return;
    if (next(second)) {
      ++nesting_;
      expand_once(second);
      --nesting_;
    }
    push_tokens({first});
  } else if (name == "noexpand" || name == "unexpanded") {
    if (next(first)) emit(first);
  } else if (name == "csname") {
    csname(token);
  } else if (name == "endinput") {
    end_input();
  } else if (name == "global") {
    global_prefix_ = true;
  } else if (name == "long" || name == "protect" || name == "relax" || name == "outer" ||
             name == "immediate" || name == "protected" || name == "endcsname") {
    // prefixes that change nothing here
  } else if (name == "begingroup" || name == "bgroup") {
    macros_.open_group();
  } else if (name == "endgroup" || name == "egroup" || token.value == n_endscope_) {
    macros_.close_group();
  } else if (name == "pdfstringdefDisableCommands" || name == "DeclareOption" || name == "newcolumntype" ||
             name == "catcode" || name == "externaldocument" || name == "lstdefinelanguage") {
    drop_arguments(name);
  } else if (name == "excludecomment" || name == "includecomment") {
    read_argument();
  } else if (name == "@ifnextchar" || name == "@ifstar") {
    const TokenList wanted = name == "@ifstar" ? TokenList{} : read_argument();
    TokenList yes = read_argument(), no = read_argument();
    skip_spaces();
    bool match = false;
    if (peek(first)) {
      const std::uint32_t value = name == "@ifstar" ? '*' : wanted.empty() ? 0 : wanted[0].value;
      match = first.value == value && first.kind != TokenKind::control;
    }
    if (match && name == "@ifstar") next(first);
    push_tokens(match ? std::move(yes) : std::move(no));
  } else {
    emit(token);
  }
}

void Expander::drop_arguments(const std::string& name) {
  Token token;
  TokenList dropped;
  if (name == "catcode") {
    while (peek(token) && token.kind != TokenKind::paragraph && token.kind != TokenKind::space) next(token);
    return;
  }
  read_optional(dropped);
  read_argument();
  if (name == "pdfstringdefDisableCommands" || name == "externaldocument") return;
  while (read_optional(dropped)) {
  }
  read_argument();
}

void Expander::expand_once(const Token& token) {
  if (token.kind == TokenKind::control && token.depth != kNoExpand) {
    const std::string& name = names_.text(token.value);
    if (const MacroPtr macro = macros_.get(token.value)) {
      if (expand_macro(token, *macro)) return;
    } else if (name == "csname") {
      return csname(token);
    } else if (name == "expandafter") {
      return other_primitive(token);
    }
  }
  push_tokens({token});
}

void Expander::csname(const Token& token) {
  std::string name;
  Token part;
  std::size_t steps = 0;
  while (next(part) && ++steps < 2'000) {
    if (part.kind == TokenKind::control) {
      if (part.value == n_endcsname_) break;
      if (const MacroPtr macro = macros_.get(part.value); macro && expand_macro(part, *macro)) continue;
      if (names_.text(part.value) == "csname") continue;  // nested: its characters are simply joined
    } else if (part.kind == TokenKind::character) {
      append_utf8(name, part.value);
    }
  }
  if (name.empty() || name.size() > 200) return;
  Token made = token;
  made.value = names_.id(name);
  made.depth = static_cast<std::uint8_t>(std::min<int>(token.depth + 1, kNoExpand - 1));
  push_tokens({made});
}

void Expander::run(const std::string& main_file) {
  main_file_ = main_file;
  main_folder_ = folder_of(main_file);
  ended_ = false;
  Token start;
  if (!push_file(main_file, false, start)) {
    throw Error(ErrorCode::not_found, "the main file cannot be read",
                {.subject = main_file, .found = {}, .expected = {}, .hint = {}});
  }
  expand_until(0);
  if (live_ifs_ > 0) {
    warn(start, fmt::format("{} conditional(s) without \\fi", live_ifs_));
    live_ifs_ = 0;
  }
}

void Expander::run_supplement(const std::string& path) {
  const auto tokens = tokens_of(path, false);
  if (!tokens || exhausted_) return;
  // The main document's \end{document} makes room for the supplement.
  const std::uint32_t document = names_.id("document");
  const auto is_end = [&](const Token& t) { return t.kind == TokenKind::env_end && t.value == document; };
  std::erase_if(output_, is_end);
  Token mark;
  mark.kind = TokenKind::paragraph;
  output_.push_back(mark);
  mark.kind = TokenKind::control;
  mark.value = names_.id("appendix");
  output_.push_back(mark);
  const std::string main_file = main_file_;
  main_file_ = path;
  if (push_file(path, true, mark)) expand_until(0);
  main_file_ = main_file;
}

void Expander::read_front_matter(const std::string& path) {
  Token nowhere;
  TokenList body = std::move(output_);
  output_.clear();
  if (push_file(path, false, nowhere)) expand_until(0);
  warn(nowhere,
       fmt::format("{} defines the title but nothing in the source includes it; it was read first", path));
  output_.insert(output_.end(), body.begin(), body.end());
}

void Expander::read_definitions(const std::string& path, bool is_style) {
  if (nesting_ >= kMaxNesting || exhausted_) return;
  const auto tokens = tokens_of(path, is_style);
  if (!tokens) return;
  ++nesting_;
  const bool old_style = in_style_, old_only = definitions_only_;
  const int old_ifs = live_ifs_;
  const std::size_t old_floor = floor_;
  in_style_ = is_style;
  definitions_only_ = true;
  floor_ = frames_.size();
  Frame frame;
  frame.tokens = tokens;
  frame.end = tokens->size();
  frames_.push_back(std::move(frame));
  const std::size_t groups = macros_.groups();
  expand_until(floor_);
  while (macros_.groups() > groups) macros_.close_group();
  floor_ = old_floor;
  in_style_ = old_style;
  definitions_only_ = old_only;
  live_ifs_ = old_ifs;
  --nesting_;
}

std::vector<Macro> Expander::macros() const {
  return recorded_;
}

}  // namespace p2c::paper::latex
