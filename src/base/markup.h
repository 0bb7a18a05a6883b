// Makes untrusted text harmless inside Markdown and HTML.
#pragma once

#include <string>
#include <string_view>

namespace p2c {

// For element content and double-quoted attribute values: & < > " ' become entities, invalid UTF-8 becomes
// U+FFFD, control characters but \n and \t are dropped.
std::string html_escape(std::string_view text);

// One line of running text: white space collapsed, no tag, link, image or code span can begin. TeX between dollar
// signs stays readable.
std::string markdown_escape(std::string_view text);
// The same for a table cell: no cell border either.
std::string markdown_cell(std::string_view text);

// A code span that holds the text as it is, whatever back-ticks it contains; "" for empty text.
std::string markdown_code(std::string_view text);

// "section-title" for in-document links, the way GitHub makes them of headings.
std::string markdown_anchor(std::string_view heading);

}  // namespace p2c
