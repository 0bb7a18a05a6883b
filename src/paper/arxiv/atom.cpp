// Reads the Atom feed of arXiv's API.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "paper/arxiv/client.h"
#include "paper/xml_scan.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxAuthors = 5'000;
constexpr std::size_t kMaxCategories = 100;

[[noreturn]] void throw_unknown(const ArxivId& asked, std::string found) {
  throw Error(ErrorCode::not_found, "arXiv knows no such paper",
              {.subject = "arXiv:" + versioned(asked),
               .found = std::move(found),
               .hint = "Check the identifier on arxiv.org, and its version."});
}

}  // namespace

ArxivMetadata parse_arxiv_atom(std::string_view atom, const ArxivId& asked) {
  ArxivMetadata metadata;
  std::string id, text, primary;
  bool feed = false, in_entry = false, entry_seen = false, in_author = false;
  XmlScanner scanner(atom);
  XmlEvent event;
  while (scanner.next(event)) {
    const std::string_view name = event.name;
    if (event.kind == XmlEvent::Kind::text) {
      text += event.text;
      continue;
    }
    if (event.kind == XmlEvent::Kind::start) {
      text.clear();
      if (name == "feed") feed = true;
      if (name == "entry") in_entry = entry_seen = true;
      if (name == "author") in_author = true;
      const bool named = in_entry && (name == "category" || name == "arxiv:primary_category");
      if (named && metadata.categories.size() < kMaxCategories) {
        const std::string term(event.attribute("term"));
        if (name == "arxiv:primary_category") {
          primary = term;
        } else if (!term.empty()) {
          metadata.categories.push_back(term);
        }
      }
      continue;
    }
    if (name == "entry") break;  // one paper was asked for
    if (!in_entry) continue;
    std::string value = collapse_whitespace(repair_utf8(text));
    if (name == "id") id = value;
    if (name == "title") metadata.title = value;
    if (name == "summary") metadata.abstract = value;
    if (name == "published") metadata.published = value;
    if (name == "updated") metadata.updated = value;
    if (name == "arxiv:comment") metadata.comment = value;
    if (name == "arxiv:journal_ref") metadata.journal_ref = value;
    if (name == "arxiv:doi") metadata.doi = value;
    if (name == "author") in_author = false;
    if (name == "name" && in_author && !value.empty() && metadata.authors.size() < kMaxAuthors) {
      metadata.authors.push_back(std::move(value));
    }
  }
  if (!feed) {
    throw Error(ErrorCode::bad_input, "the answer of arXiv's API is no Atom feed",
                {.subject = "arXiv:" + versioned(asked),
                 .hint = "Try again later, or give the paper as a local file."});
  }
  if (contains(id, "/api/errors")) throw_unknown(asked, metadata.abstract.substr(0, 200));
  const auto resolved = parse_arxiv_id(id);
  if (!entry_seen || metadata.title.empty() || !resolved) throw_unknown(asked, "no entry");
  metadata.id = *resolved;
  if (metadata.id.version == 0) metadata.id.version = asked.version > 0 ? asked.version : 1;
  if (!primary.empty()) {
    std::erase(metadata.categories, primary);
    metadata.categories.insert(metadata.categories.begin(), primary);
  }
  return metadata;
}

}  // namespace p2c::paper
