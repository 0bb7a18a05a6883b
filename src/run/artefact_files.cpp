// Reads artefacts back into their types.
#include "run/artefact_files.h"

#include <fmt/format.h>

#include "artefacts/layout.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace p2c::run {
namespace {

namespace layout = artefacts::layout;

template <class T>
T read_artefact(const fs::path& directory, std::string_view relative) {
  return artefacts::from_json<T>(read_json(directory, relative), std::string(relative));
}

template <class T>
std::vector<T> read_lines(const fs::path& file) {
  const std::string text = read_file(file);
  const std::string name = file.filename().string();
  std::vector<T> items;
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    const std::string subject = fmt::format("{}:{}", name, number);
    items.push_back(artefacts::from_json<T>(parse_json(line, subject), subject));
  }
  return items;
}

}  // namespace

Json read_json(const fs::path& directory, std::string_view relative) {
  const fs::path file = confine(directory, relative);
  return parse_json(read_file(file), file.string());
}

paper::PaperDoc read_paper_artefact(const fs::path& directory) {
  return paper::paper_doc_from_json(read_json(directory, layout::kPaper));
}

agents::PlannerResult read_planner_result(const fs::path& directory) {
  return {read_artefact<artefacts::Requirements>(directory, layout::kRequirements),
          read_artefact<artefacts::FigureGraphs>(directory, layout::kFigureGraphs),
          read_artefact<artefacts::Plan>(directory, layout::kPlan),
          read_artefact<artefacts::Config>(directory, layout::kConfig)};
}

agents::AnalyzerResult read_analyzer_result(const fs::path& directory, const artefacts::Plan& plan) {
  agents::AnalyzerResult result;
  result.section_map = read_artefact<artefacts::SectionMap>(directory, layout::kSectionMap);
  result.decisions = read_artefact<artefacts::Decisions>(directory, layout::kDecisions);
  result.requirements = read_artefact<artefacts::Requirements>(directory, layout::kAnalyzedRequirements);
  result.config = read_artefact<artefacts::Config>(directory, layout::kAnalyzedConfig);
  for (const artefacts::PlannedFile& file : plan.files) {
    const std::string relative = fmt::format("{}/{}.json", layout::kFileSpecs, file.path);
    if (!fs::exists(confine(directory, relative))) continue;  // files without code have no specification
    result.specs.push_back(read_artefact<artefacts::FileSpec>(directory, relative));
  }
  return result;
}

artefacts::VerifyReport read_verify_report(const fs::path& directory) {
  return read_artefact<artefacts::VerifyReport>(directory, layout::kVerify);
}

artefacts::Requirements read_verdicts(const fs::path& directory) {
  return read_artefact<artefacts::Requirements>(directory, layout::kVerdicts);
}

std::vector<artefacts::LedgerEntry> read_ledger(const fs::path& directory) {
  return read_lines<artefacts::LedgerEntry>(confine(directory, layout::kLedger));
}

std::vector<artefacts::ProvenanceRegion> read_provenance(const fs::path& repo) {
  return read_lines<artefacts::ProvenanceRegion>(confine(repo, "provenance.jsonl"));
}

}  // namespace p2c::run
