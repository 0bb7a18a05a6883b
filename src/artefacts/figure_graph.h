// What a figure shows as a graph (spec 3.3, figures.json).
#pragma once

#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

struct FigureNode {
  std::string id, label, op, shape;
  template <class V>
  void fields(V& v) { v("id", id); v("label", label); v("op", op); v("shape", shape); }
};
struct FigureEdge {
  std::string from, to, label;
  template <class V>
  void fields(V& v) { v("from", from); v("to", to); v("label", label); }
};
struct FigureGraph {
  std::string figure;  // block id
  std::string kind;    // architecture, flow, plot, sample, other
  std::vector<FigureNode> nodes;
  std::vector<FigureEdge> edges;
  std::vector<std::string> groups;
  std::vector<std::string> matched;  // requirement ids
  std::string method = "caption-only";  // tikz, vector-text, vision, caption-only
  double confidence = 0;  // below 0.5: a hint, never evidence alone
  template <class V>
  void fields(V& v) {
    v("figure", figure); v("kind", kind); v("nodes", nodes); v("edges", edges); v("groups", groups); v("matched", matched);
    v("method", method); v("confidence", confidence);
  }
};
struct FigureGraphs {
  int schema_version = 1;
  std::vector<FigureGraph> figures;
  template <class V>
  void fields(V& v) { v("schema_version", schema_version); v("figures", figures); }
};

}  // namespace p2c::artefacts
