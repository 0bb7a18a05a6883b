// Reads references from plain text.
#include "paper/reference_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "paper/arxiv/identifier.h"
#include "paper/links.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxReferenceBytes = 4'000;
constexpr std::size_t kMaxAuthors = 100;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || is_capital(c);
}

// The last year from 1800 to 2099 that stands alone: "2015", "(2015a)", "2015." but not "arXiv:2015.01234" or
// "1995-2003p".
std::string year_in(std::string_view text) {
  std::string year;
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    if (i > 0 &&
        (is_digit(text[i - 1]) || is_letter(text[i - 1]) || text[i - 1] == ':' || text[i - 1] == '/'))
      continue;
    const std::string_view four = text.substr(i, 4);
    if (!std::all_of(four.begin(), four.end(), is_digit) ||
        !(four.starts_with("20") || four.starts_with("19") || four.starts_with("18"))) {
      continue;
    }
    std::size_t after = i + 4;
    if (after < text.size() && text[after] >= 'a' && text[after] <= 'e') ++after;
    if (after < text.size() && (is_digit(text[after]) || is_letter(text[after]))) continue;
    if (after + 1 < text.size() && text[after] == '.' && is_digit(text[after + 1])) continue;
    year = std::string(four);
  }
  return year;
}

std::string arxiv_in(std::string_view text) {
  const std::string lower = to_lower(text);
  for (std::string_view marker : {"arxiv:", "arxiv.org/abs/", "arxiv.org/pdf/", "10.48550/arxiv."}) {
    std::size_t at = lower.find(marker);
    if (at == std::string::npos) continue;
    at += marker.size();
    while (at < text.size() && text[at] == ' ') ++at;
    const std::string_view rest = text.substr(at, 40);
    if (const auto id = parse_arxiv_id(rest.substr(0, rest.find_first_of(" \t,;[](")))) return id->id;
  }
  return {};
}

std::string doi_in(std::string_view text) {
  std::size_t at = 0;
  while ((at = text.find("10.", at)) != std::string_view::npos) {
    std::size_t end = at + 3;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - at >= 7 && end < text.size() && text[end] == '/' && (at == 0 || !is_digit(text[at - 1]))) {
      std::string_view doi = text.substr(at, 200);
      doi = doi.substr(0, doi.find_first_of(" \t\"<>{}"));
      while (!doi.empty() && std::string_view(".,;)]").find(doi.back()) != std::string_view::npos)
        doi.remove_suffix(1);
      return std::string(doi);
    }
    at += 3;
  }
  return {};
}

// "Brock, A., Donahue, J." and not "A. Brock, J. Donahue".
bool surnames_first(std::string_view text) {
  const std::size_t comma = text.find(',');
  return comma != std::string_view::npos && comma >= 2 && comma + 3 < text.size() && text[comma + 1] == ' ' &&
         is_capital(text[comma + 2]) && (text[comma + 3] == '.' || text[comma + 3] == '-');
}

// Where surnames come first, the initial before a title ends the list of authors: "and Simonyan, K. Large
// scale".
bool ends_author_list(std::string_view text, std::size_t stop) {
  if (stop + 3 >= text.size() || text[stop + 1] != ' ') return false;
  const std::string_view next = text.substr(stop + 2);
  const bool title = (is_capital(next[0]) || is_digit(next[0])) && next[1] != '.' && next[1] != '-';
  if (!title) return false;
  // Initials, back to the comma behind the surname.
  std::size_t i = stop;
  while (i >= 2 && is_capital(text[i - 1]) && (text[i - 2] == ' ' || text[i - 2] == '-')) {
    if (text[i - 2] == ' ' && i >= 3 && text[i - 3] == ',') return true;
    if (i < 4 || text[i - 3] != '.') return false;
    i -= 3;
  }
  return false;
}

