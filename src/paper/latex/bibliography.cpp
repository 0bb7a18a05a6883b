// .bib and biblatex .bbl files.
#include "paper/latex/bibliography.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "paper/latex/text_writer.h"
#include "paper/latex/tokenizer.h"
#include "paper/links.h"
#include "paper/reference_text.h"

namespace p2c::paper::latex {

namespace {

constexpr std::size_t kMaxEntries = 20'000, kMaxFieldBytes = 20'000, kMaxFields = 100;

class BibReader {
 public:
  explicit BibReader(std::string_view text) : text_(text) {
    static constexpr std::pair<const char*, const char*> kMonths[] = {
        {"jan", "January"},   {"feb", "February"}, {"mar", "March"},    {"apr", "April"},
        {"may", "May"},       {"jun", "June"},     {"jul", "July"},     {"aug", "August"},
        {"sep", "September"}, {"oct", "October"},  {"nov", "November"}, {"dec", "December"}};
    for (const auto& [name, value] : kMonths) strings_[name] = value;
  }

  std::vector<BibRecord> run() {
    while (records_.size() < kMaxEntries) {
      pos_ = text_.find('@', pos_);
      if (pos_ == std::string_view::npos) break;
      ++pos_;
      entry();
    }
    return std::move(records_);
  }

 private:
  char peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  void blanks() {
    while (pos_ < text_.size() &&
           (text_[pos_] == ' ' || text_[pos_] == '\t' || text_[pos_] == '\n' || text_[pos_] == '\r'))
      ++pos_;
  }
  std::string word(std::string_view stop) {
    const std::size_t start = pos_;
    while (pos_ < text_.size() && stop.find(text_[pos_]) == std::string_view::npos && pos_ - start < 500)
      ++pos_;
    return std::string(trim(text_.substr(start, pos_ - start)));
  }

  void entry() {
    BibRecord record;
    record.type = to_lower(word("{( \t\r\n@"));
    blanks();
    if (peek() != '{' && peek() != '(') return;
    const char close = peek() == '{' ? '}' : ')';
    ++pos_;
    if (record.type == "comment" || record.type == "preamble")
      return;  // read on behind the brace: an '@' inside is rare
    blanks();
    if (record.type == "string") {
      const std::string name = to_lower(word("= \t\r\n"));
      blanks();
      if (peek() != '=') return;
      ++pos_;
      strings_[name] = value();
      return;
    }
    record.key = word(std::string(",\n}") + close);
    while (record.fields.size() < kMaxFields) {
      blanks();
      if (peek() == ',') {
        ++pos_;
        continue;
      }
      if (peek() == close || peek() == '\0') {
        if (peek() != '\0') ++pos_;
        break;
      }
      const std::size_t before = pos_;
      const std::string name = to_lower(word("=,}@\n"));
      blanks();
      if (peek() != '=') {
        if (pos_ == before || peek() == '@') break;
        continue;
      }
      ++pos_;
      record.fields.emplace_back(name, value());
    }
    if (!record.key.empty()) records_.push_back(std::move(record));
  }

  // Pieces joined by '#'.
  std::string value() {
    std::string out;
    for (int pieces = 0; pieces < 50; ++pieces) {
      blanks();
      const char c = peek();
      if (c == '{') {
        out += braced();
      } else if (c == '"') {
        out += quoted();
      } else {
        const std::string name = word(",}#)\n \t\r");
        const auto macro = strings_.find(to_lower(name));
        out += macro == strings_.end() ? name : macro->second;
      }
      if (out.size() > kMaxFieldBytes) out.resize(kMaxFieldBytes);
      blanks();
      if (peek() != '#') break;
      ++pos_;
    }
    return out;
  }

