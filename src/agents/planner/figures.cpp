// P3 without a vision model: a figure's graph from its caption and the text inside its vector drawing.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agents/planner/calls.h"
#include "base/text.h"

namespace p2c::agents::planner {

using artefacts::FigureGraph;
using artefacts::FigureGraphs;

FigureGraphs read_figures(const paper::PaperDoc& paper, const artefacts::Requirements& requirements) {
  FigureGraphs out;
  for (const paper::Figure& figure : paper.figures) {
    FigureGraph graph;
    graph.figure = figure.id;
    graph.kind = figure.role;
    if (!figure.tikz.empty()) {
      graph.method = "tikz";
    } else if (!figure.text_inside.empty()) {
      graph.method = "vector-text";
    }
    std::set<std::string> seen;
    for (const std::string& text : figure.text_inside) {
      const std::string label = collapse_whitespace(text);
      const bool has_letter = std::any_of(label.begin(), label.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
      // Axis ticks and single letters carry no structure.
      if (!has_letter || label.size() < 3 || label.size() > 60 || !seen.insert(to_lower(label)).second) continue;
      if (graph.nodes.size() >= 60) break;
      graph.nodes.push_back({fmt::format("n{}", graph.nodes.size() + 1), label, "", ""});
    }
    const std::string caption = normalise_for_match(figure.caption);
    for (const auto& r : requirements.requirements) {
      const bool cited = std::any_of(r.evidence.begin(), r.evidence.end(), [&](const auto& e) {
        return e.block == figure.id || std::find(figure.cited_in.begin(), figure.cited_in.end(), e.block) != figure.cited_in.end();
      });
      const bool named = r.value && r.value->name.size() > 3 && contains(caption, replace_all(to_lower(r.value->name), "_", " "));
      if (cited || named) graph.matched.push_back(r.id);
    }
    // Labels without edges are hints only: below the 0.5 from which a graph may count as evidence (spec 3.3).
    graph.confidence = graph.nodes.empty() ? 0.1 : 0.3;
    out.figures.push_back(std::move(graph));
  }
  return out;
}

std::string describe_figures(const paper::PaperDoc& paper, const FigureGraphs& figures) {
  std::string out;
  for (const FigureGraph& graph : figures.figures) {
    const paper::Figure* figure = paper.find_figure(graph.figure);
    if (figure == nullptr || (figure->role != "architecture" && figure->role != "flow")) continue;
    out += fmt::format("[{}] {}\n", graph.figure, collapse_whitespace(figure->caption));
    if (!graph.nodes.empty()) {
      std::vector<std::string> labels;
      for (const auto& node : graph.nodes) labels.push_back(node.label);
      out += "  labels inside: " + join(labels, "; ") + "\n";
    }
    if (!figure->tikz.empty() && figure->tikz.size() < 6000) out += "  TikZ source:\n" + figure->tikz + "\n";
  }
  return out.empty() ? "(no architecture figure could be read)" : out;
}

}  // namespace p2c::agents::planner
