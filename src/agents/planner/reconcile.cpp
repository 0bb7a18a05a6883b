// P2: one list out of many: duplicates merged, contradictions seen, missing decisions named.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "base/text.h"

namespace p2c::agents::planner {
namespace {

using artefacts::Requirement;
using artefacts::Requirements;

std::string numbered_list(const Requirements& requirements) {
  std::string out;
  for (const Requirement& r : requirements.requirements) {
    const std::string block = r.evidence.empty() ? "-" : r.evidence.front().block;
    out += fmt::format("{} [{}, {}] ({}) {}", r.id, r.kind, r.importance, block, r.statement);
    if (r.value && !r.value->value.is_null()) out += fmt::format(" ({} = {} {})", r.value->name, r.value->value.dump(), r.value->unit);
    if (r.status != "specified") out += " [" + r.status + "]";
    out += '\n';
  }
  return out;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::vector<std::string> check_answer(const Json& answer, const std::set<std::string>& ids) {
  std::vector<std::string> problems;
  std::set<std::string> dropped;
  for (const auto& merge : answer.value("merges", Json::array())) {
    for (const std::string& id : optional_strings(merge, "drop")) {
      if (!ids.contains(id)) problems.push_back(fmt::format("merges: there is no requirement {}", id));
      if (!dropped.insert(id).second) problems.push_back(fmt::format("merges: {} is dropped twice", id));
    }
    if (const auto keep = optional_string(merge, "keep"); !ids.contains(keep)) problems.push_back("merges: there is no requirement " + keep);
  }
  for (const auto& merge : answer.value("merges", Json::array())) {
    if (dropped.contains(optional_string(merge, "keep"))) {
      problems.push_back(fmt::format("merges: {} is both kept and dropped", optional_string(merge, "keep")));
    }
  }
  for (const auto& item : answer.value("adjust", Json::array())) {
    if (const auto id = optional_string(item, "id"); !ids.contains(id)) problems.push_back("adjust: there is no requirement " + id);
  }
  return problems;
}

}  // namespace

Requirements reconcile(const paper::PaperDoc& paper, Requirements extracted, llm::Caller& caller) {
  std::set<std::string> ids;
  for (const Requirement& r : extracted.requirements) ids.insert(r.id);
  llm::Question question = render_prompt("planner_reconcile", {{"title", paper.title},
                                                               {"abstract", paper.abstract},
                                                               {"sections", section_tree(paper)},
                                                               {"requirements", numbered_list(extracted)}});
  question.label = {"planner", "P2", "requirements", 0};
  question.expected_tokens = 3000;
  const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("planner_reconcile"), "planner_reconcile",
                                                 [&](const Json& value) { return check_answer(value, ids); });

  std::map<std::string, Requirement*> by_id;
  for (Requirement& r : extracted.requirements) by_id[r.id] = &r;
  std::set<std::string> gone;
  for (const auto& merge : answer.value.value("merges", Json::array())) {
    const std::string keep = optional_string(merge, "keep");
    if (!by_id.contains(keep) || gone.contains(keep)) continue;
    for (const std::string& id : optional_strings(merge, "drop")) {
      if (id == keep || !by_id.contains(id) || gone.contains(id)) continue;
      Requirement& kept = *by_id[keep];
      Requirement& other = *by_id[id];
      kept.evidence.insert(kept.evidence.end(), other.evidence.begin(), other.evidence.end());
      kept.importance = std::max(kept.importance, other.importance);
      kept.forbid.insert(kept.forbid.end(), other.forbid.begin(), other.forbid.end());
      if (!kept.value && other.value) kept.value = other.value;
      gone.insert(id);
      extracted.warnings.push_back(fmt::format("merged: \"{}\" into \"{}\"", other.statement, kept.statement));
    }
  }
  for (const auto& item : answer.value.value("adjust", Json::array())) {
    const std::string id = optional_string(item, "id");
    if (!by_id.contains(id)) continue;
    Requirement& r = *by_id[id];
    if (const auto importance = optional_int(item, "importance", r.importance); importance >= 1 && importance <= 3) {
      r.importance = static_cast<int>(importance);
    }
    if (const auto scope = optional_string(item, "scope"); scope == "in" || scope == "out") {
      r.scope = scope;
      if (scope == "out") r.scope_reason = optional_string(item, "reason");
    }
  }
  for (const auto& item : answer.value.value("contradictions", Json::array())) {
    for (const char* side : {"a", "b"}) {
      const std::string id = optional_string(item, side);
      if (by_id.contains(id) && !gone.contains(id)) {
        by_id[id]->status = "contradictory";
        by_id[id]->candidates.push_back(optional_string(item, "why"));
      }
    }
  }

  Requirements out;
  out.warnings = std::move(extracted.warnings);
  std::map<std::string, std::string> renamed;
  for (Requirement& r : extracted.requirements) {
    if (gone.contains(r.id)) continue;
    out.requirements.push_back(r);
  }
  for (const auto& item : answer.value.value("missing", Json::array())) {
    Requirement r;
    r.kind = optional_string(item, "kind");
    r.statement = collapse_whitespace(optional_string(item, "statement"));
    if (r.statement.empty()) continue;
    r.status = "unspecified";
    r.importance = static_cast<int>(optional_int(item, "importance", 2));
    for (const auto& candidate : item.value("candidates", Json::array())) r.candidates.push_back(text_of(candidate));
    r.choice = item.contains("choice") ? text_of(item["choice"]) : "";
    r.basis = optional_string(item, "basis", "convention");
    if (const auto name = optional_string(item, "name"); !name.empty()) {
      artefacts::RequirementValue value;
      value.name = name;
      value.value = item.contains("choice") ? item["choice"] : Json();
      r.value = std::move(value);
    }
    out.missing_kinds.push_back(fmt::format("{}: {}", r.kind, r.statement));
    out.requirements.push_back(std::move(r));
  }
  int n = 0;
  for (Requirement& r : out.requirements) r.id = fmt::format("R-{:03}", ++n);
  return out;
}

}  // namespace p2c::agents::planner