  std::string braced() {
    const std::size_t start = ++pos_;
    int depth = 1;
    for (; pos_ < text_.size(); ++pos_) {
      const char c = text_[pos_];
      if (c == '\\' && pos_ + 1 < text_.size()) {
        ++pos_;
      } else if (c == '{') {
        ++depth;
      } else if (c == '}' && --depth == 0) {
        return std::string(text_.substr(start, pos_++ - start));
      } else if (c == '@' && pos_ > 0 && text_[pos_ - 1] == '\n' && depth > 0 && looks_like_entry()) {
        break;  // a brace was lost; the next entry begins here
      }
    }
    return std::string(text_.substr(start, std::min(pos_ - start, kMaxFieldBytes)));
  }
  bool looks_like_entry() const {
    std::size_t i = pos_ + 1;
    while (i < text_.size() && i - pos_ < 20 && is_letter(static_cast<unsigned char>(text_[i]))) ++i;
    return i > pos_ + 3 && i < text_.size() && (text_[i] == '{' || text_[i] == '(');
  }
  std::string quoted() {
    const std::size_t start = ++pos_;
    int depth = 0;
    for (; pos_ < text_.size(); ++pos_) {
      const char c = text_[pos_];
      if (c == '{') ++depth;
      if (c == '}') --depth;
      if (c == '"' && depth <= 0) return std::string(text_.substr(start, pos_++ - start));
      if (pos_ - start > kMaxFieldBytes) break;
    }
    return std::string(text_.substr(start, pos_ - start));
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::map<std::string, std::string> strings_;
  std::vector<BibRecord> records_;
};

// {..} at `at`, nested; moves past it.
std::string group(std::string_view text, std::size_t& at) {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\n' || text[at] == '%' || text[at] == '\t' || text[at] == '\r'))
    ++at;
  if (at >= text.size() || text[at] != '{') return {};
  const std::size_t start = ++at;
  int depth = 1;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      ++at;
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return std::string(text.substr(start, at++ - start));
    }
  }
  return std::string(text.substr(start));
}

// \name{author}{2}{}{{{hash=..}{family={Wen},given={Tingxi},..}}..} as "Wen, Tingxi and ...".
std::string biblatex_names(std::string_view list) {
  std::string out;
  std::size_t at = 0;
  while ((at = list.find("family=", at)) != std::string_view::npos) {
    at += 7;
    if (at >= list.size() || list[at] != '{') continue;
    const std::string family = group(list, at);
    const std::size_t next = list.find("family=", at);
    std::size_t given = list.find("given=", at);
    std::string first;
    if (given != std::string_view::npos && (next == std::string_view::npos || given < next)) {
      given += 6;
      first = group(list, given);
    }
    out += (out.empty() ? "" : " and ") + family + (first.empty() ? "" : ", " + first);
  }
  return out;
}

}  // namespace

const std::string* BibRecord::field(std::string_view name) const {
  for (const auto& [field_name, value] : fields) {
    if (field_name == name) return &value;
  }
  return nullptr;
}

std::vector<BibRecord> parse_bib(std::string_view text) {
  return BibReader(text).run();
}

std::vector<BibRecord> parse_biblatex_bbl(std::string_view text) {
  std::vector<BibRecord> records;
  std::size_t at = 0;
  while (records.size() < kMaxEntries && (at = text.find("\\entry{", at)) != std::string_view::npos) {
    at += 6;
    BibRecord record;
    record.key = group(text, at);
    record.type = group(text, at);
    const std::size_t end = std::min(text.find("\\endentry", at), text.size());
    while (at < end && record.fields.size() < kMaxFields) {
      const std::size_t slash = text.find('\\', at);
      if (slash == std::string_view::npos || slash >= end) break;
      at = slash + 1;
      const std::size_t start = at;
      while (at < end && is_letter(static_cast<unsigned char>(text[at]))) ++at;
      const std::string_view command = text.substr(start, at - start);
      if (command == "name") {
        const std::string role = group(text, at);
        group(text, at);
        group(text, at);
        record.fields.emplace_back(role, biblatex_names(group(text, at)));
      } else if (command == "list") {
        const std::string role = group(text, at);
        group(text, at);
        std::size_t inner = 0;
        const std::string list = group(text, at);
        record.fields.emplace_back(role, group(list, inner));
      } else if (command == "field") {
        const std::string name = group(text, at);
        record.fields.emplace_back(name, group(text, at));
      } else if (command == "verb") {
        std::string name = group(text, at);
        if (name == "urlraw") name = "url";  // both stand there as a rule, the same
        const std::size_t begin = text.find("\\verb ", at);
        const std::size_t stop = text.find("\\endverb", at);
        if (begin != std::string_view::npos && stop != std::string_view::npos && begin < stop &&
            stop <= end) {
          record.fields.emplace_back(name, std::string(trim(text.substr(begin + 6, stop - begin - 6))));
          at = stop + 8;
        }
      }
    }
    at = std::max(at, end);
    if (!record.key.empty()) records.push_back(std::move(record));
  }
  return records;
}

std::string bib_text(std::string_view tex, Names& names) {
  const Stream stream = match_structure(tokenize_text(utf8_prefix(tex, kMaxFieldBytes), names), names);
  References references;
  const Counters counters(names, "article");
  WriterContext context{names, references, counters, {}, {}};
  Mentions mentions;
  TextWriter writer(stream, context, mentions);
  writer.append({0, stream.tokens.size()});
  std::string text = writer.take();
  for (const auto& [from, to] :
       {std::pair{"$\\{$", ""}, {"$\\}$", ""}, {"$\\lbrace$", ""}, {"$\\rbrace$", ""}, {"ı\u0301", "í"}}) {
    text = replace_all(std::move(text), from, to);
  }
  return text;
}

