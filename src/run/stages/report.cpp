// Stage 6: what a person reads.
#include "verify/report.h"

#include "artefacts/layout.h"
#include "base/error.h"
#include "base/files.h"
#include "run/artefact_files.h"
#include "run/run_record.h"
#include "run/stage.h"
#include "verify/static_checks.h"

namespace p2c::run {
namespace {

namespace layout = artefacts::layout;

// The record without the report's own stage and time, so that a report made again says the same.
artefacts::RunRecord record_of_work(Store& store) {
  artefacts::RunRecord record = make_run_record(store);
  record.totals.wall_ms =
      store.meta("reported_wall_ms").value_or(Json(record.totals.wall_ms)).get<std::int64_t>();
  std::erase_if(record.stages, [](const artefacts::StageRecord& stage) { return stage.name == "report"; });
  return record;
}

void write_reports(Store& store) {
  const fs::path& directory = store.directory();
  const paper::PaperDoc paper = read_paper_artefact(directory);
  agents::PlannerResult planned = read_planner_result(directory);
  const agents::AnalyzerResult analysis = read_analyzer_result(directory, planned.plan);
  planned.config = analysis.config;  // file specifications may have asked for further keys
  const artefacts::VerifyReport verified = read_verify_report(directory);
  const artefacts::Requirements requirements = read_verdicts(directory);
  const auto provenance = read_provenance(directory / layout::kRepo);
  const auto ledger = read_ledger(directory);
  const artefacts::RunRecord record = record_of_work(store);
  const auto files = verify::load_repo(directory / layout::kRepo);
  const verify::ReportInput input{paper,
                                  requirements,
                                  planned.plan,
                                  planned.config,
                                  analysis.section_map,
                                  analysis.decisions,
                                  verified,
                                  provenance,
                                  ledger,
                                  record,
                                  files,
                                  store.read_artefact(layout::kFileGraphSvg)};
  store.write_artefact(layout::kReportMarkdown, verify::render_report_markdown(input));
  store.write_artefact(layout::kReportHtml, verify::render_report_html(input));
}

}  // namespace

std::vector<std::string> run_report(StageContext& context) {
  context.store.set_meta("reported_wall_ms", context.store.meta("wall_ms").value_or(Json(0)));
  write_reports(context.store);
  return {std::string(layout::kReportMarkdown), std::string(layout::kReportHtml)};
}

void render_report(const std::filesystem::path& directory) {
  const auto store = Store::open(directory, false);
  if (!fs::exists(directory / layout::kVerify)) {
    throw Error(ErrorCode::not_found, "the run has not been verified yet",
                {.subject = directory.string(), .hint = "`paper2code resume` goes on with it."});
  }
  write_reports(*store);
  // The files changed, so their hashes are taken again; otherwise the next resume would render them once
  // more.
  store->begin_stage("report");
  store->finish_stage("report", {std::string(layout::kReportMarkdown), std::string(layout::kReportHtml)});
}

}  // namespace p2c::run
