// Title, authors, date and abstract.
#include <algorithm>

#include "base/text.h"
#include "paper/latex/builder.h"
#include "paper/latex/commands.h"
#include "paper/links.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxAuthors = 400;

// Words that occur in affiliations and not in names.
bool looks_like_affiliation(const std::string& text) {
  static constexpr std::string_view kWords[] = {
      "universit", "institut",  "department", "laborator", "college", "school",  "google",
      "research",  "facebook",  "microsoft",  "deepmind",  "openai",  "nvidia",  "inc.",
      "corp",      "center",    "centre",     "faculty",   "academy", "brain",   "labs",
      "cnrs",      "inria",     "mila",       "group",     "company", "email",   "http",
      "usa",       "china",     "germany",    "france",    "canada",  "equal",   "correspond",
      "contribut", "meta ",     "amazon",     "apple",     "ibm",     "alibaba", "tencent",
      "huawei",    "technolog", "polytech",   "eth ",      "epfl",    "kaist",   "vector"};
  const std::string lower = to_lower(text) + " ";
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return contains(lower, word); });
}

// A person's name: two to six words, the first and last starting with a capital, no digits or signs of an
// address.
bool looks_like_name(const std::string& text) {
  if (text.size() < 4 || text.size() > 60 || looks_like_affiliation(text)) return false;
  if (text.find_first_of("0123456789@:/\\{}=") != std::string::npos) return false;
  std::size_t words = 0;
  bool capital = true;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    ++words;
    const auto c = static_cast<unsigned char>(word[0]);
    if (words == 1 && c >= 'a' && c <= 'z') capital = false;
  }
  return words >= 2 && words <= 6 && capital;
}

// Marks of affiliation behind a name: "Name$^{1,2}$", "Name*", "Name^1".
std::string without_marks(std::string text) {
  std::string out;
  bool math = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$') {
      math = !math;
      continue;
    }
    if (math) continue;
    if (text[i] == '^') {  // a superscript runs to the next blank or letter
      while (i + 1 < text.size() && text[i + 1] != ' ' && !(text[i + 1] >= 'A' && text[i + 1] <= 'Z')) ++i;
      continue;
    }
    out += text[i];
  }
  for (const std::string_view mark : {"†", "‡", "§", "¶", "*", "✉", "∗"})
    out = replace_all(std::move(out), mark, "");
  out = collapse_whitespace(out);
  while (!out.empty() && (out.back() == ',' || out.back() == '.' ||
                          (out.back() >= '0' && out.back() <= '9') || out.back() == ' ')) {
    if (out.back() == '.' && out.size() > 2 && out[out.size() - 2] >= 'A' && out[out.size() - 2] <= 'Z')
      break;
    out.pop_back();
  }
  return out;
}

}  // namespace

std::size_t DocumentBuilder::metadata(const std::string& name, std::size_t i, std::size_t end) {
  std::size_t at = i + 1;
  if (is_character(s_, at, end, '*')) ++at;
  const Argument argument = group_at(s_, option_at(s_, at, end).after, end);
  if (!argument.present) return i + 1;
  Mentions mentions;
  if (name == "author" || name == "icmlauthor" || name == "Author") {
    author_ranges_.push_back(argument.content);
    return name == "icmlauthor" ? group_at(s_, argument.after, end).after : argument.after;
  }
  if (name == "abstract") {
    if (!in_preamble_) flush_paragraph();
    abstract(argument.content);
    return argument.after;
  }
  if (name == "date") {
    doc_.date = write(argument.content, mentions);
    return argument.after;
  }
  const std::string title = write(argument.content, mentions);
  if (!title.empty() && (doc_.title.empty() || in_preamble_)) doc_.title = title;
  note_outside_blocks(mentions, title);
  note_thanks(argument.content);
  return argument.after;
}

