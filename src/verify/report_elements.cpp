// Pieces of the HTML report.
#include "verify/report_elements.h"

#include <fmt/format.h>

#include "base/markup.h"
#include "base/text.h"

namespace p2c::verify::elements {

std::string h(std::string_view text) {
  return html_escape(text);
}

std::string badge(std::string_view kind, std::string_view text) {
  return fmt::format("<span class=\"badge {}\">{}</span>", kind, h(text));
}

std::string_view kind_of_state(std::string_view state) {
  if (state == "passed" || state == "pass" || state == "fixed" || state == "specified") return "good";
  if (state == "failed" || state == "missing" || state == "error" || state == "contradictory") return "bad";
  if (state == "wrong_place" || state == "inconsistent" || state == "unspecified" || state == "open" ||
      state == "warning")
    return "warn";
  return "none";
}

std::string section(std::string_view id, std::string_view title, const std::string& content) {
  return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}\n</section>\n", id, title, content);
}

std::string table(const std::vector<std::string>& head, const std::string& rows,
                  std::string_view attributes) {
  std::string out = fmt::format("<div class=\"scroll\"><table {}><thead><tr>", attributes);
  for (const auto& title : head) {
    const bool number = title.starts_with('#');
    out += number ? "<th class=\"number\">" + title.substr(1) + "</th>" : "<th>" + title + "</th>";
  }
  return out + "</tr></thead><tbody>" + rows + "</tbody></table></div>";
}

std::string cell(const std::string& content) {
  return "<td>" + content + "</td>";
}
std::string number_cell(const std::string& content) {
  return "<td class=\"number\">" + content + "</td>";
}

namespace {

// An event attribute: "on" and letters up to "=", where an attribute may begin. The words of a tooltip rarely
// look like that.
bool has_event_attribute(std::string_view lower) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; };
  for (auto at = lower.find("on"); at != std::string_view::npos; at = lower.find("on", at + 1)) {
    if (at == 0 ||
        !(is_blank(lower[at - 1]) || lower[at - 1] == '/' || lower[at - 1] == '"' || lower[at - 1] == '\''))
      continue;
    auto end = at + 2;
    while (end < lower.size() && lower[end] >= 'a' && lower[end] <= 'z') ++end;
    if (end == at + 2) continue;
    while (end < lower.size() && is_blank(lower[end])) ++end;
    if (end < lower.size() && lower[end] == '=') return true;
  }
  return false;
}

}  // namespace

std::string harmless_drawing(std::string_view drawing) {
  const auto start = drawing.find("<svg");
  if (start == std::string_view::npos) return {};
  std::string svg = repair_utf8(drawing.substr(start));
  const std::string lower = to_lower(svg);
  if (has_event_attribute(lower)) return {};
  for (const std::string_view part :
       {"<script", "<foreignobject", "<image", "<iframe", "<use", "<style", "javascript:", "href="}) {
    if (contains(lower, part)) return {};
  }
  return svg;
}

}  // namespace p2c::verify::elements
