// Stage 1: the source becomes a Paper document with its figures.
#include <fmt/format.h>

#include "artefacts/layout.h"
#include "base/error.h"
#include "base/files.h"
#include "paper/outputs.h"
#include "paper/reader.h"
#include "run/budget_estimate.h"
#include "run/directory_draft.h"
#include "run/stage.h"

namespace p2c::run {

std::vector<std::string> run_ingest(StageContext& context) {
  DirectoryDraft draft(context.store.directory(), artefacts::layout::kPaperDir);
  paper::ReadOptions read;
  read.figures_dir = draft.path() / "figures";
  read.events = &context.events;
  read.cancel = context.cancel;
  const paper::PaperDoc paper = paper::read_paper(context.options.source, read);
  paper::write_paper_outputs(paper, draft.path());
  draft.commit();

  Json inputs = context.store.meta("inputs").value_or(Json::object());
  inputs["kind"] = paper::to_string(paper.source.kind);
  inputs["sha256"] = paper.source.sha256;
  inputs["title"] = paper.title;
  if (!paper.source.arxiv_id.empty()) {
    inputs["arxiv_id"] = fmt::format("{}v{}", paper.source.arxiv_id, paper.source.version);
  }
  context.store.set_meta("inputs", inputs);
  for (const paper::Warning& warning : paper.warnings) {
    context.events.emit({"", "ingest", warning.place, "finding", Json{{"message", warning.message}}});
  }
  const RunEstimate estimate = estimate_run(paper);
  context.store.set_meta("estimate", to_json(estimate));
  context.events.emit({"", "ingest", "estimate", "artefact", Json{{"message", describe(estimate)}}});
  return {std::string(artefacts::layout::kPaperDir)};
}

}  // namespace p2c::run
