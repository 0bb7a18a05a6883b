// Web addresses in a paper's text and what they lead to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paper/paper_doc.h"

namespace p2c::paper {

// http and https addresses in the text, closing punctuation left out, in order, each once.
std::vector<std::string> urls_in(std::string_view text);
// "code" (code hosts), "data", "model", "project" or "other"; `context` is the text around the address.
std::string url_kind(std::string_view url, std::string_view context);
// Adds the addresses in the blocks' texts to doc.urls, each address once. References are left out.
void collect_urls(PaperDoc& doc);

}  // namespace p2c::paper
