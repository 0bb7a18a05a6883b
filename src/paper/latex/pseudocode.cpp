// algorithmic and algorithmicx bodies, codebox bodies, listings.
#include "paper/latex/pseudocode.h"

#include <algorithm>

#include "base/text.h"
#include "paper/latex/commands.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxLines = 2'000;
constexpr int kMaxLineDepth = 40;

// Collects one line after the other; text of a line may come in several pieces.
class LineCollector {
 public:
  LineCollector(const Stream& stream, WriterContext& context, Mentions& mentions)
      : s_(stream), context_(context), mentions_(mentions) {}

  std::string write(Range range) {
    Mentions inner;
    TextWriter writer(s_, context_, inner);
    writer.set_pseudocode(true);
    writer.append(range);
    std::string text = writer.take();
    for (const std::string& label : inner.labels)
      result.labels.emplace_back(label, static_cast<int>(result.lines.size()) + (open_ ? 1 : 0));
    mentions_.refs.insert(mentions_.refs.end(), inner.refs.begin(), inner.refs.end());
    mentions_.cites.insert(mentions_.cites.end(), inner.cites.begin(), inner.cites.end());
    mentions_.footnotes.insert(mentions_.footnotes.end(), inner.footnotes.begin(), inner.footnotes.end());
    return text;
  }
  void open(std::string kind, std::string text) {
    close();
    line_ = {};
    line_.kind = std::move(kind);
    line_.text = std::move(text);
    line_.depth = std::clamp(depth, 0, kMaxLineDepth);
    open_ = true;
  }
  bool is_open() const { return open_; }
  bool is_blank() const { return open_ && line_.text.empty() && line_.comment.empty(); }
  AlgorithmLine& line() { return line_; }
  void add_text(const std::string& text) {
    if (text.empty()) return;
    if (!open_) open("stmt", {});
    if (!line_.text.empty()) line_.text += ' ';
    line_.text += text;
  }
  void add_comment(const std::string& text) {
    if (text.empty()) return;
    if (!open_) open("comment", {});
    line_.comment += (line_.comment.empty() ? "" : " ") + text;
  }
  void close() {
    if (!open_) return;
    open_ = false;
    line_.text = collapse_whitespace(line_.text);
    while (line_.text.ends_with(";")) line_.text.pop_back();
    if (line_.text.empty() && line_.comment.empty()) return;
    if (line_.kind == "stmt" && (line_.text == "return" || line_.text.starts_with("return ")))
      line_.kind = "return";
    if (line_.kind == "stmt" && line_.text.empty()) line_.kind = "comment";
    if (line_.kind == "stmt" && (line_.text.starts_with("#") || line_.text.starts_with("//") ||
                                 line_.text.starts_with("▷") || line_.text.starts_with("$\\triangleright$")))
      line_.kind = "comment";
    if (result.lines.size() >= kMaxLines) return;
    line_.no = static_cast<int>(result.lines.size()) + 1;
    result.lines.push_back(std::move(line_));
  }

  Pseudocode result;
  int depth = 0;

 private:
  const Stream& s_;
  WriterContext& context_;
  Mentions& mentions_;
  AlgorithmLine line_;
  bool open_ = false;
};

struct Block {
  std::string_view command;
  std::string_view kind;
  std::string_view before, after;
  bool condition = true;
};

constexpr Block kBlocks[] = {{"if", "if", "if ", " then"},
                             {"elsif", "elif", "else if ", " then"},
                             {"elseif", "elif", "else if ", " then"},
                             {"for", "for", "for ", " do"},
                             {"forall", "for", "for all ", " do"},
                             {"foreach", "for", "for each ", " do"},
                             {"while", "while", "while ", " do"},
                             {"loop", "while", "loop", "", false},
                             {"repeat", "repeat", "repeat", "", false},
                             {"procedure", "function", "procedure ", ""},
                             {"function", "function", "function ", ""},
                             {"parfor", "for", "parallel for ", " do"},
                             {"switch", "if", "switch ", ""},
                             {"case", "elif", "case ", ""},
                             {"default", "else", "default", "", false},
                             {"else", "else", "else", "", false}};

// The kind of a line by its first word, for blocks that a paper names itself.
std::string kind_of_text(const std::string& text) {
  const std::string word = to_lower(text.substr(0, text.find_first_of(" (:$")));
  if (word == "for" || word == "foreach" || word == "parfor") return "for";
  if (word == "while" || word == "loop") return "while";
  if (word == "if" || word == "switch") return "if";
  if (word == "repeat" || word == "do") return "repeat";
  if (word == "function" || word == "procedure" || word == "class" || word == "def") return "function";
  return "stmt";
}

