// Bodies in the algorithm2e dialect: statements end at \;, blocks are arguments of their commands.
#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"
#include "paper/latex/pseudocode.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxLines = 2'000;
constexpr int kMaxDepth = 40;

class Reader {
 public:
  Reader(const Stream& stream, WriterContext& context, Mentions& mentions, const PseudocodeOptions& options)
      : s_(stream), context_(context), mentions_(mentions), options_(options) {}

  Pseudocode run(Range range) {
    body(range, 0);
    for (auto* list : {&result_.inputs, &result_.outputs})
      std::erase_if(*list, [](const std::string& text) { return text.empty(); });
    return std::move(result_);
  }

 private:
  std::string write(Range range) {
    Mentions inner;
    TextWriter writer(s_, context_, inner);
    writer.set_pseudocode(true);
    writer.append(range);
    for (const std::string& label : inner.labels)
      result_.labels.emplace_back(label, static_cast<int>(result_.lines.size()));
    mentions_.refs.insert(mentions_.refs.end(), inner.refs.begin(), inner.refs.end());
    mentions_.cites.insert(mentions_.cites.end(), inner.cites.begin(), inner.cites.end());
    mentions_.footnotes.insert(mentions_.footnotes.end(), inner.footnotes.begin(), inner.footnotes.end());
    return writer.take();
  }

  void line(std::string kind, std::string text, int depth) {
    text = collapse_whitespace(text);
    while (text.ends_with(";")) text.pop_back();
    if (text.empty() || result_.lines.size() >= kMaxLines) return;
    AlgorithmLine line;
    line.no = static_cast<int>(result_.lines.size()) + 1;
    line.depth = std::min(depth, kMaxDepth);
    line.kind =
        kind == "stmt" && (text == "return" || text.starts_with("return ")) ? "return" : std::move(kind);
    line.text = std::move(text);
    result_.lines.push_back(std::move(line));
  }

  void comment(const std::string& text, int depth, bool own_line) {
    if (text.empty()) return;
    if (!own_line && !result_.lines.empty()) {
      std::string& old = result_.lines.back().comment;
      old += (old.empty() ? "" : " ") + text;
      return;
    }
    if (result_.lines.size() >= kMaxLines) return;
    AlgorithmLine line;
    line.no = static_cast<int>(result_.lines.size()) + 1;
    line.depth = std::min(depth, kMaxDepth);
    line.kind = "comment";
    line.comment = text;
    result_.lines.push_back(std::move(line));
  }

  struct Block {
    std::string_view command, kind, before, after;
    int conditions;  // arguments before the body: 0 or 1
    bool one_line;
    bool ends;  // closed by an "end" line (\uIf and the first parts of \eIf are not)
  };

  const Block* block_of(const std::string& name) const {
    static constexpr Block kBlocks[] = {{"For", "for", "for ", " do", 1, false, true},
                                        {"lFor", "for", "for ", " do", 1, true, false},
                                        {"ForEach", "for", "for each ", " do", 1, false, true},
                                        {"lForEach", "for", "for each ", " do", 1, true, false},
                                        {"ForAll", "for", "for all ", " do", 1, false, true},
                                        {"lForAll", "for", "for all ", " do", 1, true, false},
                                        {"ForPar", "for", "for ", " do in parallel", 1, false, true},
                                        {"While", "while", "while ", " do", 1, false, true},
                                        {"lWhile", "while", "while ", " do", 1, true, false},
                                        {"If", "if", "if ", " then", 1, false, true},
                                        {"uIf", "if", "if ", " then", 1, false, false},
                                        {"lIf", "if", "if ", " then", 1, true, false},
                                        {"ElseIf", "elif", "else if ", " then", 1, false, true},
                                        {"uElseIf", "elif", "else if ", " then", 1, false, false},
                                        {"lElseIf", "elif", "else if ", " then", 1, true, false},
                                        {"Else", "else", "else", "", 0, false, true},
                                        {"uElse", "else", "else", "", 0, false, false},
                                        {"lElse", "else", "else", "", 0, true, false},
                                        {"Begin", "stmt", "begin", "", 0, false, true},
                                        {"Loop", "while", "loop", "", 0, false, true},
                                        {"Switch", "if", "switch ", "", 1, false, true},
                                        {"Case", "elif", "case ", "", 1, false, true},
                                        {"uCase", "elif", "case ", "", 1, false, false},
                                        {"Other", "else", "otherwise", "", 0, false, true},
                                        {"lCase", "elif", "case ", "", 1, true, false},
                                        {"lOther", "else", "otherwise", "", 0, true, false}};
    const auto* found = std::find_if(std::begin(kBlocks), std::end(kBlocks),
                                     [&](const Block& block) { return block.command == name; });
    return found == std::end(kBlocks) ? nullptr : found;
  }

