// README.md and REPRODUCTION.md of the generated repository, from the artefacts alone.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agents/generator/project_parts.h"
#include "agents/generator/templates.h"
#include "artefacts/place.h"
#include "base/markup.h"
#include "base/text.h"

namespace p2c::agents {

namespace {

constexpr std::size_t kMaxCellBytes = 600;

// One table cell or sentence of untrusted text.
std::string cell(std::string_view text) {
  std::string_view cut = utf8_prefix(text, kMaxCellBytes);
  return markdown_cell(cut) + (cut.size() < text.size() ? " …" : "");
}

std::string cells(const std::vector<std::string>& values) {
  std::vector<std::string> escaped;
  for (const auto& value : values) escaped.push_back(cell(value));
  return join(escaped, ", ");
}

std::string sentence(std::string_view text) {
  std::string out = cell(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  if (!out.empty() && std::string_view(".!?…").find(out.back()) == std::string_view::npos) out += ".";
  return out;
}

std::string row(const std::vector<std::string>& columns) {
  return "| " + join(columns, " | ") + " |\n";
}

std::string table(const std::vector<std::string>& head, const std::string& rows) {
  return row(head) + row(std::vector<std::string>(head.size(), "---")) + rows;
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string framework_name(const std::string& framework) {
  if (framework == "jax") return "JAX";
  if (framework == "hf") return "PyTorch with Hugging Face Transformers";
  return "PyTorch";
}

std::string title_of(const paper::PaperDoc& paper) {
  return paper.title.empty() ? "the paper" : markdown_escape(paper.title);
}

std::string source_sentence(const paper::PaperDoc& paper) {
  std::string out = "> " + title_of(paper) + ".";
  if (!paper.authors.empty()) {
    auto authors = paper.authors;
    const bool more = authors.size() > 8;
    if (more) authors.resize(8);
    out += " " + cells(authors) + (more ? " et al." : ".");
  }
  if (!paper.source.arxiv_id.empty()) out += " arXiv:" + cell(paper.source.arxiv_id) + ".";
  if (!paper.doi.empty()) out += " doi:" + cell(paper.doi) + ".";
  return out;
}

// Files with what they are for; those written by code come from here, the others from the plan.
std::string layout_table(const artefacts::Plan& plan) {
  std::map<std::string, std::string> purposes = {
      {"configs/", "the three profiles"},
      {"tests/", "tests of shapes, gradients, equations and programs"},
      {plan.package + "/config.py", "strict reading of the configuration"},
      {plan.package + "/runtime.py", "seeds, device, command line, output directory, metrics"},
      {"REPRODUCTION.md", "decisions, open points, deviations, experiments, requirements"},
      {"provenance.jsonl", "which lines implement what of the paper"},
      {"reproduce.sh", "runs everything in order"},
      {"requirements.txt", "Python packages"}};
  for (const auto& file : plan.files) {
    if (!file.path.starts_with("tests/")) purposes[file.path] = file.purpose;
  }
  std::string rows;
  for (const auto& [path, purpose] : purposes) rows += row({markdown_code(path), cell(purpose)});
  return table({"file", "what it is"}, rows);
}

std::string programs_table(const artefacts::Plan& plan) {
  std::string rows;
  for (const auto& entry : plan.entry_points) {
    rows += row({cell(entry.name), cell(entry.purpose), markdown_code(entry.command)});
  }
  return rows.empty() ? "The plan names no program." : table({"program", "what it does", "command"}, rows);
}

std::string data_section(const artefacts::Plan& plan) {
  if (plan.datasets.empty()) return {};
  std::string rows;
  for (const auto& data : plan.datasets) {
    rows += row({cell(data.name), cell(data.source_hint),
                 data.licence.empty() ? "not stated" : cell(data.licence), cells(data.splits),
                 data.synthetic_generator.empty() ? "–" : markdown_code(data.synthetic_generator)});
  }
  return "## Data\n\nNo data comes with this repository. The smoke profile makes its own.\n\n" +
         table({"data set", "where from", "licence", "splits", "synthetic stand-in"}, rows) + "\n";
}

std::string places(const paper::PaperDoc& paper, const artefacts::Requirement& requirement) {
  std::vector<std::string> list;
  for (const auto& evidence : requirement.evidence) {
    const std::string place = cell(artefacts::place_of(paper, evidence.block));
    if (std::find(list.begin(), list.end(), place) == list.end()) list.push_back(place);
  }
  return list.empty() ? "–" : join(list, "; ");
}

std::string decisions_table(const artefacts::Decisions& decisions) {
  if (decisions.decisions.empty()) return "None: the paper says everything that was needed.\n";
  std::string rows;
  for (const auto& d : decisions.decisions) {
    std::vector<std::string> others;
    for (const auto& option : d.options) {
      if (option != d.choice) others.push_back(option);
    }
    rows += row(
        {d.id, cell(d.question), "**" + cell(d.choice) + "**", others.empty() ? "–" : cells(others),
         fmt::format("{} Basis: {}, confidence {:.2f}.", sentence(d.rationale), cell(d.basis), d.confidence),
         d.reversible_by.empty() ? "–" : markdown_code(d.reversible_by),
         d.reqs.empty() ? "–" : cells(d.reqs)});
  }
  return table({"id", "question", "taken", "instead of", "why", "switch", "for"}, rows);
}

bool in_scope(const artefacts::Requirement& r) {
  return r.scope != "out";
}

std::string open_table(const paper::PaperDoc& paper, const artefacts::Requirements& requirements) {
  std::string rows;
  for (const auto& r : requirements.requirements) {
    if (!in_scope(r) || r.status == "specified") continue;
    std::string taken = r.choice.empty() ? "–" : "**" + cell(r.choice) + "**";
    if (!r.basis.empty()) taken += " (" + cell(r.basis) + ")";
    rows += row({r.id, cell(r.status), sentence(r.statement), taken, places(paper, r)});
  }
  std::string out = rows.empty()
                        ? "Nothing that a requirement asks for.\n"
                        : table({"requirement", "the paper", "asked for", "taken", "nearest place"}, rows);
  if (!requirements.missing_kinds.empty()) {
    out += "\nNot found in the paper at all:\n\n";
    for (const auto& kind : requirements.missing_kinds) out += "- " + sentence(kind) + "\n";
  }
  return out;
}

std::string profile_differences(const artefacts::Config& config) {
  std::string rows;
  const auto shown = [](const Json& value) {
    return markdown_code(std::string(utf8_prefix(value.dump(), 80)));
  };
  for (const auto& entry : config.entries) {
    const Json& of_paper = entry.paper.is_null() ? entry.value : entry.paper;
    const Json& smoke = entry.smoke.is_null() ? entry.value : entry.smoke;
    const Json& small = entry.small.is_null() ? entry.value : entry.small;
    if (smoke == of_paper && small == of_paper) continue;
    rows += row({markdown_code(entry.key), shown(of_paper), shown(small), shown(smoke),
                 entry.req.empty() ? "–" : cell(entry.req)});
  }
  return rows;
}

std::string deviations_text(const paper::PaperDoc& paper, const artefacts::Requirements& requirements,
                            const artefacts::Plan& plan, const artefacts::Config& config,
                            const artefacts::SectionMap& sections) {
  std::string out;
  for (const auto& r : requirements.requirements) {
    if (r.status != "contradictory" || !in_scope(r)) continue;
    out += fmt::format("- {}: the paper contradicts itself ({}). {} Taken: {}.\n", r.id, places(paper, r),
                       sentence(r.statement), r.choice.empty() ? "see the code" : cell(r.choice));
  }
  for (const auto& section : sections.sections) {
    if (section.uncovered.empty()) continue;
    std::vector<std::string> blocks;
    for (const auto& block : section.uncovered)
      blocks.push_back(artefacts::place_of(paper, block) + " (" + block + ")");
    out +=
        fmt::format("- Not implemented from {}: {}. {}\n", cell(artefacts::place_of(paper, section.section)),
                    cells(blocks), sentence(section.uncovered_reason));
  }
  for (const auto& risk : plan.risks) {
    out += "- Risk: " + sentence(risk.text) + (risk.reqs.empty() ? "" : " (" + cells(risk.reqs) + ")") + "\n";
  }
  for (const auto& question : plan.open_questions) {
    out += "- Open question: " + sentence(question.text) +
           (question.reqs.empty() ? "" : " (" + cells(question.reqs) + ")") + "\n";
  }
  if (out.empty()) out = "None known in the code itself.\n";
  const std::string rows = profile_differences(config);
  if (!rows.empty()) {
    out += "\nThe `smoke` and `small` profiles differ from the paper on purpose:\n\n" +
           table({"key", "paper", "small", "smoke", "requirement"}, rows);
  }
  return out;
}

std::string out_of_scope_list(const artefacts::Requirements& requirements) {
  std::string out;
  for (const auto& r : requirements.requirements) {
    if (in_scope(r)) continue;
    out += "- " + r.id + ": " + sentence(r.statement) +
           (r.scope_reason.empty() ? "" : " *" + sentence(r.scope_reason) + "*") + "\n";
  }
  return out.empty() ? "Nothing that was found in the paper.\n" : out;
}

std::string experiments_table(const artefacts::Plan& plan) {
  if (plan.experiments.empty()) return "The plan names no experiment.\n";
  std::string rows;
  for (const auto& e : plan.experiments) {
    rows +=
        row({cell(e.id), cell(e.model), cell(e.dataset), cell(e.metric),
             e.paper_value.empty() ? "–" : cell(e.paper_value), e.tolerance.empty() ? "–" : cell(e.tolerance),
             e.command.empty() ? "–" : markdown_code(e.command),
             e.cost_estimate.empty() ? "–" : cell(e.cost_estimate)});
  }
  return "None of these numbers has been reproduced by generating this code; they are what to compare "
         "with.\n\n" +
         table({"id", "model", "data", "metric", "paper", "tolerance", "command", "cost"}, rows);
}

std::string requirements_table(const paper::PaperDoc& paper, const artefacts::Requirements& requirements) {
  std::string rows;
  for (const auto& r : requirements.requirements) {
    if (!in_scope(r)) continue;
    rows += row({r.id, std::to_string(r.importance), cell(r.kind), sentence(r.statement), cell(r.status),
                 places(paper, r), r.owner.empty() ? "–" : markdown_code(r.owner)});
  }
  if (rows.empty()) return "None.\n";
  return "Weight: 3 core contribution, 2 needed for the main results, 1 detail.\n\n" +
         table({"id", "weight", "kind", "what", "the paper", "place", "file"}, rows);
}

}  // namespace

std::string readme_text(const paper::PaperDoc& paper, const artefacts::Requirements& requirements,
                        const artefacts::Plan& plan, const artefacts::Decisions& decisions) {
  const auto scoped = static_cast<std::size_t>(
      std::count_if(requirements.requirements.begin(), requirements.requirements.end(), in_scope));
  return fill_template("readme.md",
                       {{"title", title_of(paper)},
                        {"what", "The method and experiments of the paper as runnable and tested " +
                                     framework_name(plan.framework) + " code."},
                        {"source", source_sentence(paper)},
                        {"python", markdown_code(plan.python.empty() ? ">=3.11" : plan.python)},
                        {"programs", std::string(trim(programs_table(plan)))},
                        {"layout", std::string(trim(layout_table(plan)))},
                        {"counts", counted(scoped, "requirement", "requirements") + " and " +
                                       counted(decisions.decisions.size(), "decision", "decisions")},
                        {"data", data_section(plan)}});
}

std::string reproduction_text(const paper::PaperDoc& paper, const artefacts::Requirements& requirements,
                              const artefacts::Plan& plan, const artefacts::Config& config,
                              const AnalyzerResult& analysis) {
  const auto text = [](const std::string& part) { return std::string(trim(part)); };
  return fill_template(
      "reproduction.md",
      {{"intro", "How this repository relates to “" + title_of(paper) +
                     "”. Requirement ids (R-…), decision ids (D-…), equation ids (E…) and algorithm lines "
                     "(A1:3) are the ones in the comments of the code."},
       {"decisions", text(decisions_table(analysis.decisions))},
       {"open", text(open_table(paper, requirements))},
       {"deviations", text(deviations_text(paper, requirements, plan, config, analysis.section_map))},
       {"out_of_scope", text(out_of_scope_list(requirements))},
       {"experiments", text(experiments_table(plan))},
       {"requirements", text(requirements_table(paper, requirements))}});
}

}  // namespace p2c::agents
