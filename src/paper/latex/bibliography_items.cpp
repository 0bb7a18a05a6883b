// \bibitem lists as entries of the bibliography, and the references block.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "paper/latex/bibliography.h"
#include "paper/latex/builder.h"
#include "paper/reference_text.h"

namespace p2c::paper::latex {

void DocumentBuilder::add_references_block(std::optional<Range> where) {
  if (doc_.find_block("R") != nullptr) return;
  const std::size_t index = new_block(BlockType::references, where.value_or(Range{}));
  doc_.blocks[index].title = "References";
  doc_.blocks[index].parent.clear();
  doc_.blocks[index].appendix = false;
}

// \bibitem[label]{key} authors \newblock title \newblock venue
void DocumentBuilder::bibliography_items(Range range, std::size_t) {
  constexpr std::size_t kMaxItems = 5'000;
  std::vector<std::size_t> starts;
  for (std::size_t i = range.begin; i < range.end && starts.size() < kMaxItems; ++i) {
    if (s_.tokens[i].kind == TokenKind::control && name_at(i) == "bibitem") starts.push_back(i);
  }
  int number = 0;
  for (std::size_t n = 0; n < starts.size(); ++n) {
    const std::size_t end = n + 1 < starts.size() ? starts[n + 1] : range.end;
    const Argument label = option_at(s_, starts[n] + 1, end);
    const Argument key = group_at(s_, label.after, end);
    if (!key.present) continue;
    BibEntry entry;
    ++number;
    entry.key = collapse_whitespace(plain(key.content));
    Mentions mentions;
    entry.label = label.present ? write(label.content, mentions) : fmt::format("[{}]", number);
    // Blocks between \newblock: authors, title, venue in nearly every style.
    std::vector<Range> parts(1);
    parts.back().begin = key.after;
    for (std::size_t i = key.after; i < end; ++i) {
      if (s_.tokens[i].kind == TokenKind::control && name_at(i) == "newblock") {
        parts.back().end = i;
        parts.push_back({i + 1, end});
      }
    }
    parts.back().end = end;
    std::vector<std::string> texts;
    for (const Range& part : parts) {
      std::string text = write(part, mentions);
      if (!text.empty()) texts.push_back(std::move(text));
    }
    std::string raw;
    for (const std::string& text : texts) raw += (raw.empty() ? "" : " ") + text;
    entry.raw = raw;
    if (texts.size() >= 2) {
      const auto bare = [](std::string text) {
        while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ' '))
          text.pop_back();
        return text;
      };
      entry.title = bare(texts[1]);
      std::string authors = replace_all(replace_all(bare(texts[0]), ", and ", ", "), " and ", ", ");
      for (const std::string& author : split(authors, ',')) {
        const std::string name = collapse_whitespace(author);
        if (!name.empty() && entry.authors.size() < 500) entry.authors.push_back(name);
      }
      if (texts.size() >= 3) entry.venue = bare(texts[2]);
    } else {
      BibEntry guessed = parse_reference(raw);
      entry.title = std::move(guessed.title);
      entry.authors = std::move(guessed.authors);
      entry.venue = std::move(guessed.venue);
      entry.year = std::move(guessed.year);
    }
    for (const std::string& url : mentions.urls) {
      if (std::find(entry.urls.begin(), entry.urls.end(), url) == entry.urls.end()) entry.urls.push_back(url);
    }
    std::string source = raw;
    for (const std::string& url : mentions.urls) source += " " + url;
    add_identifiers(entry, source);
    doc_.bibliography.push_back(std::move(entry));
  }
}

}  // namespace p2c::paper::latex
