// Typed artefacts of a run directory: each reader gives what an earlier stage wrote.
// Errors: not_found when that stage has not run; bad_input or version when the file is not what it should be.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agents/analyzer/analyzer.h"
#include "agents/planner/planner.h"
#include "artefacts/trace.h"
#include "base/json.h"
#include "paper/paper_doc.h"

namespace p2c::run {

Json read_json(const std::filesystem::path& directory, std::string_view relative);

paper::PaperDoc read_paper_artefact(const std::filesystem::path& directory);
agents::PlannerResult read_planner_result(const std::filesystem::path& directory);
// File specifications come in the plan's build order.
agents::AnalyzerResult read_analyzer_result(const std::filesystem::path& directory,
                                            const artefacts::Plan& plan);
artefacts::VerifyReport read_verify_report(const std::filesystem::path& directory);
// The Analyzer's requirements with the verdicts of verification.
artefacts::Requirements read_verdicts(const std::filesystem::path& directory);
std::vector<artefacts::LedgerEntry> read_ledger(const std::filesystem::path& directory);
// Of repo/provenance.jsonl.
std::vector<artefacts::ProvenanceRegion> read_provenance(const std::filesystem::path& repo);

}  // namespace p2c::run