std::string without_colon(std::string text) {
  while (!text.empty() && (text.back() == ':' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

bool is_algorithmic_block(std::string_view name) {
  return std::any_of(std::begin(kBlocks), std::end(kBlocks),
                     [&](const Block& block) { return block.command == name; });
}

Pseudocode parse_algorithmic(const Stream& s, std::size_t i, std::size_t end, WriterContext& context,
                             Mentions& mentions, const PseudocodeOptions& options) {
  LineCollector lines(s, context, mentions);
  const Range content = inside(s, i, end);
  std::size_t k = std::max(i + 1, option_at(s, content.begin, content.end).after);
  enum class Target { line, input, output } target = Target::line;
  std::size_t piece = k;
  const auto end_piece = [&](std::size_t at) {
    const Range range{piece, std::max(piece, at)};
    if (range.empty()) return;
    const std::string text = lines.write(range);
    if (text.empty()) return;
    if (target == Target::input || target == Target::output) {
      auto& list = target == Target::input ? lines.result.inputs : lines.result.outputs;
      if (list.empty() || list.back().empty()) {
        if (list.empty()) list.emplace_back();
        list.back() = text;
      } else {
        list.back() += " " + text;
      }
    } else {
      lines.add_text(text);
    }
  };
  while (k < content.end) {
    const Token& token = s.tokens[k];
    if (token.kind == TokenKind::math_shift && s.partner[k] != kNone && s.partner[k] > k &&
        s.partner[k] < content.end) {
      k = after(s, k, content.end);
      continue;
    }
    if (token.kind == TokenKind::env_begin) {
      // Multi-line maths and arrays inside a line stay in it; other environments are read through.
      if (is_inner_math(context.names.text(token.value)) ||
          env_kind(context.names.text(token.value)) == EnvKind::display_math) {
        k = std::max(k + 1, after(s, k, content.end));
      } else {
        ++k;
      }
      continue;
    }
    if (token.kind != TokenKind::control) {
      ++k;
      continue;
    }
    const std::string& name = context.names.text(token.value);
    const std::string lower = to_lower(name);
    const auto take = [&](std::size_t next) { piece = k = std::max(next, k + 1); };
    if (lower == "state" || lower == "statex" || lower == "stmt" || lower == "item" || lower == "statement") {
      end_piece(k);
      target = Target::line;
      lines.open("stmt", {});
      std::size_t next = k + 1;
      if (is_character(s, next, content.end, '*')) ++next;
      const Argument option = option_at(s, next, content.end);
      if (lower == "item" && option.present) {  // \item[\textbf{Input:}] in home-made commands
        const std::string label = to_lower(lines.write(option.content));
        if (contains(label, "input") || contains(label, "require")) {
          target = Target::input;
          lines.result.inputs.emplace_back();
          lines.close();
        } else if (contains(label, "output") || contains(label, "ensure")) {
          target = Target::output;
          lines.result.outputs.emplace_back();
          lines.close();
        } else {
          lines.add_text(lines.write(option.content));
        }
        next = option.after;
      } else if (option.present && lower == "state" && option.content.end - option.content.begin < 4) {
        next = option.after;
      }
      take(next);
      continue;
    }
    if (lower == "require" || lower == "ensure" || lower == "input" || lower == "output" ||
        lower == "inputs" || lower == "outputs" || lower == "globals") {
      end_piece(k);
      lines.close();
      target = lower == "require" || lower.starts_with("input") || lower == "globals" ? Target::input
                                                                                      : Target::output;
      (target == Target::input ? lines.result.inputs : lines.result.outputs).emplace_back();
      take(k + 1);
      continue;
    }
    if (lower == "comment" || lower == "linecomment" || lower == "lcomment" || lower == "rcomment" ||
        lower == "leftcomment" || lower == "tcp") {
      end_piece(k);
      const Argument text = group_at(s, option_at(s, k + 1, content.end).after, content.end);
      const std::string comment = text.present ? lines.write(text.content) : std::string();
      const bool own_line = lower == "linecomment" || lower == "lcomment" || lower == "leftcomment";
      if (own_line && !lines.is_blank()) lines.open("comment", {});
      if (target == Target::line || own_line) {
        if (!lines.is_open() && !lines.result.lines.empty() && !own_line) {
          AlgorithmLine& last = lines.result.lines.back();
          last.comment += (last.comment.empty() ? "" : " ") + comment;
        } else {
          lines.add_comment(comment);
        }
      } else {
        auto& list = target == Target::input ? lines.result.inputs : lines.result.outputs;
        if (!list.empty() && !comment.empty()) list.back() += " (" + comment + ")";
      }
      take(text.after);
      continue;
    }
    if (lower == "return" || lower == "print" || lower == "returns") {
      end_piece(k);
      target = Target::line;
      const std::string word = lower == "print" ? "print" : "return";
      if (lines.is_blank()) {
        lines.line().kind = word == "return" ? "return" : "stmt";
        lines.line().text = word;
      } else if (lines.is_open() && name == "Return") {
        lines.add_text(word);
      } else {
        lines.open(word == "return" ? "return" : "stmt", word);
      }
      take(k + 1);
      continue;
    }
    if (lower == "until") {
      end_piece(k);
      target = Target::line;
      lines.depth = std::max(0, lines.depth - 1);
      const Argument condition = group_at(s, k + 1, content.end);
      lines.open("until", "until " + (condition.present ? lines.write(condition.content) : std::string()));
      take(condition.after);
      continue;
    }
    if (lower.starts_with("end") && lower.size() > 3) {
      if (is_algorithmic_block(lower.substr(3))) {
        end_piece(k);
        target = Target::line;
        lines.depth = std::max(0, lines.depth - 1);
        lines.close();
        const bool hidden = std::find(options.hidden_ends.begin(), options.hidden_ends.end(), lower) !=
                            options.hidden_ends.end();
        if (options.end_lines && !hidden) lines.open("end", "end " + lower.substr(3));
        take(k + 1);
        continue;
      }
    }
    if (name.starts_with("p2c@block")) {  // of \algdef and its relatives
      end_piece(k);
      target = Target::line;
      const Argument text = group_at(s, k + 1, content.end);
      const std::string words = lines.write(text.content);
      lines.close();
      const bool opens = name != "p2c@blockend";
      if (name != "p2c@blockbegin") lines.depth = std::max(0, lines.depth - 1);
      const std::string kind = kind_of_text(words);
      const bool is_end = !opens && to_lower(words).starts_with("end");
      if (!words.empty() && (!is_end || options.end_lines))
        lines.open(is_end ? "end" : !opens && kind == "while" ? "until" : opens ? kind : "stmt", words);
      if (opens) lines.depth = std::min(lines.depth + 1, kMaxLineDepth);
      take(text.after);
      continue;
    }
    const auto* block = std::find_if(std::begin(kBlocks), std::end(kBlocks),
                                     [&](const Block& candidate) { return candidate.command == lower; });
    if (block != std::end(kBlocks)) {
      end_piece(k);
      target = Target::line;
      const bool middle = block->command.starts_with("els");
      if (middle) lines.depth = std::max(0, lines.depth - 1);
      std::size_t next = k + 1;
      const Argument option = option_at(s, next, content.end);
      if (option.present) next = option.after;
      std::string text(block->before);
      std::string comment = option.present ? lines.write(option.content) : std::string();
      lines.open(std::string(block->kind), {});
      if (block->kind == "function") {
        const Argument title = group_at(s, next, content.end);
        const Argument arguments = group_at(s, title.after, content.end);
        text += lines.write(title.content) + "(" +
                (arguments.present ? lines.write(arguments.content) : std::string()) + ")";
        next = arguments.present ? arguments.after : title.after;
      } else if (block->condition) {
        const Argument condition = group_at(s, next, content.end);
        text += condition.present ? lines.write(condition.content) : std::string();
        if (!block->after.empty() && !without_colon(text).ends_with(trim(block->after))) text += block->after;
        next = condition.present ? condition.after : next;
      }
      lines.line().text = text;
      lines.line().comment = comment;
      lines.depth = std::min(lines.depth + 1, kMaxLineDepth);
      take(next);
      continue;
    }
    if (name == "\\") {  // a new line inside or between statements
      end_piece(k);
      if (target == Target::line) {
        const int depth = lines.is_open() ? lines.line().depth : lines.depth;
        const bool opener = lines.is_open() && lines.line().kind != "stmt" && lines.line().kind != "return" &&
                            lines.line().kind != "end";
        lines.close();
        lines.open("stmt", {});
        lines.line().depth = opener ? std::clamp(lines.depth, 0, kMaxLineDepth) : depth;
      }
      take(k + 1);
      continue;
    }
    if (name == "caption" || name == "label") {
      end_piece(k);
      const Argument argument = group_at(s, option_at(s, k + 1, content.end).after, content.end);
      if (name == "label" && argument.present) {
        const std::string key = collapse_whitespace(
            plain_string(s.tokens, argument.content.begin, argument.content.end, context.names));
        lines.result.labels.emplace_back(
            key, static_cast<int>(lines.result.lines.size()) + (lines.is_open() ? 1 : 0));
      }
      take(argument.after);
      continue;
    }
    if (const auto arguments = command_arguments(name); arguments && !contains(*arguments, "k")) {
      k = std::max(k + 1, skip_arguments(s, *arguments, k + 1, content.end));
      continue;
    }
    ++k;
  }
  end_piece(content.end);
  lines.close();
  for (auto* list : {&lines.result.inputs, &lines.result.outputs})
    std::erase_if(*list, [](const std::string& text) { return text.empty(); });
  return std::move(lines.result);
}

Pseudocode parse_codebox(const Stream& s, Range range, WriterContext& context, Mentions& mentions) {
  LineCollector lines(s, context, mentions);
  std::size_t piece = range.begin;
  // clrscode indents by \Then, \Do, \Repeat and \Else; \ElseIf, \Else, \Until and \End take that back.
  bool indent_next = false;
  for (std::size_t k = range.begin; k < range.end;) {
    const Token& token = s.tokens[k];
    if ((token.kind == TokenKind::math_shift || token.kind == TokenKind::begin_group) &&
        s.partner[k] != kNone && s.partner[k] > k && s.partner[k] < range.end) {
      k = after(s, k, range.end);
      continue;
    }
    if (token.kind != TokenKind::control) {
      ++k;
      continue;
    }
    const std::string& name = context.names.text(token.value);
    const auto flush = [&] {
      lines.add_text(lines.write({piece, std::max(piece, k)}));
      piece = k + 1;
    };
    if (name == "li" || name == "zi" || name == "\\" || name == "Procname") {
      flush();
      lines.close();
      if (std::exchange(indent_next, false)) lines.depth = std::min(lines.depth + 1, kMaxLineDepth);
      lines.open(name == "Procname" ? "function" : "stmt", {});
    } else if (name == "If" || name == "While" || name == "For" || name == "Else" || name == "ElseIf" ||
               name == "Repeat" || name == "Until" || name == "Return" || name == "IF" || name == "WHILE" ||
               name == "FOR" || name == "ELSE" || name == "ELSEIF" || name == "REPEAT" || name == "UNTIL" ||
               name == "RETURN" || name == "To" || name == "Downto" || name == "FOREACH" || name == "DO" ||
               name == "THEN" || name == "TO" || name == "By") {
      flush();
      const std::string lower = to_lower(name);
      if (lines.is_blank() || !lines.is_open()) {
        if (!lines.is_open()) lines.open("stmt", {});
        const std::string kind = lower == "elseif" ? "elif" : lower == "foreach" ? "for" : lower;
        if (kind == "if" || kind == "elif" || kind == "else" || kind == "for" || kind == "while" ||
            kind == "repeat" || kind == "until" || kind == "return")
          lines.line().kind = kind;
        if (name == "Else" || name == "ElseIf" || name == "Until") {
          lines.depth = std::max(0, lines.depth - 1);
          lines.line().depth = lines.depth;
        }
        if (name == "Else" || name == "Repeat") indent_next = true;
      }
      lines.add_text(lower == "elseif" ? "else if" : lower == "foreach" ? "for each" : lower);
    } else if (name == "Then" || name == "Do" || name == "BEGIN" || name == "Indentmore") {
      flush();
      lines.close();
      lines.depth = std::min(lines.depth + 1, kMaxLineDepth);
    } else if (name == "End" || name == "END" || name == "Indentless") {
      flush();
      lines.close();
      if (!std::exchange(indent_next, false)) lines.depth = std::max(0, lines.depth - 1);
    } else if (name == "Comment" || name == "COMMENT") {
      flush();
      const Argument text = group_at(s, k + 1, range.end);
      if (text.present) {
        lines.add_comment(lines.write(text.content));
        piece = k = std::max(k + 1, text.after);
        continue;
      }
      if (lines.is_blank()) lines.line().kind = "comment";  // the rest of the line
    }
    ++k;
  }
  lines.add_text(lines.write({piece, range.end}));
  lines.close();
  return std::move(lines.result);
}

Pseudocode parse_listing(std::string_view code) {
  Pseudocode result;
  std::vector<std::size_t> indents;
  for (const std::string_view raw : split_lines(code)) {
    const std::string_view text = trim(raw);
    if (text.empty() || result.lines.size() >= kMaxLines) continue;
    std::size_t indent = 0;
    for (const char c : raw) {
      if (c == ' ')
        ++indent;
      else if (c == '\t')
        indent += 4;
      else
        break;
    }
    while (!indents.empty() && indents.back() >= indent) indents.pop_back();
    AlgorithmLine line;
    line.no = static_cast<int>(result.lines.size()) + 1;
    line.depth = static_cast<int>(std::min<std::size_t>(indents.size(), kMaxLineDepth));
    line.text = std::string(text);
    const auto starts = [&](std::string_view word) { return text.starts_with(word); };
    line.kind = starts("#") || starts("//")          ? "comment"
                : starts("for ")                     ? "for"
                : starts("while ")                   ? "while"
                : starts("if ")                      ? "if"
                : starts("elif ")                    ? "elif"
                : starts("else")                     ? "else"
                : starts("return")                   ? "return"
                : starts("def ") || starts("class ") ? "function"
                                                     : "stmt";
    if (line.kind != "comment") indents.push_back(indent);
    result.lines.push_back(std::move(line));
  }
  return result;
}

}  // namespace p2c::paper::latex
