// Small pieces of the HTML report: escaped text, badges, tables, a drawing that can do no harm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2c::verify::elements {

std::string h(std::string_view text);  // escaped text
std::string badge(std::string_view kind,
                  std::string_view text);                // text is escaped; kind: good, bad, warn, none
std::string_view kind_of_state(std::string_view state);  // of outcomes, verdicts, statuses, severities
// The contents below are HTML. A column head that begins with '#' is of numbers.
std::string section(std::string_view id, std::string_view title, const std::string& content);
std::string table(const std::vector<std::string>& head, const std::string& rows,
                  std::string_view attributes = "");
std::string cell(const std::string& content);
std::string number_cell(const std::string& content);

// The <svg> element of a drawing for use inside a page; empty when it holds anything that could run or load
// something: scripts, event attributes, links, images, foreign content.
std::string harmless_drawing(std::string_view svg);

}  // namespace p2c::verify::elements