  std::size_t skip_block_option(std::size_t i, std::size_t end) {  // \For(comment){..}
    const std::size_t at = skip_spaces(s_, i, end);
    if (!is_character(s_, at, end, '(')) return i;
    int depth = 0;
    for (std::size_t k = at; k < end && k < at + 500; ++k) {
      if (s_.tokens[k].kind == TokenKind::begin_group && s_.partner[k] != kNone) {
        k = s_.partner[k];
        continue;
      }
      if (is_character(s_, k, end, '(')) ++depth;
      if (is_character(s_, k, end, ')') && --depth == 0) return k + 1;
    }
    return i;
  }

  std::size_t open_block(const Block& block, std::size_t i, std::size_t end, int depth) {
    std::size_t at = skip_block_option(i + 1, end);
    std::string text(block.before);
    if (block.conditions > 0) {
      const Argument condition = argument_at(s_, at, end);
      text += write(condition.content);
      text += block.after;
      at = skip_block_option(condition.after, end);
    }
    const Argument inner = group_at(s_, at, end);
    if (block.one_line) {
      text += " " + write(inner.content);
      line(std::string(block.kind), text, depth);
      return inner.present ? inner.after : at;
    }
    line(std::string(block.kind), text, depth);
    if (inner.present) body(inner.content, depth + 1);
    if (block.ends && options_.end_lines && inner.present && !followed_by_else(inner.after, end))
      line("end", "end", depth);
    return inner.present ? inner.after : at;
  }

  bool followed_by_else(std::size_t i, std::size_t end) const {
    while (i < end && (s_.tokens[i].kind == TokenKind::space || s_.tokens[i].kind == TokenKind::paragraph))
      ++i;
    if (i >= end || s_.tokens[i].kind != TokenKind::control) return false;
    return contains(context_.names.text(s_.tokens[i].value), "Else");
  }

  void add_io(std::vector<std::string>& list, Range range) {
    std::string text = write(range);
    while (text.ends_with(";")) text.pop_back();
    if (!text.empty()) list.push_back(std::move(text));
  }

