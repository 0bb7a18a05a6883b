// Headings, the appendix, and commands that set counters.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"
#include "paper/latex/tokenizer.h"

namespace p2c::paper::latex {

namespace {

constexpr int kNumberedDepth = 3;  // article's secnumdepth: \paragraph has no number

bool is_supplement_title(std::string_view title) {
  const std::string lower = to_lower(trim(title));
  return lower.starts_with("appendi") || lower.starts_with("supplement") ||
         contains(lower, "supplementary material") || lower.starts_with("technical appendi");
}

int to_int(std::string_view text) {
  int value = 0;
  const std::string_view digits = trim(text);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::size_t DocumentBuilder::section(std::size_t i, std::size_t end) {
  const std::string name = name_at(i);
  std::size_t at = i + 1;
  const bool star = is_character(s_, skip_spaces(s_, at, end), end, '*');
  if (star) at = skip_spaces(s_, at, end) + 1;
  const Argument title = group_at(s_, option_at(s_, at, end).after, end);
  if (!title.present) return i + 1;  // \let\oldsection\section and the like
  flush_paragraph();
  clear_contexts();
  Mentions mentions;
  const std::string text = write(title.content, mentions);
  // Blocks know levels 1 to 5; with chapters everything moves one down, paragraphs stay at 4.
  const int depth = section_level(name).value_or(1);
  const int level = depth >= 4
                        ? depth
                        : std::max(1, depth + (has_chapters_ && name != "chapter" && name != "part" ? 1 : 0));
  if (depth <= 1 && is_supplement_title(text)) in_appendix_ = true;
  const bool numbered = !star && depth <= kNumberedDepth && name != "part";
  if (!star && name != "part") counters_.step(name);
  std::string number = numbered ? counters_.printed(name) : std::string();
  if (in_appendix_) blocks_.begin_appendix();
  blocks_.section(level, number, text);
  const std::size_t index = doc_.blocks.size() - 1;
  doc_.blocks[index].span = span_of({i, title.after});
  loose_figure_ = kNone;
  loose_target_.reset();
  note(index, mentions);
  const bool appendix = in_appendix_ && numbered;
  const std::string& shown =
      number.empty() ? section_target_.number : number;  // an unnumbered heading keeps the outer number
  section_target_ = {doc_.blocks[index].id, star ? std::string() : shown, "section",
                     appendix ? "Appendix" : "", text};
  for (const std::string& label : mentions.labels) bind(label, section_target_, i);
  footnotes(mentions.footnotes, doc_.blocks[index].id);
  return title.after;
}

void DocumentBuilder::begin_appendix() {
  clear_contexts();
  if (in_appendix_ && appendix_numbered_) return;
  in_appendix_ = true;
  appendix_numbered_ = true;
  counters_.begin_appendix(has_chapters_);
  blocks_.begin_appendix();
}

std::size_t DocumentBuilder::counter_command(const std::string& name, std::size_t i, std::size_t end) {
  if (name == "p2c@format") {
    const Argument counter = group_at(s_, i + 1, end);
    const Argument format = group_at(s_, counter.after, end);
    if (!format.present) return std::max(i + 1, counter.after);
    TokenList tokens(s_.tokens.begin() + static_cast<std::ptrdiff_t>(format.content.begin),
                     s_.tokens.begin() + static_cast<std::ptrdiff_t>(format.content.end));
    counters_.set_format(plain(counter.content), std::move(tokens));
    return format.after;
  }
  if (name.starts_with("SetKw")) return declare_keyword(name, i, end);
  if (name == "newtheorem" || name == "declaretheorem" || name == "spnewtheorem")
    return declare_theorem(name, i, end);
  std::size_t at = i + 1;
  if (is_character(s_, at, end, '*')) ++at;
  if (name == "numberwithin" || name == "counterwithin" || name == "counterwithout") {
    const Argument counter = group_at(s_, option_at(s_, at, end).after, end);
    const Argument within = group_at(s_, counter.after, end);
    if (!within.present) return std::max(i + 1, counter.after);
    if (name == "counterwithout") {
      counters_.not_within(plain(counter.content), plain(within.content));
    } else {
      counters_.reset_within(plain(counter.content), plain(within.content), true);
    }
    return within.after;
  }
  const Argument counter = group_at(s_, at, end);
  if (!counter.present) return i + 1;
  const std::string which = plain(counter.content);
  if (name == "newcounter") {
    const Argument within = option_at(s_, counter.after, end);
    counters_.define(which, within.present ? plain(within.content) : "");
    return within.after;
  }
  if (name == "stepcounter" || name == "refstepcounter") {
    counters_.step(which);
    return counter.after;
  }
  const Argument value = group_at(s_, counter.after, end);
  if (!value.present) return counter.after;
  // \value{other} and plain numbers; arithmetic is rare and left alone.
  int amount = 0;
  for (std::size_t k = value.content.begin; k < value.content.end; ++k) {
    if (s_.tokens[k].kind == TokenKind::control && name_at(k) == "value") {
      amount = counters_.value(plain(group_at(s_, k + 1, value.content.end).content));
      break;
    }
    if (s_.tokens[k].kind == TokenKind::character) {
      amount = to_int(plain(value.content));
      break;
    }
  }
  if (name == "setcounter") counters_.set(which, amount);
  if (name == "addtocounter") counters_.add(which, amount);
  return value.after;
}

}  // namespace p2c::paper::latex
