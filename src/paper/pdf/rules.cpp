// Reads rules from drawings.
#include "paper/pdf/rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "base/parallel.h"
#include "base/text.h"

namespace p2c::paper {
namespace {

constexpr std::size_t kMaxRulesOfPage = 2'000;
constexpr std::size_t kMaxSvgBytes = 6u << 20;    // a page of text takes less than one
constexpr double kThickest = 1.1, kShortest = 2;  // points; horizontal braces are thicker

// The value of an attribute of the element that `tag` holds.
std::string_view attribute(std::string_view tag, std::string_view name) {
  const std::string wanted = " " + std::string(name) + "=\"";
  const std::size_t start = tag.find(wanted);
  if (start == std::string_view::npos) return {};
  const std::string_view rest = tag.substr(start + wanted.size());
  return rest.substr(0, rest.find('"'));
}

// All numbers in a text, whatever stands between them; at most `most`.
std::vector<double> numbers_in(std::string_view text, std::size_t most) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < text.size() && numbers.size() < most;) {
    double value = 0;
    const auto result = std::from_chars(text.data() + i, text.data() + text.size(), value);
    if (result.ec != std::errc() || !std::isfinite(value)) {
      ++i;
      continue;
    }
    numbers.push_back(value);
    i = static_cast<std::size_t>(result.ptr - text.data());
  }
  return numbers;
}

// The rule that a path or rectangle draws, if it is one.
std::optional<PdfRule> rule_of(std::string_view tag) {
  double x0 = 0, x1 = 0, y0 = 0, y1 = 0, thick = 0;
  if (tag.starts_with("<rect")) {
    const auto side = [&tag](std::string_view name) {
      const std::vector<double> value = numbers_in(attribute(tag, name), 1);
      return value.empty() ? 0.0 : value[0];
    };
    x0 = side("x");
    y0 = side("y");
    x1 = x0 + side("width");
    y1 = y0 + side("height");
  } else {
    // Two points for a stroke; five for a thin box that is filled: it comes back to its start, and says so
    // again.
    const std::vector<double> points = numbers_in(attribute(tag, "d"), 13);
    const bool stroke = points.size() == 4, box = points.size() >= 8 && points.size() <= 12;
    if (!stroke && !box) return std::nullopt;
    std::vector<double> matrix = numbers_in(attribute(tag, "transform"), 6);
    if (matrix.size() != 6) matrix = {1, 0, 0, 1, 0, 0};
    x0 = y0 = HUGE_VAL;
    x1 = y1 = -HUGE_VAL;
    for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
      const double x = matrix[0] * points[i] + matrix[2] * points[i + 1] + matrix[4],
                   y = matrix[1] * points[i] + matrix[3] * points[i + 1] + matrix[5];
      x0 = std::min(x0, x);
      x1 = std::max(x1, x);
      y0 = std::min(y0, y);
      y1 = std::max(y1, y);
    }
    if (stroke) {
      const std::size_t width = tag.find("stroke-width:");
      if (width == std::string_view::npos) return std::nullopt;
      const std::vector<double> value = numbers_in(tag.substr(width + 13, 20), 1);
      thick = (value.empty() ? 0.0 : value[0]) * std::abs(matrix[0]);
    }
  }
  if (!(x1 - x0 > kShortest) || !(y1 - y0 + thick < kThickest) || y1 - y0 > 0.2 * (x1 - x0))
    return std::nullopt;
  return PdfRule{x0, x1, (y0 + y1) / 2};
}

}  // namespace

std::vector<PdfRule> parse_rules(std::string_view svg) {
  std::vector<PdfRule> rules;
  // Glyphs and clips stand in definitions.
  bool defined = false;
  for (std::size_t at = svg.find('<'); at != std::string_view::npos && rules.size() < kMaxRulesOfPage;
       at = svg.find('<', at + 1)) {
    const std::string_view rest = svg.substr(at);
    if (rest.starts_with("<defs>")) {
      const std::size_t end = rest.find("</defs>");
      if (end == std::string_view::npos) break;
      at += end;
      continue;
    }
    if (rest.starts_with("<clipPath")) defined = true;
    if (rest.starts_with("</clipPath")) defined = false;
    if (defined || (!rest.starts_with("<path") && !rest.starts_with("<rect"))) continue;
    const std::string_view tag = rest.substr(0, rest.find('>'));
    if (tag.size() > 1'000) continue;
    if (const auto rule = rule_of(tag)) rules.push_back(*rule);
  }
  std::sort(rules.begin(), rules.end(), [](const PdfRule& a, const PdfRule& b) { return a.y < b.y; });
  return rules;
}

void read_rules(const std::filesystem::path& pdf, const std::vector<int>& pages, PdfPieces& pieces,
                const ReadingTime& time, const CancelToken& cancel) {
  parallel_for(pages.size(), page_jobs(), [&](std::size_t i) {
    const auto page = static_cast<std::size_t>(pages[i]);
    if (page == 0 || page > pieces.sheets.size()) return;
    PopplerOptions options;
    options.wall = time.left(std::chrono::seconds(5));
    options.output_bytes = kMaxSvgBytes;
    options.memory_bytes = page_memory();
    options.cancel = cancel;
    const std::string number = std::to_string(page);
    const PopplerResult result =
        run_poppler({"pdftocairo", "-svg", "-f", number, "-l", number}, pdf, {"-"}, options);
    if (result.ok()) pieces.sheets[page - 1].rules = parse_rules(result.out);
  });
}

}  // namespace p2c::paper
