// A1: what each section of the paper asks a program to do, and what it leaves open.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agents/analyzer/calls.h"
#include "agents/common_prefix.h"
#include "agents/evidence_check.h"
#include "agents/paper_view.h"
#include "agents/prompt.h"
#include "base/parallel.h"
#include "base/text.h"

namespace p2c::agents::analyzer {
namespace {

using paper::Block;
using paper::BlockType;

// A section longer than this is analysed by its subsections: one answer cannot decide ten pages carefully.
constexpr std::int64_t kMaxSectionTokens = 5000;

bool is_formula(const Block& block) {
  return block.type == BlockType::equation || block.type == BlockType::algorithm || block.type == BlockType::code;
}

MethodSection make_section(const paper::PaperDoc& paper, const Block& head, const std::vector<const Block*>& blocks) {
  MethodSection section;
  section.id = head.id;
  section.heading = heading_path(paper, head.id);
  for (const Block* block : blocks) {
    if (block->type == BlockType::references) continue;
    const std::string text = emit_block(paper, *block);
    if (trim(text).empty()) continue;
    section.text += text;
    if (!section.text.ends_with('\n')) section.text += '\n';
    section.text += '\n';
    section.blocks.push_back(block->id);
  }
  return section;
}

struct SectionAnswer {
  Json value;
  std::vector<std::string> problems;
};

std::vector<std::string> check_answer(const Json& answer, const paper::PaperDoc& paper, const MethodSection& section,
                                      const artefacts::Requirements& requirements, const artefacts::Plan& plan) {
  std::vector<std::string> problems;
  std::set<std::string> covered;
  for (const auto& r : requirements.requirements) {
    for (const auto& e : r.evidence) covered.insert(e.block);
  }
  for (const std::string& id : optional_strings(answer, "equations")) covered.insert(id);
  for (const auto& item : answer.value("uncovered", Json::array())) covered.insert(optional_string(item, "block"));
  for (const auto& item : answer.value("new_requirements", Json::array())) {
    covered.insert(optional_string(item, "block"));
    const std::string quote = optional_string(item, "quote");
    if (!find_quote(paper, quote, optional_string(item, "block"), section.blocks)) {
      problems.push_back(fmt::format("new_requirements: the quote \"{}\" does not stand in this section", quote));
    }
    const std::string owner = optional_string(item, "owner");
    if (plan.find(owner) == nullptr) problems.push_back(fmt::format("new_requirements: owner \"{}\" is not a planned file", owner));
  }
  for (const std::string& id : section.blocks) {
    const Block* block = paper.find_block(id);
    if (block != nullptr && is_formula(*block) && !covered.contains(id)) {
      problems.push_back(fmt::format("{} is neither under \"equations\" nor under \"uncovered\"", id));
    }
  }
  for (const auto& decision : answer.value("decisions", Json::array())) {
    for (const std::string& id : optional_strings(decision, "reqs")) {
      if (requirements.find(id) == nullptr) problems.push_back(fmt::format("decisions: there is no requirement {}", id));
    }
  }
  return problems;
}

}  // namespace

std::vector<MethodSection> method_sections(const paper::PaperDoc& paper, const artefacts::Requirements& requirements) {
  std::set<std::string> with_evidence;
  for (const auto& r : requirements.requirements) {
    if (r.scope != "in") continue;
    for (const auto& e : r.evidence) with_evidence.insert(e.block);
  }
  const auto states_something = [&](const MethodSection& section) {
    return std::any_of(section.blocks.begin(), section.blocks.end(), [&](const std::string& id) { return with_evidence.contains(id); });
  };
  std::vector<MethodSection> out;
  for (const Block& head : paper.blocks) {
    if (head.type != BlockType::section || head.level != 1) continue;
    MethodSection whole = make_section(paper, head, paper.blocks_of(head.id, true));
    if (!states_something(whole)) continue;
    if (llm::estimate_tokens(whole.text) <= kMaxSectionTokens) {
      out.push_back(std::move(whole));
      continue;
    }
    // The section's own blocks first, then each direct subsection with all below it.
    if (MethodSection own = make_section(paper, head, paper.blocks_of(head.id, false)); states_something(own)) out.push_back(std::move(own));
    for (const Block& sub : paper.blocks) {
      if (sub.type != BlockType::section || sub.parent != head.id) continue;
      if (MethodSection part = make_section(paper, sub, paper.blocks_of(sub.id, true)); states_something(part)) out.push_back(std::move(part));
    }
  }
  return out;
}

void analyze_sections(const paper::PaperDoc& paper, const PlannerResult& planned, int jobs, llm::Caller& caller, AnalyzerResult& result) {
  result.requirements = planned.requirements;
  const std::vector<MethodSection> sections = method_sections(paper, planned.requirements);
  const std::string prefix = common_prefix(paper, planned.requirements, planned.plan, planned.config);
  std::vector<Json> answers(sections.size());
  parallel_for(sections.size(), jobs, [&](std::size_t i) {
    const MethodSection& section = sections[i];
    const std::set<std::string> blocks(section.blocks.begin(), section.blocks.end());
    std::string lines;
    for (const auto& r : planned.requirements.requirements) {
      const bool here = std::any_of(r.evidence.begin(), r.evidence.end(), [&](const auto& e) { return blocks.contains(e.block); });
      if (here && r.scope == "in") lines += requirement_line(r, false) + "\n";
    }
    llm::Question question = render_prompt(
        "analyzer_section",
        {{"common", prefix}, {"heading", section.heading}, {"section", section.text}, {"requirements", lines.empty() ? "(none)" : lines}});
    question.label = {"analyzer", "A1", section.id, 0};
    question.expected_tokens = 2500;
    answers[i] = caller
                     .ask_json(question, prompt_schema("analyzer_section"), "analyzer_section",
                               [&](const Json& value) { return check_answer(value, paper, section, planned.requirements, planned.plan); })
                     .value;
  });

  int decision_number = 0;
  int requirement_number = static_cast<int>(result.requirements.requirements.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const MethodSection& section = sections[i];
    const Json& answer = answers[i];
    artefacts::SectionEntry entry;
    entry.section = section.id;
    entry.summary = collapse_whitespace(optional_string(answer, "summary"));
    for (const auto& item : answer.value("decisions", Json::array())) {
      auto decision = artefacts::from_json<artefacts::Decision>(item, "decisions");
      decision.id = fmt::format("D-{:02}", ++decision_number);
      std::erase_if(decision.reqs, [&](const std::string& id) { return result.requirements.find(id) == nullptr; });
      std::erase_if(decision.affects, [&](const std::string& path) { return planned.plan.find(path) == nullptr; });
      decision.confidence = std::clamp(decision.confidence, 0.0, 1.0);
      if (decision.basis.empty()) decision.basis = "convention";
      entry.decisions.push_back(decision.id);
      result.decisions.decisions.push_back(std::move(decision));
    }
    for (const auto& item : answer.value("new_requirements", Json::array())) {
      const auto place = find_quote(paper, optional_string(item, "quote"), optional_string(item, "block"), section.blocks);
      const std::string owner = optional_string(item, "owner");
      if (!place || planned.plan.find(owner) == nullptr) {
        result.requirements.warnings.push_back(fmt::format("analyzer: \"{}\" left out: quote or owner could not be verified", optional_string(item, "statement")));
        continue;
      }
      artefacts::Requirement r;
      r.id = fmt::format("R-{:03}", ++requirement_number);
      r.kind = optional_string(item, "kind");
      r.statement = collapse_whitespace(optional_string(item, "statement"));
      r.importance = static_cast<int>(optional_int(item, "importance", 2));
      r.owner = owner;
      r.evidence.push_back({place->block, optional_string(item, "quote"), place->offset});
      entry.reqs.push_back(r.id);
      result.requirements.requirements.push_back(std::move(r));
    }
    const std::set<std::string> blocks(section.blocks.begin(), section.blocks.end());
    std::set<std::string> files;
    for (const auto& r : planned.requirements.requirements) {
      const bool here = std::any_of(r.evidence.begin(), r.evidence.end(), [&](const auto& e) { return blocks.contains(e.block); });
      if (!here || r.scope != "in") continue;
      entry.reqs.push_back(r.id);
      if (planned.plan.find(r.owner) != nullptr) files.insert(r.owner);
    }
    for (const std::string& path : optional_strings(answer, "files")) {
      if (planned.plan.find(path) != nullptr) files.insert(path);
    }
    entry.files.assign(files.begin(), files.end());
    for (const std::string& path : entry.files) {
      for (const auto& symbol : planned.plan.find(path)->symbols) entry.symbols.push_back(symbol.name);
    }
    for (const std::string& id : optional_strings(answer, "equations")) {
      if (paper.find_block(id) != nullptr) entry.equations.push_back(id);
    }
    std::vector<std::string> reasons;
    for (const auto& item : answer.value("uncovered", Json::array())) {
      entry.uncovered.push_back(optional_string(item, "block"));
      reasons.push_back(optional_string(item, "block") + ": " + optional_string(item, "reason"));
    }
    for (const std::string& id : section.blocks) {  // what the re-asks left unexplained is said, not hidden
      const Block* block = paper.find_block(id);
      const bool in_requirement = std::any_of(result.requirements.requirements.begin(), result.requirements.requirements.end(), [&](const auto& r) {
        return std::any_of(r.evidence.begin(), r.evidence.end(), [&](const auto& e) { return e.block == id; });
      });
      if (block == nullptr || !is_formula(*block) || in_requirement) continue;
      if (std::find(entry.equations.begin(), entry.equations.end(), id) != entry.equations.end()) continue;
      if (std::find(entry.uncovered.begin(), entry.uncovered.end(), id) != entry.uncovered.end()) continue;
      entry.uncovered.push_back(id);
      reasons.push_back(id + ": named by no answer of the model");
    }
    entry.uncovered_reason = join(reasons, "; ");
    result.section_map.sections.push_back(std::move(entry));
  }
}

}  // namespace p2c::agents::analyzer
