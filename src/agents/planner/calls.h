// The Planner's calls, one function each; planner.cpp is their order. Internal to the Planner.
#pragma once

#include <string>
#include <vector>

#include "agents/planner/planner.h"

namespace p2c::agents::planner {

// P1: requirements of every chunk, quotes and numbers checked, duplicates merged; ids "q1"... in document order.
artefacts::Requirements extract(const paper::PaperDoc& paper, int jobs, llm::Caller& caller);

// Merges requirements of equal kind, name and value (or equal statement), keeping all evidence. Order of first appearance.
void merge_duplicates(artefacts::Requirements& requirements);

// P2: merges, contradictions, importance, scope, missing decisions; final ids "R-001"... .
artefacts::Requirements reconcile(const paper::PaperDoc& paper, artefacts::Requirements extracted, llm::Caller& caller);

// P3 by code: captions and the text inside vector figures.
artefacts::FigureGraphs read_figures(const paper::PaperDoc& paper, const artefacts::Requirements& requirements);
std::string describe_figures(const paper::PaperDoc& paper, const artefacts::FigureGraphs& figures);

// P4: files, symbols, entry points, dependency order; then data contract, dims, data sets, packages, experiments.
artefacts::Plan plan_files(const paper::PaperDoc& paper, const artefacts::Requirements& requirements,
                           const artefacts::FigureGraphs& figures, const std::string& framework, llm::Caller& caller);
void plan_contract(const paper::PaperDoc& paper, const artefacts::Requirements& requirements, artefacts::Plan& plan,
                   llm::Caller& caller);

// P5: owner and consumers of every in-scope requirement, written into both artefacts.
void assign_owners(artefacts::Requirements& requirements, artefacts::Plan& plan, llm::Caller& caller);

// P6: the configuration with three profiles.
artefacts::Config plan_config(const artefacts::Requirements& requirements, const artefacts::Plan& plan, llm::Caller& caller);

// What is wrong with a plan's files; empty when the invariants of spec 3.4 and F05 hold.
std::vector<std::string> check_files(const artefacts::Plan& plan);
// Kahn order into `order` and the order of `files`; edges that close a cycle are dropped with a warning (code's repair).
void order_files(artefacts::Plan& plan);
// What is wrong with a configuration against its requirements and the smoke limits.
std::vector<std::string> check_config(const artefacts::Config& config, const artefacts::Requirements& requirements);

}  // namespace p2c::agents::planner
namespace p2c::agents {
// "`pkg/model.py` (module): purpose" and the signatures of its symbols, for prompts.
std::string files_overview(const artefacts::Plan& plan, bool with_symbols);
std::string framework_name(const std::string& framework);  // "PyTorch", "JAX (Flax, Optax)", "Hugging Face transformers on PyTorch"
}  // namespace p2c::agents
