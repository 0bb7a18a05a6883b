// Algorithm floats and listings as blocks.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"
#include "paper/latex/pseudocode.h"

namespace p2c::paper::latex {

namespace {

// Parts of a verbatim environment's raw text: "[options]{language}" in front, then the code.
struct Listing {
  std::string options, language, code;
};

Listing split_listing(const std::string& environment, std::string_view raw) {
  Listing listing;
  std::size_t at = 0;
  const auto blank = [&] {
    while (at < raw.size() && (raw[at] == ' ' || raw[at] == '\t')) ++at;
  };
  const auto part = [&](char open, char close) {
    std::string text;
    int depth = 0;
    const std::size_t start = at;
    for (; at < raw.size() && at - start < 2'000; ++at) {
      if (raw[at] == open || raw[at] == '{') ++depth;
      if (raw[at] == close || (raw[at] == '}' && close != '}')) {
        if (--depth == 0) {
          text = std::string(raw.substr(start + 1, at - start - 1));
          ++at;
          return text;
        }
      }
    }
    at = start;
    return text;
  };
  blank();
  if (environment != "verbatim" && environment != "alltt" && at < raw.size() && raw[at] == '[')
    listing.options = part('[', ']');
  blank();
  if (environment == "minted" && at < raw.size() && raw[at] == '{') listing.language = part('{', '}');
  while (at < raw.size() && (raw[at] == ' ' || raw[at] == '\t' || raw[at] == '\r')) ++at;
  if (at < raw.size() && raw[at] == '\n') ++at;
  listing.code = std::string(raw.substr(at));
  while (!listing.code.empty() &&
         (listing.code.back() == '\n' || listing.code.back() == ' ' || listing.code.back() == '\t'))
    listing.code.pop_back();
  for (std::string& option : split(listing.options, ',')) {
    const auto equals = option.find('=');
    if (equals != std::string::npos && trim(option.substr(0, equals)) == "language")
      listing.language = trim(option.substr(equals + 1));
  }
  return listing;
}

std::string option_value(const std::string& options, std::string_view wanted) {
  std::size_t at = 0;
  while (at < options.size()) {
    const std::size_t equals = options.find('=', at);
    if (equals == std::string::npos) return {};
    const std::string key(trim(std::string_view(options).substr(at, equals - at)));
    std::size_t stop = equals + 1;
    int depth = 0;
    while (stop < options.size() && (depth > 0 || options[stop] != ',')) {
      if (options[stop] == '{') ++depth;
      if (options[stop] == '}') --depth;
      ++stop;
    }
    std::string value(trim(std::string_view(options).substr(equals + 1, stop - equals - 1)));
    if (value.size() >= 2 && value.front() == '{' && value.back() == '}')
      value = value.substr(1, value.size() - 2);
    if (key == wanted) return value;
    at = stop + 1;
  }
  return {};
}

// escapeinside={(@}{@)}: the marks go, what they enclose is TeX and stays.
std::string without_escapes(std::string code, const std::string& options) {
  const std::size_t at = options.find("escapeinside");
  std::string open = "(*@", close = "@*)";
  if (at != std::string::npos) {
    const std::size_t equals = options.find('=', at);
    std::string value = equals == std::string::npos
                            ? std::string()
                            : std::string(trim(std::string_view(options).substr(equals + 1)));
    if (value.starts_with("{")) {
      const std::size_t middle = value.find("}{");
      const std::size_t finish =
          middle == std::string::npos ? std::string::npos : value.find('}', middle + 2);
      if (finish == std::string::npos) return code;
      open = value.substr(1, middle - 1);
      close = value.substr(middle + 2, finish - middle - 2);
    } else if (value.size() >= 2) {
      open = value.substr(0, 1);
      close = value.substr(1, 1);
    }
  }
  if (open.empty() || open == close) return code;
  return replace_all(replace_all(std::move(code), open, ""), close, "");
}

}  // namespace

void DocumentBuilder::code_block(std::size_t i, std::size_t end, std::string parent,
                                 const std::string& title) {
  const Range content = inside(s_, i, end);
  const Range whole{i, std::max(after(s_, i, end), i + 1)};
  const std::string environment = name_at(i);
  std::string raw;
  for (std::size_t k = content.begin; k < content.end; ++k) {
    if (s_.tokens[k].kind == TokenKind::verbatim) raw += names_.text(s_.tokens[k].value);
  }
  if (raw.empty())
    raw = to_tex(s_.tokens, content.begin, content.end, names_);  // alltt and the like came as tokens
  Listing listing = split_listing(environment, raw);
  const std::string code = without_escapes(listing.code, listing.options);
  if (trim(code).empty()) return;
  const std::size_t index = new_block(BlockType::code, whole);
  Block& block = doc_.blocks[index];
  block.text = code;
  if (!parent.empty()) block.parent = parent;
  const std::string caption = option_value(listing.options, "caption");
  const std::string label = option_value(listing.options, "label");
  block.title = title;
  if (!caption.empty()) {
    counters_.step("lstlisting");
    block.number = counters_.printed("lstlisting");
    block.title = fmt::format("Listing {}: {}", block.number, caption);
  }
  if (!label.empty())
    bind(label, {doc_.blocks[index].id, doc_.blocks[index].number, "listing", "Listing", caption}, i);
}

void DocumentBuilder::algorithm_block(Range body, const std::string& caption, bool numbered, Range whole,
                                      const std::vector<std::string>& labels, Mentions mentions) {
  PseudocodeOptions options;
  options.end_lines = !noend_;
  options.hidden_ends = hidden_ends_;
  options.keywords = &keywords_;
  Pseudocode code;
  std::size_t listing = kNone;
  for (std::size_t k = body.begin; k < body.end; ++k) {  // keywords declared inside the float
    if (s_.tokens[k].kind == TokenKind::control && name_at(k).starts_with("SetKw"))
      declare_keyword(name_at(k), k, body.end);
  }
  for (std::size_t k = body.begin; k < body.end; ++k) {
    if (s_.tokens[k].kind != TokenKind::env_begin) continue;
    const EnvKind kind = env_kind(name_at(k));
    if (kind == EnvKind::algorithmic) {
      Pseudocode more = parse_algorithmic(s_, k, body.end, context_, mentions, options);
      const int offset = static_cast<int>(code.lines.size());
      for (AlgorithmLine& line : more.lines) {
        line.no += offset;
        code.lines.push_back(std::move(line));
      }
      for (auto& [key, line] : more.labels) code.labels.emplace_back(key, line + offset);
      code.inputs.insert(code.inputs.end(), more.inputs.begin(), more.inputs.end());
      code.outputs.insert(code.outputs.end(), more.outputs.begin(), more.outputs.end());
      k = std::max(k + 1, after(s_, k, body.end)) - 1;
    } else if (kind == EnvKind::clrscode) {
      const Range content = inside(s_, k, body.end);
      code = parse_codebox(
          s_, {skip_arguments(s_, env_arguments(name_at(k)), content.begin, content.end), content.end},
          context_, mentions);
      k = std::max(k + 1, after(s_, k, body.end)) - 1;
    } else if (kind == EnvKind::verbatim && listing == kNone) {
      listing = k;
    }
  }
  if (code.lines.empty() && listing == kNone && !body.empty())
    code = parse_algorithm2e(s_, body, context_, mentions, options);
  if (listing != kNone && code.lines.empty()) {
    const Range content = inside(s_, listing, body.end);
    std::string raw;
    for (std::size_t k = content.begin; k < content.end; ++k) {
      if (s_.tokens[k].kind == TokenKind::verbatim) raw += names_.text(s_.tokens[k].value);
    }
    const Listing parts = split_listing(name_at(listing), raw);
    code = parse_listing(without_escapes(parts.code, parts.options));
  }
  if (numbered) counters_.step("algorithm");
  Algorithm& algorithm = blocks_.algorithm();
  const std::size_t index = doc_.blocks.size() - 1;
  const std::size_t detail = doc_.algorithms.size() - 1;
  algorithm.caption = caption;
  algorithm.number = numbered ? counters_.printed("algorithm") : std::string();
  algorithm.inputs = std::move(code.inputs);
  algorithm.outputs = std::move(code.outputs);
  algorithm.lines = std::move(code.lines);
  const std::string id = algorithm.id, number = algorithm.number;
  if (algorithm.lines.size() < 2)
    warn(whole.begin,
         fmt::format("algorithm {} has {} line(s)", number.empty() ? id : number, algorithm.lines.size()));
  place(index, whole);
  doc_.blocks[index].number = number;
  doc_.blocks[index].text = caption;
  const LabelTarget target{id, number, "algorithm", "", caption};
  for (const std::string& label : labels) bind(label, target, whole.begin);
  for (const std::string& label : mentions.labels) bind(label, target, whole.begin);
  for (const auto& [label, line] : code.labels) {
    if (line > 0) {
      bind(label, {id, std::to_string(line), "line", "Line", {}}, whole.begin);
    } else {
      bind(label, target, whole.begin);
    }
  }
  if (!doc_.blocks[index].labels.empty()) doc_.algorithms[detail].label = doc_.blocks[index].labels.front();
  note(index, mentions);
  footnotes(mentions.footnotes, id);
  if (listing != kNone) code_block(listing, body.end, id, caption);
}

void DocumentBuilder::algorithm_float(std::size_t i, std::size_t end) {
  const Range content = inside(s_, i, end);
  const std::size_t from =
      std::max(i + 1, skip_arguments(s_, env_arguments(name_at(i)), content.begin, content.end));
  const Range whole{i, std::max(after(s_, i, end), i + 1)};
  const std::vector<Context> outer = std::exchange(contexts_, {});
  Mentions mentions;
  std::string caption;
  bool captioned = false;
  std::vector<std::string> labels;
  // Captions and labels of the float itself; those inside bodies are lines' business.
  for (std::size_t k = from; k < content.end;) {
    const Token& token = s_.tokens[k];
    if (token.kind == TokenKind::env_begin &&
        (env_kind(name_at(k)) == EnvKind::algorithmic || env_kind(name_at(k)) == EnvKind::verbatim)) {
      k = std::max(k + 1, after(s_, k, content.end));
      continue;
    }
    if (token.kind == TokenKind::begin_group && s_.partner[k] != kNone && s_.partner[k] > k &&
        s_.partner[k] < content.end && !has_algorithmic({k, s_.partner[k]})) {
      k = s_.partner[k] + 1;
      continue;
    }
    if (token.kind == TokenKind::control && name_at(k) == "caption") {
      const Argument text = group_at(s_, option_at(s_, k + 1, content.end).after, content.end);
      if (text.present && !captioned) caption = write(text.content, mentions);
      captioned = true;
      k = std::max(k + 1, text.after);
      continue;
    }
    if (token.kind == TokenKind::control && name_at(k) == "label") {
      const Argument key = group_at(s_, k + 1, content.end);
      if (key.present) labels.push_back(collapse_whitespace(plain(key.content)));
      k = std::max(k + 1, key.after);
      continue;
    }
    ++k;
  }
  algorithm_block({from, content.end}, caption, captioned, whole, labels, mentions);
  contexts_ = outer;
}

// \SetKwInOut{Input}{Input}, \SetKwFunction{FMain}{Main}, \SetKwProg{Fn}{Function}{:}{end} ...
std::size_t DocumentBuilder::declare_keyword(const std::string& name, std::size_t i, std::size_t end) {
  std::size_t at = i + 1;
  const Argument command = group_at(s_, at, end);
  if (!command.present) return i + 1;
  const Argument word = group_at(s_, command.after, end);
  at = word.present ? word.after : command.after;
  const int more = name == "SetKwProg" || name == "SetKwFor"                                 ? 2
                   : name == "SetKwRepeat" || name == "SetKwComment" || name == "SetKwBlock" ? 1
                   : name == "SetKwIF" || name == "SetKwIf"                                  ? 6
                                                                                             : 0;
  Mentions mentions;
  std::vector<std::string> others;
  for (int k = 0; k < more; ++k) {
    const Argument next = group_at(s_, at, end);
    if (name != "SetKwProg" && name != "SetKwComment") others.push_back(write(next.content, mentions));
    at = next.after;
  }
  if (keywords_.size() > 500) return at;
  const std::string printed = write(word.content, mentions);
  if (more == 6 && others.size() == 6) {  // {If}{ElseIf}{Else}{if}{then}{else if}{else}{end}
    keywords_[plain(command.content)] = "if:" + others[1];
    keywords_[plain(command.content) + "/after"] = others[2];
    keywords_[printed] = "elif:" + others[3];
    keywords_[printed + "/after"] = others[2];
    keywords_[others[0]] = "else:" + others[4];
    return at;
  }
  const std::string lower = to_lower(printed + " " + plain(command.content));
  std::string role = "kw:";
  if (name == "SetKwInOut" || name == "SetKwInput") {
    const bool output = contains(lower, "output") || contains(lower, "return") || contains(lower, "result") ||
                        contains(lower, "ensure");
    role = output ? "out:" : "in:";
  } else if (name == "SetKwProg") {
    role = "prog:";
  } else if (name == "SetKwBlock") {
    role = "block:";
  } else if (name == "SetKwFor" || name == "SetKwRepeat") {
    role = name == "SetKwFor" ? "for:" : "repeat:";
    if (!others.empty()) keywords_[plain(command.content) + "/after"] = others.front();
  } else if (name == "SetKwComment") {
    role = "comment:";
  } else if (name == "SetKwFunction") {
    role = "fn:";
  }
  const std::vector<std::string> commands = split(plain(command.content), ',');
  const std::vector<std::string> words = split(printed, ',');
  for (std::size_t k = 0; k < commands.size(); ++k) {
    keywords_[std::string(trim(commands[k]))] =
        role + std::string(trim(k < words.size() ? words[k] : printed));
  }
  return at;
}

}  // namespace p2c::paper::latex
