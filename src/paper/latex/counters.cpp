// Counters and the formats of \the<counter>.
#include "paper/latex/counters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/tokenizer.h"

namespace p2c::paper::latex {

std::string number_as(std::string_view style, int value) {
  if (style == "alph" || style == "Alph") {
    if (value < 1 || value > 26 * 27) return std::to_string(value);
    std::string out;
    const char base = style == "alph" ? 'a' : 'A';
    for (int rest = value; rest > 0; rest = (rest - 1) / 26)
      out.insert(out.begin(), static_cast<char>(base + (rest - 1) % 26));
    return out;
  }
  if (style == "roman" || style == "Roman") {
    if (value < 1 || value > 3999) return std::to_string(value);
    static constexpr std::pair<int, std::string_view> kRoman[] = {
        {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
        {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
    std::string out;
    for (const auto& [amount, text] : kRoman) {
      for (; value >= amount; value -= amount) out += text;
    }
    return style == "roman" ? to_lower(out) : out;
  }
  if (style == "fnsymbol") {
    static constexpr std::string_view kSymbols[] = {"", "*", "†", "‡", "§", "¶", "‖", "**", "††", "‡‡"};
    return value >= 1 && value <= 9 ? std::string(kSymbols[value]) : std::to_string(value);
  }
  return std::to_string(value);
}

Counters::Counters(Names& names, std::string_view document_class) : names_(names) {
  const bool book = document_class.starts_with("book") || document_class.starts_with("report") ||
                    document_class.starts_with("scrbook") || document_class.starts_with("scrreprt") ||
                    document_class.starts_with("memoir");
  roman_ = document_class.starts_with("IEEEtran") || document_class.starts_with("revtex");
  define("part");
  define("chapter");
  define("section", "chapter");
  define("subsection", "section");
  define("subsubsection", "subsection");
  define("paragraph", "subsubsection");
  define("subparagraph", "paragraph");
  for (const char* name : {"equation", "figure", "table", "algorithm", "footnote", "lstlisting"})
    define(name);
  for (const char* name :
       {"enumi", "enumii", "enumiii", "enumiv", "subfigure", "subtable", "AlgoLine", "parentequation"})
    define(name);
  set_format("part", "\\Roman{part}");
  set_format("section", book     ? "\\thechapter.\\arabic{section}"
                        : roman_ ? "\\Roman{section}"
                                 : "\\arabic{section}");
  set_format("subsection", roman_ ? "\\thesection-\\Alph{subsection}" : "\\thesection.\\arabic{subsection}");
  set_format("subsubsection",
             roman_ ? "\\thesubsection\\arabic{subsubsection}" : "\\thesubsection.\\arabic{subsubsection}");
  set_format("paragraph", "\\thesubsubsection.\\arabic{paragraph}");
  set_format("subfigure", "\\alph{subfigure}");
  set_format("subtable", "\\alph{subtable}");
  set_format("enumii", "\\alph{enumii}");
  set_format("enumiii", "\\roman{enumiii}");
  set_format("enumiv", "\\Alph{enumiv}");
  if (document_class.starts_with("IEEEtran") || document_class.starts_with("revtex"))
    set_format("table", "\\Roman{table}");
  if (book) {
    for (const char* name : {"equation", "figure", "table"}) reset_within(name, "chapter", true);
  }
}

void Counters::define(const std::string& name, const std::string& within) {
  if (counters_.size() > 2'000 || name.empty()) return;
  counters_[name] = Counter{};
  set_format(name, "\\arabic{" + name + "}");
  if (!within.empty()) reset_within(name, within, false);
}

void Counters::set(const std::string& name, int value) {
  if (const auto found = counters_.find(name); found != counters_.end()) found->second.value = value;
}

void Counters::add(const std::string& name, int amount) {
  if (const auto found = counters_.find(name); found != counters_.end()) {
    found->second.value =
        std::clamp(found->second.value, -1'000'000, 1'000'000) + std::clamp(amount, -1'000'000, 1'000'000);
  }
}

void Counters::step(const std::string& name) {
  const auto found = counters_.find(name);
  if (found == counters_.end()) return;
  ++found->second.value;
  std::vector<std::string> open = found->second.children;
  for (std::size_t i = 0; i < open.size() && open.size() < 200; ++i) {
    const auto child = counters_.find(open[i]);
    if (child == counters_.end()) continue;
    child->second.value = 0;
    for (const std::string& grandchild : child->second.children) {
      if (std::find(open.begin(), open.end(), grandchild) == open.end()) open.push_back(grandchild);
    }
  }
}

void Counters::reset_within(const std::string& name, const std::string& within, bool in_format) {
  const auto parent = counters_.find(within);
  if (parent == counters_.end() || !has(name) || name == within) return;
  auto& children = parent->second.children;
  if (std::find(children.begin(), children.end(), name) == children.end()) children.push_back(name);
  if (in_format) set_format(name, "\\the" + within + ".\\arabic{" + name + "}");
}

void Counters::not_within(const std::string& name, const std::string& within) {
  if (const auto parent = counters_.find(within); parent != counters_.end())
    std::erase(parent->second.children, name);
  if (has(name)) set_format(name, "\\arabic{" + name + "}");
}

void Counters::set_format(const std::string& name, TokenList format) {
  if (const auto found = counters_.find(name); found != counters_.end())
    found->second.format = std::move(format);
}

void Counters::set_format(const std::string& name, std::string_view tex) {
  set_format(name, tokenize_text(tex, names_));
}

TokenList Counters::format(const std::string& name) const {
  const auto found = counters_.find(name);
  return found == counters_.end() ? TokenList{} : found->second.format;
}

int Counters::value(const std::string& name) const {
  const auto found = counters_.find(name);
  return found == counters_.end() ? 0 : found->second.value;
}

namespace {

// Signs that tags and numbers are made of besides letters and digits; empty for others.
std::string_view mark_character(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
      {"prime", "'"},     {"star", "⋆"},    {"ast", "*"},      {"textasteriskcentered", "*"},
      {"dagger", "†"},    {"dag", "†"},     {"ddagger", "‡"},  {"ddag", "‡"},
      {"diamond", "⋄"},   {"bullet", "•"},  {"circ", "∘"},     {"clubsuit", "♣"},
      {"spadesuit", "♠"}, {"sharp", "♯"},   {"flat", "♭"},     {"heartsuit", "♥"},
      {"diamondsuit", "♦"}, {"natural", "♮"}, {"S", "§"},      {"P", "¶"}};
  for (const auto& [command, sign] : kMarks) {
    if (command == name) return sign;
  }
  return {};
}

}  // namespace

std::string Counters::printed(const std::string& name, int depth) const {
  const auto found = counters_.find(name);
  if (found == counters_.end() || depth > 8) return {};
  return evaluate(found->second.format, depth + 1);
}

std::string Counters::evaluate(const TokenList& tokens, int depth) const {
  std::string out;
  for (std::size_t i = 0; i < tokens.size() && out.size() < 200; ++i) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::character) {
      append_utf8(out, token.value == '~' ? ' ' : token.value);
    } else if (token.kind == TokenKind::space) {
      out += ' ';
    } else if (token.kind == TokenKind::control) {
      const std::string& name = names_.text(token.value);
      const bool style = name == "arabic" || name == "alph" || name == "Alph" || name == "roman" ||
                         name == "Roman" || name == "fnsymbol" || name == "value";
      if (style && i + 1 < tokens.size() && tokens[i + 1].kind == TokenKind::begin_group) {
        std::string counter;
        for (i += 2; i < tokens.size() && tokens[i].kind != TokenKind::end_group; ++i) {
          if (tokens[i].kind == TokenKind::character) append_utf8(counter, tokens[i].value);
        }
        out += number_as(name, value(counter));
      } else if (name.starts_with("the") && counters_.contains(name.substr(3))) {
        out += printed(name.substr(3), depth);
      } else {
        out += mark_character(name);
      }
    }
  }
  return std::string(trim(out));
}

void Counters::begin_appendix(bool has_chapters) {
  const std::string top = has_chapters ? "chapter" : "section";
  set(top, 0);
  set_format(top, "\\Alph{" + top + "}");
  for (const char* name : {"subsection", "subsubsection"}) set(name, 0);
  if (roman_) set_format("subsection", "\\thesection.\\arabic{subsection}");
}

}  // namespace p2c::paper::latex