  void body(Range range, int depth) {
    if (depth > kMaxDepth) return;
    std::size_t piece = range.begin;
    std::size_t k = range.begin;
    const auto flush = [&](std::size_t at) {
      if (piece < at) line("stmt", write({piece, at}), depth);
    };
    while (k < range.end) {
      const Token& token = s_.tokens[k];
      const bool closed = s_.partner[k] != kNone && s_.partner[k] > k && s_.partner[k] < range.end;
      if (token.kind == TokenKind::env_begin && closed) {
        const EnvKind kind = env_kind(context_.names.text(token.value));
        if (kind == EnvKind::itemize || kind == EnvKind::enumerate || kind == EnvKind::description) {
          flush(k);
          steps(inside(s_, k, range.end), depth + (in_steps_ ? 1 : 0));
          piece = k = after(s_, k, range.end);
          continue;
        }
      }
      if ((token.kind == TokenKind::math_shift || token.kind == TokenKind::env_begin) && closed) {
        k = after(s_, k, range.end);
        continue;
      }
      if (token.kind == TokenKind::paragraph) {
        flush(k);
        piece = ++k;
        continue;
      }
      if (token.kind != TokenKind::control) {
        ++k;
        continue;
      }
      const std::string& name = context_.names.text(token.value);
      const auto take = [&](std::size_t next) { piece = k = std::max(next, k + 1); };
      if (name == ";" || name == "\\" || name == "BlankLine") {
        flush(k);
        take(k + 1);
        continue;
      }
      if (name == "caption" || name == "label" || name == "SetAlgoRefName") {
        flush(k);
        const Argument argument = group_at(s_, option_at(s_, k + 1, range.end).after, range.end);
        if (name == "label" && argument.present && depth > 0) {
          result_.labels.emplace_back(collapse_whitespace(plain_string(s_.tokens, argument.content.begin,
                                                                       argument.content.end, context_.names)),
                                      static_cast<int>(result_.lines.size()));
        }
        take(argument.after);
        continue;
      }
      if (const Block* block = block_of(name)) {
        flush(k);
        take(open_block(*block, k, range.end, depth));
        continue;
      }
      if (name == "eIf" || name == "leIf") {
        flush(k);
        const Argument condition = argument_at(s_, skip_block_option(k + 1, range.end), range.end);
        const Argument yes = group_at(s_, skip_block_option(condition.after, range.end), range.end);
        const Argument no = group_at(s_, skip_block_option(yes.after, range.end), range.end);
        if (name == "leIf") {
          line(
              "if",
              "if " + write(condition.content) + " then " + write(yes.content) + " else " + write(no.content),
              depth);
        } else {
          line("if", "if " + write(condition.content) + " then", depth);
          body(yes.content, depth + 1);
          line("else", "else", depth);
          body(no.content, depth + 1);
          if (options_.end_lines) line("end", "end", depth);
        }
        take(no.after);
        continue;
      }
      if (name == "Repeat" || name == "lRepeat") {
        flush(k);
        const Argument condition = argument_at(s_, skip_block_option(k + 1, range.end), range.end);
        const Argument inner = group_at(s_, condition.after, range.end);
        line("repeat", "repeat", depth);
        body(inner.content, depth + 1);
        line("until", "until " + write(condition.content), depth);
        take(inner.after);
        continue;
      }
      if (name == "KwIn" || name == "KwData" || name == "KwOut" || name == "KwResult") {
        flush(k);
        const Argument argument = group_at(s_, k + 1, range.end);
        add_io(name == "KwIn" || name == "KwData" ? result_.inputs : result_.outputs, argument.content);
        take(argument.after);
        continue;
      }
      if (name == "tcp" || name == "tcc" || name == "tcpas") {
        flush(k);
        const bool star = is_character(s_, k + 1, range.end, '*');
        const Argument argument = group_at(s_, option_at(s_, k + (star ? 2 : 1), range.end).after, range.end);
        comment(write(argument.content), depth, !star);
        take(argument.after);
        continue;
      }
      if (const std::size_t next = keyword(name, k, range.end, depth, piece); next != k) {
        take(next);
        continue;
      }
      if (const auto arguments = command_arguments(name); arguments && !contains(*arguments, "k")) {
        flush(k);
        take(skip_arguments(s_, *arguments, k + 1, range.end));
        continue;
      }
      ++k;
    }
    flush(range.end);
  }

  // An algorithm written as a list: an item a line, inner lists one level deeper.
  void steps(Range range, int depth) {
    const bool outer = std::exchange(in_steps_, true);
    std::size_t piece = kNone;
    for (std::size_t k = range.begin; k < range.end; ++k) {
      const Token& token = s_.tokens[k];
      const bool opens = token.kind == TokenKind::env_begin || token.kind == TokenKind::begin_group;
      if (opens && s_.partner[k] != kNone && s_.partner[k] > k && s_.partner[k] < range.end) {
        k = s_.partner[k];
        continue;
      }
      if (token.kind != TokenKind::control || context_.names.text(token.value) != "item") continue;
      if (piece != kNone) body({piece, k}, depth);
      piece = k + 1;
    }
    if (piece != kNone) body({piece, range.end}, depth);
    in_steps_ = outer;
  }

