// Reads captions.
#include "paper/captions.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace p2c::paper {
namespace {

struct Kind {
  std::string_view word;
  BlockType type;
};
constexpr std::array<Kind, 6> kKinds{{{"Figure", BlockType::figure},
                                      {"Fig.", BlockType::figure},
                                      {"Table", BlockType::table},
                                      {"Algorithm", BlockType::algorithm},
                                      {"Listing", BlockType::code},
                                      {"Tab.", BlockType::table}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [text](std::string_view part) { return contains(text, part); });
}

}  // namespace

std::optional<Caption> parse_caption(std::string_view raw) {
  std::string_view text = trim(raw);
  // Markdown marks the name bold.
  while (text.starts_with("*") || text.starts_with("_")) text.remove_prefix(1);
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                 [text](const Kind& k) { return starts_with_nocase(text, k.word); });
  if (kind == kKinds.end() || !is_capital(text[0])) return std::nullopt;
  text = trim(text.substr(kind->word.size()));
  std::size_t end = 0;
  if (end < text.size() && is_capital(text[end])) ++end;
  if (end == 1 && end < text.size() && text[end] == '.') ++end;  // "A.1"
  const std::size_t digits = end;
  while (end < text.size() &&
         (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]))))
    ++end;
  // "TABLE IV" and "TABLE IV. Results": some styles count tables in Roman numbers.
  if (end == digits && kind->type == BlockType::table) {
    const std::size_t roman = std::min(text.find_first_not_of("IVX"), text.size());
    if (roman > 0 && roman <= 5 && (roman == text.size() || text[roman] == '.' || text[roman] == ':'))
      end = roman;
  }
  const bool is_roman = end > 0 && text.substr(0, end).find_first_not_of("IVX") == std::string_view::npos;
  // A lone letter ("Table B:") needs its separator.
  const bool letter = digits == 1 && end == 1 && end < text.size() && (text[end] == ':' || text[end] == '|');
  const bool letter_stop =
      !is_roman && digits == 2 && end == 2 && text[1] == '.' && (end == text.size() || text[end] == ' ');
  if (letter_stop) end = 1;
  if (!is_roman && ((end == digits && !letter) || end > 8)) {
    if (!letter_stop) return std::nullopt;
  }
  Caption caption;
  caption.type = kind->type;
  caption.number = std::string(text.substr(0, end));
  std::string_view rest = text.substr(end);
  const bool bold = rest.starts_with("*") || rest.starts_with("_");
  while (rest.starts_with("*") || rest.starts_with("_")) rest.remove_prefix(1);
  const bool separated = rest.starts_with(":") || rest.starts_with(".") || rest.starts_with("|") ||
                         rest.starts_with(" |") || rest.starts_with(" :");
  if (!separated && !bold && caption.type != BlockType::algorithm && !rest.empty()) return std::nullopt;
  if (!separated && caption.type == BlockType::algorithm) {
    // "Algorithm 1 shows how" is prose; a title starts with a capital.
    const std::string_view title = trim(rest);
    if (!title.empty() && !is_capital(title[0]) && title[0] != '(') return std::nullopt;
  }
  rest = trim(rest);
  while (!rest.empty() && (rest[0] == ':' || rest[0] == '.' || rest[0] == '|' || rest[0] == '*'))
    rest = trim(rest.substr(1));
  caption.text = collapse_whitespace(rest);
  return caption;
}

std::string figure_role(const Figure& figure) {
  std::string text = to_lower(figure.caption);
  for (const std::string& part : figure.subfigures) text += " " + to_lower(part);
  if (has_any(text, {"architecture", "overview of", "model structure", "network structure", "block diagram",
                     "schematic", "framework", "computational graph", "our model"})) {
    return "architecture";
  }
  if (has_any(text, {"flow chart", "flowchart", "pipeline", "workflow", "procedure", "steps of"}))
    return "flow";
  if (has_any(text, {"curve", "plot", "accuracy", "loss", "performance", "versus", " vs", "as a function of",
                     "histogram", "error rate", "comparison", "correlation", "scatter", "distribution of",
                     "ablation"})) {
    return "plot";
  }
  if (has_any(text, {"samples", "examples", "generated", "visualization", "visualisation", "qualitative",
                     "images"}))
    return "sample";
  return "other";
}

}  // namespace p2c::paper
