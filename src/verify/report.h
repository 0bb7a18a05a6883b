// REPORT.md and a self-contained report.html that a person would read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "artefacts/analysis.h"
#include "artefacts/config.h"
#include "artefacts/figure_graph.h"
#include "artefacts/plan.h"
#include "artefacts/requirement.h"
#include "artefacts/run_record.h"
#include "artefacts/trace.h"
#include "paper/paper_doc.h"

namespace p2c::verify {

struct ReportInput {
  const paper::PaperDoc& paper;
  const artefacts::Requirements& requirements;
  const artefacts::Plan& plan;
  const artefacts::Config& config;
  const artefacts::SectionMap& section_map;
  const artefacts::Decisions& decisions;
  const artefacts::VerifyReport& verify;
  const std::vector<artefacts::ProvenanceRegion>& provenance;
  const std::vector<artefacts::LedgerEntry>& ledger;
  const artefacts::RunRecord& run;
  const std::map<std::string, std::string>& repo_files;   // text by path
  std::string file_graph_svg;                              // may be empty
};

std::string render_report_markdown(const ReportInput& input);
std::string render_report_html(const ReportInput& input);  // no external references; paper text escaped

}  // namespace p2c::verify
