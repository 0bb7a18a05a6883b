// The Analyzer's calls; analyzer.cpp is their order. Internal to the Analyzer.
#pragma once

#include <string>
#include <vector>

#include "agents/analyzer/analyzer.h"

namespace p2c::agents::analyzer {

// One section (or large subsection) that states requirements, with everything below it.
struct MethodSection {
  std::string id;
  std::string heading;
  std::string text;                  // emitted blocks
  std::vector<std::string> blocks;
};
std::vector<MethodSection> method_sections(const paper::PaperDoc& paper, const artefacts::Requirements& requirements);

// A1 over all sections: fills section_map, decisions and new requirements of `result`.
void analyze_sections(const paper::PaperDoc& paper, const PlannerResult& planned, int jobs, llm::Caller& caller, AnalyzerResult& result);

// A2 over all planned files, in parallel: fills specs and extends config of `result`.
void specify_files(const paper::PaperDoc& paper, const PlannerResult& planned, int jobs, llm::Caller& caller, AnalyzerResult& result);

// What is wrong with one specification against the plan, the config and the specifications of the files it imports.
// `known` holds the specifications made so far. Sentences; empty when it fits.
std::vector<std::string> check_spec(const artefacts::FileSpec& spec, const artefacts::Plan& plan, const artefacts::Config& config,
                                    const std::vector<artefacts::FileSpec>& known);

artefacts::FileSpec spec_from_answer(const Json& answer, const std::string& path);
// Keys a specification asks for that the configuration lacks, as entries; broken ones left out.
std::vector<artefacts::ConfigEntry> missing_config(const Json& answer);

}  // namespace p2c::agents::analyzer
namespace p2c::agents {
// "decision D-03: question -> choice (basis): rationale" for those that affect `path` or touch one of `reqs`.
std::string decisions_for(const artefacts::Decisions& decisions, const std::string& path, const std::vector<std::string>& reqs);
// Requirements owned or used by a file, own ones first.
std::vector<const artefacts::Requirement*> requirements_of(const artefacts::Requirements& requirements, const std::string& path);
// Equations and algorithms that the section map gives to a file.
std::vector<std::string> formulas_of(const artefacts::SectionMap& map, const std::string& path);
// JSON of a specification without empty fields, for prompts.
std::string spec_json(const artefacts::FileSpec& spec, bool with_tests);
std::string spec_signatures(const artefacts::FileSpec& spec);
// nullptr when there is none of that path.
const artefacts::FileSpec* find_spec(const AnalyzerResult& analysis, const std::string& path);
}  // namespace p2c::agents
