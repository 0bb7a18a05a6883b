// Finds the JSON in a model's answer: behind thinking, inside fences, between sentences; then reads it
// leniently.
#include "llm/lenient_json.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "llm/lenient_parser.h"

namespace p2c::llm {
namespace {

constexpr std::size_t kMaxBytes = 4u << 20;
// Places tried where a value begins but never ends: each costs a pass over the text.
constexpr int kMaxOpenTries = 16;
constexpr int kMaxFenceTries = 8;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

struct Region {
  std::size_t begin = 0, end = 0;
  bool tagged = false;  // info line says json
};

// Fenced blocks: ``` or ~~~ at the start of a line, to the next bare line of the same mark or the end of the
// text.
std::vector<Region> find_fences(std::string_view text) {
  std::vector<Region> regions;
  std::string_view mark;  // of the open fence
  std::size_t line_at = 0;
  while (line_at < text.size()) {
    std::size_t line_end = text.find('\n', line_at);
    if (line_end == std::string_view::npos) line_end = text.size();
    const std::string_view line = text.substr(line_at, line_end - line_at);
    const std::string_view body = trim(line);
    std::size_t n = 0;
    while (n < body.size() && body[n] == body[0] && (body[0] == '`' || body[0] == '~')) ++n;
    if (n >= 3 && mark.empty()) {
      mark = body.substr(0, n);
      const std::string_view info = body.substr(n);
      Region region{std::min(line_end + 1, text.size()), text.size(), starts_with_nocase(trim(info), "json")};
      if (const auto open = info.find_first_of("{["); open != std::string_view::npos) {
        region.begin = static_cast<std::size_t>(info.data() - text.data()) + open;  // "```json {"a": 1}"
      }
      regions.push_back(region);
    } else if (n >= mark.size() && !mark.empty() && body[0] == mark[0] && n == body.size()) {
      regions.back().end = std::max(line_at, regions.back().begin);
      mark = {};
    }
    line_at = line_end + 1;
  }
  return regions;
}

// The longest value in text[begin, end). A value that never closes counts up to the end, unless it had to be
// mended by skipping and a later one is whole: then it was prose. Whole values one after the other become one
// list.
LenientParse best_in_region(std::string_view text, std::size_t begin, std::size_t end) {
  LenientParse best, open;
  std::size_t best_length = 0;
  int tries = 0;
  for (std::size_t at = begin; at < end && tries < kMaxOpenTries;) {
    at = text.find_first_of("{[", at);
    if (at == std::string_view::npos || at >= end) break;
    if (!looks_like_json(text.substr(0, end), at)) {
      ++at;
      continue;
    }
    LenientParse parse = parse_lenient(text, at, end);
    if (!parse.complete) {
      ++tries;
      if (parse.found && !open.found) open = std::move(parse);
      if (open.found && !open.mended.doubtful()) break;  // what is inside it is no answer of its own
      ++at;
      continue;
    }
    const std::size_t length = parse.end - at;
    at = parse.end;
    if (length > best_length) {
      best_length = length;
      best = std::move(parse);
    }
  }
  if (best.found && (!open.found || open.mended.doubtful())) return best;
  if (open.found && best.found && best_length > end - begin - best_length) return best;
  return open.found ? open : best;
}

// Two or more values with nothing but blanks and commas between them, as in JSON lines.
std::optional<LenientParse> values_in_a_row(std::string_view text, std::size_t begin, std::size_t end) {
  LenientParse rows;
  rows.value = Json::array();
  std::size_t at = begin;
  while (true) {
    while (at < end && std::string_view(" \t\r\n,").find(text[at]) != std::string_view::npos) ++at;
    if (at >= end) break;
    if (text[at] != '{') return std::nullopt;
    LenientParse parse = parse_lenient(text, at, end);
    if (!parse.complete || parse.mended.doubtful()) return std::nullopt;
    at = parse.end;
    rows.value.push_back(std::move(parse.value));
  }
  if (rows.value.size() < 2) return std::nullopt;
  rows.found = rows.complete = true;
  rows.end = at;
  rows.mended.note("several values in a row read as one list", begin);
  return rows;
}

LenientParse read_region(std::string_view text, std::size_t begin, std::size_t end) {
  const std::size_t first = text.find_first_not_of(" \t\r\n", begin);
  if (first == std::string_view::npos || first >= end) return {};
  if (text[first] == '{' || text[first] == '[') {
    LenientParse whole = parse_lenient(text, first, end);
    if (whole.complete && is_blank(text.substr(whole.end, end - whole.end))) return whole;
    if (auto rows = values_in_a_row(text, first, end)) return *std::move(rows);
  }
  return best_in_region(text, begin, end);
}

// A fence closes at the first bare mark, which may stand inside a string of the value: then read past it.
LenientParse read_fence(std::string_view text, const Region& fence) {
  LenientParse parse = read_region(text, fence.begin, fence.end);
  if (parse.complete || fence.end == text.size()) return parse;
  const std::size_t first = text.find_first_not_of(" \t\r\n", fence.begin);
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return parse;
  LenientParse longer = parse_lenient(text, first, text.size());
  return longer.complete ? longer : parse;
}

// Bare JSON, else the last fence tagged json, else another fence, else the longest value between sentences.
LenientParse find_value(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  if (text[first] == '{' || text[first] == '[') {
    LenientParse whole = parse_lenient(text, first, text.size());
    if (whole.complete && is_blank(text.substr(whole.end))) return whole;
  }
  const std::vector<Region> fences = find_fences(text);
  for (const bool tagged : {true, false}) {
    int tries = 0;
    for (auto fence = fences.rbegin(); fence != fences.rend() && tries < kMaxFenceTries; ++fence) {
      if (fence->tagged != tagged) continue;
      const std::size_t start = text.find_first_not_of(" \t\r\n", fence->begin);
      if (start == std::string_view::npos || start >= fence->end) continue;
      // A fence of another language counts only when it holds JSON from its first character on.
      if (!tagged && ((text[start] != '{' && text[start] != '[') || !looks_like_json(text, start))) continue;
      ++tries;
      if (LenientParse parse = read_fence(text, *fence); parse.found) return parse;
    }
  }
  LenientParse parse = read_region(text, 0, text.size());
  if (parse.found) return parse;
  // The whole answer may be a number, a word or a string.
  const std::string_view scalar = trim(text);
  if (scalar.size() <= 1'000) {
    Json value = Json::parse(scalar, nullptr, false);
    if (!value.is_discarded() && value.is_primitive()) {
      parse.found = parse.complete = true;
      parse.value = std::move(value);
    }
  }
  return parse;
}

constexpr std::string_view kOpenTags[] = {"<think>", "<thinking>"};
constexpr std::string_view kCloseTags[] = {"</think>", "</thinking>"};

// Length of the tag at the start of text, or 0.
std::size_t tag_at(std::string_view text, const std::string_view (&tags)[2]) {
  for (std::string_view tag : tags) {
    if (starts_with_nocase(text, tag)) return tag.size();
  }
  return 0;
}

// Place and length of the next tag from `from` on. A tag with a quote or backslash behind it is quoted
// content.
std::pair<std::size_t, std::size_t> next_tag(std::string_view text, std::size_t from,
                                             const std::string_view (&tags)[2]) {
  for (std::size_t at = text.find('<', from); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::size_t length = tag_at(text.substr(at), tags);
    if (length == 0) continue;
    const char next = at + length < text.size() ? text[at + length] : '\n';
    if (std::string_view("\"'`\\").find(next) == std::string_view::npos) return {at, length};
  }
  return {std::string_view::npos, 0};
}

}  // namespace

std::string_view strip_thinking(std::string_view answer) {
  std::string_view rest = answer;
  // Blocks at the start: the usual form.
  while (true) {
    const std::size_t first = rest.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return rest;
    const std::size_t open = tag_at(rest.substr(first), kOpenTags);
    if (open == 0) break;
    const auto [close, length] = next_tag(rest, first + open, kCloseTags);
    if (close == std::string_view::npos) return {};
    rest.remove_prefix(close + length);
  }
  // A closing tag alone (the opening one was part of the prompt), or a block in the middle: what follows the
  // last one.
  std::size_t from = 0;
  while (true) {
    const auto [close, length] = next_tag(rest, from, kCloseTags);
    if (close == std::string_view::npos) break;
    const std::string_view behind = rest.substr(close + length);
    if (is_blank(behind)) {
      const auto [open, open_length] = next_tag(rest, from, kOpenTags);
      // "answer <think>afterthought</think>": the answer stands in front.
      return open_length > 0 && open < close ? rest.substr(from, open - from) : behind;
    }
    from = close + length;
  }
  return rest.substr(from);
}

LenientResult read_lenient_json(std::string_view answer) {
  LenientResult result;
  std::string repaired;
  bool cut = false;
  if (answer.size() > kMaxBytes) {
    answer = utf8_prefix(answer, kMaxBytes);
    cut = true;
    result.warnings.push_back("answer longer than 4 MiB: the rest was left out");
  }
  if (!is_valid_utf8(answer)) {
    repaired = repair_utf8(answer);
    answer = repaired;
    result.warnings.push_back("invalid UTF-8 replaced");
  }
  if (answer.substr(0, kByteOrderMark.size()) == kByteOrderMark) answer.remove_prefix(kByteOrderMark.size());
  const std::string_view text = strip_thinking(answer);
  if (is_blank(text)) {
    result.truncated = cut || !is_blank(answer);  // nothing but thinking
    return result;
  }
  LenientParse parse = find_value(text);
  result.found = parse.found;
  if (!parse.found) {
    result.truncated = cut;
    return result;
  }
  result.value = std::move(parse.value);
  result.truncated = !parse.complete || (cut && parse.end == text.size());
  for (std::string& sentence : parse.mended.sentences()) result.warnings.push_back(std::move(sentence));
  return result;
}

}  // namespace p2c::llm
