// The files of the generated repository that code writes, each by one function.
#pragma once

#include <string>

#include "agents/analyzer/analyzer.h"
#include "agents/planner/planner.h"
#include "paper/paper_doc.h"

namespace p2c::agents {

// requirements.txt: the framework, PyYAML, NumPy, pytest and the plan's packages, each with a lower bound.
// Names that are no package names, the standard library and the package itself are left out.
std::string requirements_text(const artefacts::Plan& plan);

// reproduce.sh: every entry point in order on one profile, then the experiments when asked. Commands of the
// plan are taken apart and quoted anew, so no text of a model reaches the shell.
std::string reproduce_script(const artefacts::Plan& plan);

std::string readme_text(const paper::PaperDoc& paper, const artefacts::Requirements& requirements,
                        const artefacts::Plan& plan, const artefacts::Decisions& decisions);
std::string reproduction_text(const paper::PaperDoc& paper, const artefacts::Requirements& requirements,
                              const artefacts::Plan& plan, const artefacts::Config& config,
                              const AnalyzerResult& analysis);

}  // namespace p2c::agents