// Parts of the entry at full stops that end a sentence, so not after initials ("R. P. Adams") or inside
// numbers.
std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> parts;
  const bool surnames = surnames_first(text);
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool stop = (text[i] == '.' || text[i] == '?') && (i + 1 == text.size() || text[i + 1] == ' ');
    if (!stop) continue;
    std::size_t word = i;
    while (word > start && text[word - 1] != ' ' && text[word - 1] != '-') --word;
    const std::string_view last = text.substr(word, i - word);
    const bool initial = last.size() == 1 && is_capital(last[0]);
    if (initial && !(surnames && parts.empty() && ends_author_list(text, i))) continue;
    if (last == "al" && i + 2 < text.size() && !is_capital(text[i + 2])) continue;  // "et al. and"
    if (last == "Jr" || last == "vol" || last == "no" || last == "pp" || last == "Proc" || last == "Int")
      continue;
    const bool keep_stop = text[i] == '?' || initial;
    std::string part(trim(text.substr(start, i - start + (keep_stop ? 1 : 0))));
    if (!part.empty()) parts.push_back(std::move(part));
    start = i + 1;
  }
  std::string rest(trim(text.substr(std::min(start, text.size()))));
  if (!rest.empty()) parts.push_back(std::move(rest));
  return parts;
}

std::vector<std::string> split_authors(std::string_view text) {
  std::string list = replace_all(std::string(text), " and ", ", ");
  list = replace_all(std::move(list), " & ", ", ");
  list = replace_all(std::move(list), ";", ",");
  std::vector<std::string> names;
  for (const std::string& part : split(list, ',')) {
    std::string name(trim(part));
    if (starts_with_nocase(name, "and ")) name = name.substr(4);
    if (name.empty() || name == "et al" || is_digit(name.front()) || names.size() >= kMaxAuthors) continue;
    // "Brock, A." is one person: initials belong to the name before.
    const bool initials = name.size() <= 12 && contains(name, ".") &&
                          std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (initials && !names.empty() && !contains(names.back(), ".")) {
      names.back() += ", " + name;
    } else {
      names.push_back(std::move(name));
    }
  }
  return names;
}

// A quoted title: between “ ” or "". Empty when there is none.
std::string quoted_title(std::string_view text) {
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"“", "”"}, {"\"", "\""}}) {
    const std::size_t start = text.find(open);
    if (start == std::string_view::npos) continue;
    const std::size_t end = text.find(close, start + open.size());
    if (end == std::string_view::npos) continue;
    std::string title(trim(text.substr(start + open.size(), end - start - open.size())));
    while (!title.empty() && (title.back() == ',' || title.back() == '.')) title.pop_back();
    if (title.size() >= 8) return title;
  }
  return {};
}

}  // namespace

std::string take_reference_label(std::string_view& text) {
  text = trim(text);
  if (text.starts_with("[")) {
    const std::size_t end = text.find(']');
    if (end != std::string_view::npos && end >= 2 && end <= 24) {
      std::string label(text.substr(1, end - 1));
      text = trim(text.substr(end + 1));
      return label;
    }
  }
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits >= 1 && digits <= 3 && text.size() > digits + 1 && text[digits] == '.' &&
      text[digits + 1] == ' ') {
    std::string label(text.substr(0, digits));
    text = trim(text.substr(digits + 1));
    return label;
  }
  return {};
}

BibEntry parse_reference(std::string_view raw) {
  BibEntry entry;
  entry.raw = collapse_whitespace(utf8_prefix(raw, kMaxReferenceBytes));
  const std::string& text = entry.raw;
  entry.year = year_in(text);
  entry.arxiv_id = arxiv_in(text);
  entry.doi = doi_in(text);
  entry.urls = urls_in(text);
  const std::vector<std::string> parts = sentences(text);
  if (parts.empty()) return entry;
  entry.title = quoted_title(text);
  if (!entry.title.empty()) {
    const std::size_t quote = text.find_first_of("\"\xe2");
    entry.authors = split_authors(std::string_view(text).substr(0, quote));
    return entry;
  }
  // "Authors. Title. Venue, year." and "Authors (2015). Title. Venue."
  std::string_view authors = parts[0];
  std::size_t title = 1;
  if (const std::size_t bracket = authors.find(" ("); bracket != std::string_view::npos)
    authors = authors.substr(0, bracket);
  if (parts.size() > 2 && parts[1].size() <= 7 && year_in(parts[1]) == parts[1].substr(0, 4))
    title = 2;  // "Authors. 2015. Title."
  if (parts.size() > title) {
    entry.authors = split_authors(authors);
    entry.title = parts[title];
    if (parts.size() > title + 1) {
      std::string venue = parts[title + 1];
      if (starts_with_nocase(venue, "in ")) venue = venue.substr(3);
      if (!venue.starts_with("http") && !starts_with_nocase(venue, "url")) entry.venue = std::move(venue);
    }
  }
  return entry;
}

}  // namespace p2c::paper
