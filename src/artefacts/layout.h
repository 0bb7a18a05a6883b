// Where each artefact lies inside a run directory. The run directory is the state; nothing else is.
#pragma once

#include <string_view>

namespace p2c::artefacts::layout {

inline constexpr std::string_view kDatabase = "run.db";
inline constexpr std::string_view kRun = "run.json";
inline constexpr std::string_view kPaperDir = "paper";             // paper.json, paper.md, figures/
inline constexpr std::string_view kPaper = "paper/paper.json";
inline constexpr std::string_view kPaperMarkdown = "paper/paper.md";
inline constexpr std::string_view kFigures = "paper/figures";
inline constexpr std::string_view kRequirements = "plan/requirements.json";
inline constexpr std::string_view kFigureGraphs = "plan/figures.json";
inline constexpr std::string_view kPlan = "plan/plan.json";
inline constexpr std::string_view kConfig = "plan/config.json";
inline constexpr std::string_view kFileGraphSvg = "plan/file_graph.svg";
inline constexpr std::string_view kSectionMap = "analysis/section_map.json";
inline constexpr std::string_view kDecisions = "analysis/decisions.json";
inline constexpr std::string_view kAnalyzedRequirements = "analysis/requirements.json";  // the Planner's plus what the Analyzer found
inline constexpr std::string_view kAnalyzedConfig = "analysis/config.json";              // likewise
inline constexpr std::string_view kFileSpecs = "analysis/files";   // <path>.json
inline constexpr std::string_view kGenerated = "generated/files.json";  // warnings of generation
inline constexpr std::string_view kRepo = "repo";                  // the generated repository
inline constexpr std::string_view kSnapshot0 = "verify/snapshot0"; // the repository as first emitted
inline constexpr std::string_view kVerify = "verify/verify.json";
inline constexpr std::string_view kVerdicts = "verify/requirements.json";  // the Analyzer's with verdicts
inline constexpr std::string_view kLedger = "verify/ledger.jsonl";
inline constexpr std::string_view kLogs = "verify/logs";
inline constexpr std::string_view kReportMarkdown = "REPORT.md";
inline constexpr std::string_view kReportHtml = "report.html";

}  // namespace p2c::artefacts::layout
