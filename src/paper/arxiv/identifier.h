// arXiv identifiers in all the forms people write them (spec 7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace p2c::paper {

struct ArxivId {
  std::string id;   // canonical, without version and subject class: "1509.09292", "math/0309136"
  int version = 0;  // 1 or more; 0: none given, which means the latest
};

// Accepts bare identifiers old and new, an "arXiv:" prefix in any case, URLs of arxiv.org (with www. or
// export.), ar5iv and alphaxiv, and DOIs 10.48550/arXiv.ID (bare, "doi:" or as a URL); white space around and
// punctuation after it are dropped. nullopt for everything else. Pure; never throws.
std::optional<ArxivId> parse_arxiv_id(std::string_view text);

// "1509.09292v2"; without "v0" when the version is not known.
std::string versioned(const ArxivId& id);
// The same as a file name: '/' becomes '_'.
std::string file_stem(const ArxivId& id);

}  // namespace p2c::paper