std::vector<std::string> author_names(std::string_view tex, Names& names) {
  std::vector<std::string> out;
  // "and" separates at brace depth 0 only: {Barnes and Noble} is one.
  std::vector<std::string> parts(1);
  int depth = 0;
  for (std::size_t i = 0; i < tex.size(); ++i) {
    const char c = tex[i] == '\n' || tex[i] == '\t' || tex[i] == '\r' ? ' ' : tex[i];
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (depth == 0 && c == ' ' && i + 4 < tex.size() && tex.substr(i + 1, 3) == "and" &&
        (tex[i + 4] == ' ' || tex[i + 4] == '\n' || tex[i + 4] == '\t')) {
      parts.emplace_back();
      i += 3;
      continue;
    }
    parts.back() += c;
  }
  for (const std::string& part : parts) {
    if (out.size() >= 500) break;
    std::string name = bib_text(part, names);
    if (name == "others") name = "et al.";
    const std::vector<std::string> pieces = split(name, ',');
    if (pieces.size() == 2) name = std::string(trim(pieces[1])) + " " + std::string(trim(pieces[0]));
    if (pieces.size() == 3)
      name = std::string(trim(pieces[2])) + " " + std::string(trim(pieces[0])) + " " +
             std::string(trim(pieces[1]));
    name = collapse_whitespace(name);
    if (!name.empty()) out.push_back(std::move(name));
  }
  return out;
}

void add_identifiers(BibEntry& entry, std::string_view source) {
  const BibEntry guessed = parse_reference(source);
  if (entry.arxiv_id.empty()) entry.arxiv_id = guessed.arxiv_id;
  if (entry.doi.empty()) entry.doi = guessed.doi;
  if (entry.year.empty()) entry.year = guessed.year;
  for (const std::string& url : urls_in(source)) {
    if (std::find(entry.urls.begin(), entry.urls.end(), url) == entry.urls.end()) entry.urls.push_back(url);
  }
}

BibEntry to_entry(const BibRecord& record, Names& names) {
  BibEntry entry;
  entry.key = record.key;
  const auto text = [&](std::initializer_list<std::string_view> fields) {
    for (const std::string_view name : fields) {
      const std::string* value = record.field(name);
      if (value != nullptr && !trim(*value).empty()) return bib_text(*value, names);
    }
    return std::string();
  };
  entry.title = text({"title"});
  if (const std::string* authors = record.field("author")) entry.authors = author_names(*authors, names);
  if (entry.authors.empty()) {
    if (const std::string* editors = record.field("editor")) entry.authors = author_names(*editors, names);
  }
  entry.year = text({"year", "date"});
  if (entry.year.size() > 4 && entry.year[4] == '-') entry.year.resize(4);
  entry.venue = text({"journaltitle", "journal", "booktitle", "school", "institution", "publisher",
                      "howpublished", "eventtitle"});
  entry.doi = text({"doi"});
  for (const std::string_view prefix :
       {"https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"}) {
    if (entry.doi.starts_with(prefix)) entry.doi = entry.doi.substr(prefix.size());
  }
  if (const std::string url = text({"url"}); !url.empty()) entry.urls.push_back(url);
  const std::string eprint = text({"eprint"});
  const std::string archive = to_lower(text({"archiveprefix", "eprinttype"}));
  if (!eprint.empty() && (archive == "arxiv" || archive.empty())) {
    BibEntry probe;
    add_identifiers(probe, "arXiv:" + eprint);
    entry.arxiv_id = probe.arxiv_id;
  }
  std::string authors;
  for (const std::string& author : entry.authors) authors += (authors.empty() ? "" : ", ") + author;
  const std::string volume = text({"volume"}), pages = text({"pages"});
  for (const std::string& part :
       {authors, entry.title,
        entry.venue + (volume.empty() ? "" : " " + volume) + (pages.empty() ? "" : ", pp. " + pages),
        entry.year}) {
    if (!trim(part).empty()) entry.raw += (entry.raw.empty() ? "" : ". ") + std::string(trim(part));
  }
  std::string source = entry.raw;
  for (const std::string_view name :
       {"note", "url", "journal", "howpublished", "volume", "eprint", "number", "annote"}) {
    if (const std::string* value = record.field(name)) source += " " + *value;
  }
  add_identifiers(entry, source);
  return entry;
}

}  // namespace p2c::paper::latex