// Addresses and citations of what becomes no block. A link to official code counts wherever it stands.
void DocumentBuilder::note_outside_blocks(const Mentions& mentions, const std::string& around) {
  for (const std::string& url : mentions.urls) {
    if (doc_.urls.size() < 500 && starts_with_nocase(url, "http"))
      doc_.urls.push_back({url, url_kind(url, around), ""});
  }
  for (const std::string& key : mentions.cites) {
    if (cited_set_.emplace(key, true).second) cited_.push_back(key);
  }
}

void DocumentBuilder::note_thanks(Range range) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (s_.tokens[i].kind != TokenKind::control || (name_at(i) != "thanks" && name_at(i) != "footnote")) continue;
    const Argument note = group_at(s_, option_at(s_, i + 1, range.end).after, range.end);
    if (!note.present) continue;
    Mentions mentions;
    const std::string text = write(note.content, mentions);
    note_outside_blocks(mentions, text);
    i = std::max(i, note.after - 1);
  }
}

void DocumentBuilder::abstract(Range range) {
  Mentions mentions;
  const std::string text = write(range, mentions, true);
  if (text.empty()) return;
  if (!doc_.abstract.empty()) doc_.abstract += '\n';
  doc_.abstract += text;
  note_outside_blocks(mentions, text);
  for (const Range& footnote : mentions.footnotes) {
    counters_.step("footnote");
    Mentions inner;
    const std::string note_text = write(footnote, inner);
    if (note_text.empty()) continue;
    doc_.abstract += "\n(Footnote) " + note_text;
    note_outside_blocks(inner, note_text);
  }
}

void DocumentBuilder::add_authors() {
  const auto add = [&](std::string text) {
    text = without_marks(std::move(text));
    if (!text.empty() && doc_.authors.size() < kMaxAuthors &&
        std::find(doc_.authors.begin(), doc_.authors.end(), text) == doc_.authors.end()) {
      doc_.authors.push_back(std::move(text));
    }
  };
  for (const Range& range : author_ranges_) {
    note_thanks(range);
    // \and, \And and \AND separate authors; what follows the first line of each is its affiliation.
    std::vector<Range> chunks(1);
    chunks.back().begin = range.begin;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (s_.tokens[i].kind != TokenKind::control) continue;
      const std::string& name = name_at(i);
      if (name != "and" && name != "And" && name != "AND") continue;
      chunks.back().end = i;
      chunks.push_back({i + 1, range.end});
    }
    chunks.back().end = range.end;
    const bool separated = chunks.size() > 1 || author_ranges_.size() > 1;
    for (const Range& chunk : chunks) {
      Mentions mentions;
      // Wide spaces separate names on one line.
      std::string text;
      Range piece{chunk.begin, chunk.begin};
      for (std::size_t i = chunk.begin; i <= chunk.end; ++i) {
        const bool wide = i < chunk.end && s_.tokens[i].kind == TokenKind::control &&
                          (name_at(i) == "quad" || name_at(i) == "qquad" || name_at(i) == "hspace" ||
                           name_at(i) == "hfill" || name_at(i) == "enspace");
        if (!wide && i < chunk.end) continue;
        piece.end = i;
        const std::string part = write(piece, mentions, true);
        if (!part.empty()) text += (text.empty() ? "" : ",") + part;
        piece.begin = i;
      }
      note_outside_blocks(mentions, text);
      bool first_line = true;
      for (const std::string_view line : split_lines(text)) {
        if (separated && !first_line) break;
        for (const std::string& part :
             split(replace_all(replace_all(std::string(line), " and ", ","), "&", ","), ',')) {
          const std::string name = without_marks(std::string(trim(part)));
          if (name.empty()) continue;
          const bool single = separated && split(std::string(line), ',').size() == 1;
          if (looks_like_name(name) || (single && !looks_like_affiliation(name) && name.size() < 60)) {
            add(name);
            first_line = false;
          }
        }
      }
    }
  }
}

}  // namespace p2c::paper::latex
