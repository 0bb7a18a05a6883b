// Papers from arXiv: metadata, source package or PDF, politely (spec 7.2 to 7.4).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "paper/arxiv/identifier.h"
#include "paper/paper_doc.h"

namespace p2c::paper {

struct ArxivOptions {
  std::string base_url = "https://export.arxiv.org";
  std::filesystem::path cache_dir;           // must not be empty; made when missing
  std::chrono::milliseconds spacing{3'000};  // between requests, over all processes that share cache_dir
  std::chrono::milliseconds first_backoff{30'000};  // after 429 or 5xx without Retry-After; doubles
  std::chrono::milliseconds longest_wait{600'000};  // a longer Retry-After is an error at once
  int tries = 3;
  CancelToken cancel;
};

struct ArxivMetadata {
  ArxivId id;  // with the version that was resolved
  std::string title, abstract, comment, journal_ref, doi;
  std::string published, updated;  // ISO 8601: of version 1, of this version
  std::vector<std::string> authors;
  std::vector<std::string> categories;  // the primary one first
  std::vector<Warning> warnings;        // e.g. that they are old, as arXiv could not be reached
};

// Reads the entry of the API's Atom answer. Errors: not_found for an error entry, no entry, or one without
// title; bad_input for what is no Atom feed.
ArxivMetadata parse_arxiv_atom(std::string_view atom, const ArxivId& asked);

// Metadata are cached for one day; older ones serve when arXiv cannot be reached. After a 403 no request is
// made for a day, whichever process asks. Errors: not_found, network (also HTML instead of Atom),
// rate_limited, auth (403: stop for the day), timeout, cancelled, io.
ArxivMetadata fetch_arxiv_metadata(const ArxivId& id, const ArxivOptions& options);

// What was fetched for one version: a file in the cache, and what happened on the way.
struct ArxivPackage {
  std::filesystem::path file;     // source package or PDF as it came; its bytes say which
  ArxivId id;                     // the version fetched: lower than asked for when that one was withdrawn
  std::string retrieved_at;       // ISO 8601, of the first download
  std::vector<Warning> warnings;  // e.g. why it is a PDF and not the source
};

enum class ArxivWanted { source_or_pdf, pdf };

// The source package of id.version (which must be known), else the PDF with the reason as a warning, else the
// same of earlier versions (withdrawn papers). A package that arrives damaged is asked for once more. A
// version never changes, so files are cached for ever. Errors: as above.
ArxivPackage fetch_arxiv_package(const ArxivId& id, ArxivWanted wanted, const ArxivOptions& options);

}  // namespace p2c::paper
