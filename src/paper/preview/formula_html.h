// Running text with formulas as HTML whose formulas the page's script draws.
#pragma once

#include <string>
#include <string_view>

#include "paper/paper_doc.h"

namespace p2c::paper {

// Escaped text; $...$ becomes <span class="tex">...</span>. An escaped or lonely dollar sign stays one.
std::string text_html(std::string_view text);
// A display: its rows in the environment that draws them, and their numbers at the right.
std::string equation_html(const Block& block, const Equation* equation);

}  // namespace p2c::paper
