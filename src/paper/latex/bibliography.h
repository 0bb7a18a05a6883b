// Reference lists: BibTeX's and biblatex's .bbl, thebibliography in the text, .bib data bases (spec 8.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/latex/token.h"
#include "paper/paper_doc.h"

namespace p2c::paper::latex {

// One entry of a .bib file with its fields as TeX source; names in lower case. @string macros and # are
// applied.
struct BibRecord {
  std::string type, key;
  std::vector<std::pair<std::string, std::string>> fields;
  const std::string* field(std::string_view name) const;
};

// Linear; what cannot be read is skipped up to the next '@'. At most 20,000 entries.
std::vector<BibRecord> parse_bib(std::string_view text);
// Entries of a biblatex .bbl: \entry{key}{type}{..} ... \endentry.
std::vector<BibRecord> parse_biblatex_bbl(std::string_view text);
// Readable entry; crossref'd fields are not followed.
BibEntry to_entry(const BibRecord& record, Names& names);
// TeX source of a field as text.
std::string bib_text(std::string_view tex, Names& names);
// "Doe, John and Roe, R. and others" as "John Doe", "R. Roe", "et al.".
std::vector<std::string> author_names(std::string_view tex, Names& names);
// arXiv id, DOI and addresses by pattern, where still empty.
void add_identifiers(BibEntry& entry, std::string_view source);

}  // namespace p2c::paper::latex
