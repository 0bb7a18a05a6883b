// Single lines of Markdown: markers of lists and headings, pictures, links and emphasis.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace p2c::paper {

// Length of the list marker ("- ", "* ", "3. ") a trimmed line starts with; 0 when there is none.
std::size_t list_marker(std::string_view text);

// Number of '#' of a heading "## Title"; 0 when the line is none.
int heading_marks(std::string_view text);
// The title of such a line without its marks.
std::string heading_text(std::string_view text);

struct ImageLink {
  std::string alt, path;
};

// "![alt](path)" alone on its line; a title in the brackets is dropped.
std::optional<ImageLink> image_of(std::string_view line);

// Links become their text with the address behind, images inside a line and bold marks go, escaped signs
// stand for themselves; maths and code stay as they are.
std::string plain_inline(std::string_view text);

}  // namespace p2c::paper
