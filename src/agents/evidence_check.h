// Do quotes stand in the paper, and numbers in the quotes? The gate between a model's reading and everything built on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "paper/paper_doc.h"

namespace p2c::agents {

// Every number a text states, as values: "0.1", "1e-4", "10^{-9}", "$2\times10^{-3}$", "10,000", "4{,}000", "50 %" (also as
// 0.5), "1/255", "1.5M", "one" … "twelve". Order of appearance.
std::vector<double> numbers_in(std::string_view text);
// Is the value (relative 1e-9, or equal after rounding to the digits written) among them?
bool states_number(std::string_view text, double value);

struct QuotePlace {
  std::string block;        // where it was found; may differ from the block the model named
  std::int64_t offset = -1; // byte offset of its start in searchable_text(block), best effort
};

// Finds a quote in `block`, else in any of `candidates` (block ids). Compared after normalise_for_match, with TeX mark-up
// that models tend to drop ($, \mathbf{}, braces, backslashes) ignored in a second pass. Quotes under 4 characters match nothing.
std::optional<QuotePlace> find_quote(const paper::PaperDoc& paper, std::string_view quote, std::string_view block,
                                     const std::vector<std::string>& candidates);

// Letters, digits and operators only, lower case: the form of the second pass.
std::string bare_form(std::string_view text);

}  // namespace p2c::agents