  std::string after_word(const std::string& name) const {
    const auto found = options_.keywords->find(name + "/after");
    return found == options_.keywords->end() ? std::string() : found->second;
  }

  // Commands the paper declared; k unchanged when `name` is none or prints inside a statement.
  std::size_t keyword(const std::string& name, std::size_t k, std::size_t end, int depth, std::size_t piece) {
    std::string role;
    if (options_.keywords != nullptr) {
      const auto found = options_.keywords->find(name);
      if (found != options_.keywords->end()) role = found->second;
    }
    if (role.empty() && (name == "Input" || name == "Output"))
      role = name == "Input" ? "in:Input" : "out:Output";
    if (role.empty()) return k;
    const std::string word = role.substr(role.find(':') + 1);
    if (role.starts_with("in:") || role.starts_with("out:")) {
      if (piece < k) line("stmt", write({piece, k}), depth);
      const Argument argument = group_at(s_, k + 1, end);
      add_io(role.starts_with("in:") ? result_.inputs : result_.outputs, argument.content);
      return std::max(k + 1, argument.after);
    }
    if (role.starts_with("block:") || role.starts_with("else:")) {
      if (piece < k) line("stmt", write({piece, k}), depth);
      const Argument inner = group_at(s_, skip_block_option(k + 1, end), end);
      line(role.starts_with("else:") ? "else" : "stmt", word, depth);
      if (inner.present) body(inner.content, depth + 1);
      if (options_.end_lines) line("end", "end", depth);
      return std::max(k + 1, inner.after);
    }
    if (role.starts_with("repeat:")) {
      if (piece < k) line("stmt", write({piece, k}), depth);
      const Argument condition = group_at(s_, skip_block_option(k + 1, end), end);
      const Argument inner = group_at(s_, condition.after, end);
      line("repeat", word, depth);
      body(inner.content, depth + 1);
      line("until", after_word(name) + " " + write(condition.content), depth);
      return std::max({k + 1, condition.after, inner.after});
    }
    if (role.starts_with("prog:") || role.starts_with("for:") || role.starts_with("if:") ||
        role.starts_with("elif:")) {
      if (piece < k) line("stmt", write({piece, k}), depth);
      const Argument title = group_at(s_, k + 1, end);
      const Argument inner = group_at(s_, title.after, end);
      const std::string behind = after_word(name);
      line(role.starts_with("prog:") ? "function" : role.substr(0, role.find(':')),
           word + (word.empty() ? "" : " ") + write(title.content) + (behind.empty() ? "" : " " + behind),
           depth);
      body(inner.content, depth + 1);
      if (options_.end_lines) line("end", "end", depth);
      return std::max({k + 1, title.after, inner.after});
    }
    if (role.starts_with("comment:")) {
      if (piece < k) line("stmt", write({piece, k}), depth);
      const bool star = is_character(s_, k + 1, end, '*');
      const Argument argument = group_at(s_, option_at(s_, k + (star ? 2 : 1), end).after, end);
      comment(write(argument.content), depth, !star);
      return std::max(k + 1, argument.after);
    }
    return k;
  }

  const Stream& s_;
  WriterContext& context_;
  Mentions& mentions_;
  const PseudocodeOptions& options_;
  Pseudocode result_;
  bool in_steps_ = false;
};

}  // namespace

Pseudocode parse_algorithm2e(const Stream& stream, Range range, WriterContext& context, Mentions& mentions,
                             const PseudocodeOptions& options) {
  return Reader(stream, context, mentions, options).run(range);
}

}  // namespace p2c::paper::latex
