// The plan's files and their dependencies as a drawing.
#pragma once

#include <string>

#include "artefacts/plan.h"
#include "base/cancel.h"

namespace p2c::run {

// Self-contained SVG text from "<svg" on: no document type, no reference to anything outside. Drawn by
// Graphviz' dot as a child process when it is installed and answers within 10 s, else by layered_svg().
// Errors: cancelled.
std::string file_graph_svg(const artefacts::Plan& plan, const CancelToken& cancel);

// The drawing without Graphviz: one column for each depth, dependencies to the left. Any graph, cycles too.
std::string layered_svg(const artefacts::Plan& plan);
// The graph in dot's language.
std::string file_graph_dot(const artefacts::Plan& plan);

}  // namespace p2c::run
