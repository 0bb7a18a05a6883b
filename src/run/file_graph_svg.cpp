// Draws the file graph with Graphviz, or plainly without it.
#include "run/file_graph_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <vector>

#include "base/error.h"
#include "base/graph.h"
#include "base/process.h"
#include "base/text.h"

namespace p2c::run {
namespace {

constexpr std::size_t kMaxSvgBytes = 8u << 20;

// Paths come from a model: quotes, line breaks and angle brackets are nothing special to us.
std::string dot_quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : strip_control(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' || c == '\t' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string xml_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : strip_control(repair_utf8(text))) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// Colours tell scripts, tests and modules apart; the words are in the drawing's legend of the report.
std::string_view colour_of(const std::string& kind) {
  if (kind == "script") return "#fde9c8";
  if (kind == "test") return "#e2f0d9";
  if (kind == "config" || kind == "doc") return "#eeeeee";
  return "#dce6f5";
}

DependencyGraph dependencies_of(const artefacts::Plan& plan) {
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < plan.files.size(); ++i) index.emplace(plan.files[i].path, i);
  DependencyGraph graph(plan.files.size());
  for (std::size_t i = 0; i < plan.files.size(); ++i) {
    for (const std::string& path : plan.files[i].depends_on) {
      const auto it = index.find(path);
      if (it != index.end() && it->second != i) graph[i].push_back(it->second);
    }
  }
  return graph;
}

}  // namespace

std::string file_graph_dot(const artefacts::Plan& plan) {
  std::string dot =
      "digraph files {\n"
      "  rankdir=LR; node [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", fontsize=11, "
      "color=\"#5b6b82\"];\n"
      "  edge [color=\"#8393a8\", arrowsize=0.7];\n";
  for (const artefacts::PlannedFile& file : plan.files) {
    dot += fmt::format("  {} [fillcolor=\"{}\", tooltip={}];\n", dot_quoted(file.path), colour_of(file.kind),
                       dot_quoted(file.purpose));
  }
  const DependencyGraph graph = dependencies_of(plan);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const std::size_t dependency : graph[i]) {
      dot += fmt::format("  {} -> {};\n", dot_quoted(plan.files[dependency].path),
                         dot_quoted(plan.files[i].path));
    }
  }
  return dot + "}\n";
}

std::string layered_svg(const artefacts::Plan& plan) {
  constexpr double kBoxHeight = 26, kGapX = 60, kGapY = 12, kMargin = 12, kCharWidth = 6.6;
  const DependencyGraph graph = dependencies_of(plan);
  // A cyclic plan has no depths; then everything stands in one column and the arrows tell the rest.
  const bool acyclic = topological_order(graph).has_value();
  const std::vector<std::size_t> depths =
      acyclic ? dependency_depths(graph) : std::vector<std::size_t>(graph.size(), 0);
  const std::size_t columns = depths.empty() ? 0 : *std::max_element(depths.begin(), depths.end()) + 1;

  std::vector<double> width(columns, 80), left(columns, kMargin);
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const double needed = 16 + kCharWidth * static_cast<double>(count_code_points(plan.files[i].path));
    width[depths[i]] = std::max(width[depths[i]], needed);
  }
  for (std::size_t c = 1; c < columns; ++c) left[c] = left[c - 1] + width[c - 1] + kGapX;
  std::vector<double> top(depths.size());
  std::vector<double> next(columns, kMargin);
  for (std::size_t i = 0; i < depths.size(); ++i) {
    top[i] = next[depths[i]];
    next[depths[i]] += kBoxHeight + kGapY;
  }
  const double total_width = columns == 0 ? 2 * kMargin : left.back() + width.back() + kMargin;
  const double total_height =
      columns == 0 ? 2 * kMargin : *std::max_element(next.begin(), next.end()) + kMargin;

  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
      "{1:.0f}\" "
      "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"11\">\n"
      "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
      "markerHeight=\"7\" orient=\"auto\">"
      "<path d=\"M0 0L8 4L0 8z\" fill=\"#8393a8\"/></marker></defs>\n",
      total_width, total_height);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const std::size_t from : graph[i]) {
      const double x1 = left[depths[from]] + width[depths[from]], y1 = top[from] + kBoxHeight / 2;
      const double x2 = left[depths[i]], y2 = top[i] + kBoxHeight / 2;
      svg += fmt::format(
          "<path d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\" fill=\"none\" "
          "stroke=\"#8393a8\" "
          "marker-end=\"url(#arrow)\"/>\n",
          x1, y1, x1 + kGapX / 2, y1, x2 - kGapX / 2, y2, x2, y2);
    }
  }
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const artefacts::PlannedFile& file = plan.files[i];
    svg += fmt::format(
        "<g><title>{}</title><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" rx=\"5\" "
        "fill=\"{}\" "
        "stroke=\"#5b6b82\"/><text x=\"{:.1f}\" y=\"{:.1f}\">{}</text></g>\n",
        xml_escaped(file.purpose), left[depths[i]], top[i], width[depths[i]], kBoxHeight,
        colour_of(file.kind), left[depths[i]] + 8, top[i] + 17, xml_escaped(file.path));
  }
  return svg + "</svg>\n";
}

std::string file_graph_svg(const artefacts::Plan& plan, const CancelToken& cancel) {
  ProcessOptions options;
  options.argv = {"dot", "-Tsvg"};
  options.input = file_graph_dot(plan);
  options.limits.wall = std::chrono::seconds(10);
  options.limits.output_bytes = kMaxSvgBytes;
  options.cancel = cancel;
  try {
    const ProcessResult result = run_process(options);
    const std::size_t start = result.out.find("<svg");
    // Before it stand a document type that names a file on the web and a comment with Graphviz' version.
    if (result.ok() && start != std::string::npos) return result.out.substr(start);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
  }
  return layered_svg(plan);
}

}  // namespace p2c::run
