// Parses the word boxes poppler prints.
#include "paper/pdf/words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "paper/xml_scan.h"

namespace p2c::paper {
namespace {

// Pages are at most 200 inches by the PDF reference; places outside of a generous multiple are noise.
constexpr double kMaxCoordinate = 100'000;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || !std::isfinite(value) || std::abs(value) > kMaxCoordinate)
    return std::nullopt;
  return value;
}

std::optional<Box> box_of(const XmlEvent& event) {
  const auto x0 = number(event.attribute("xMin")), y0 = number(event.attribute("yMin"));
  const auto x1 = number(event.attribute("xMax")), y1 = number(event.attribute("yMax"));
  if (!x0 || !y0 || !x1 || !y1) return std::nullopt;
  return Box{std::min(*x0, *x1), std::min(*y0, *y1), std::max(*x0, *x1), std::max(*y0, *y1)};
}

Box around(const std::vector<PdfWord>& words) {
  Box box = words.front().box;
  for (const PdfWord& word : words) {
    box.x0 = std::min(box.x0, word.box.x0);
    box.y0 = std::min(box.y0, word.box.y0);
    box.x1 = std::max(box.x1, word.box.x1);
    box.y1 = std::max(box.y1, word.box.y1);
  }
  return box;
}

}  // namespace

std::vector<PdfPage> parse_bbox_layout(std::string_view xhtml) {
  std::vector<PdfPage> pages;
  XmlScanner scanner(xhtml);
  XmlEvent event;
  PdfLine line;
  std::optional<Box> word_box;
  std::string word;
  std::size_t words = 0;
  int block = 0;
  const auto finish_line = [&] {
    if (!pages.empty() && !line.words.empty()) {
      line.box = around(line.words);
      line.block = block;
      pages.back().lines.push_back(std::move(line));
    }
    line = {};
  };
  while (scanner.next(event)) {
    const bool start = event.kind == XmlEvent::Kind::start;
    if (event.kind == XmlEvent::Kind::text) {
      if (word_box) word += event.text;
    } else if (event.name == "page" && start) {
      finish_line();
      if (pages.size() >= kMaxPdfPages) break;
      block = 0;
      pages.push_back(
          {number(event.attribute("width")).value_or(0), number(event.attribute("height")).value_or(0), {}});
    } else if (event.name == "block" && start) {
      finish_line();
      ++block;
    } else if (event.name == "line") {
      finish_line();
    } else if (event.name == "word" && start) {
      word_box = box_of(event);
      word.clear();
    } else if (event.name == "word" && word_box) {
      std::string text = collapse_whitespace(repair_utf8(word));
      if (!text.empty() && !pages.empty()) line.words.push_back({*word_box, std::move(text)});
      word_box.reset();
      if (++words >= kMaxPdfWords) break;
    }
  }
  finish_line();
  return pages;
}

std::string line_text(const PdfLine& line) {
  std::string text;
  for (const PdfWord& word : line.words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

}  // namespace p2c::paper
