// P5: one file answers for each requirement.
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

constexpr std::string_view kConfigs = "configs";

bool needs_code(const std::string& kind) {
  static const std::set<std::string> kinds = {"architecture", "method", "loss", "update_rule", "metric", "baseline", "data", "preprocess"};
  return kinds.contains(kind);
}

std::vector<std::string> check_owners(const Json& answer, const artefacts::Requirements& requirements, const artefacts::Plan& plan) {
  std::vector<std::string> problems;
  std::map<std::string, std::string> owner;
  for (const auto& row : answer.value("owners", Json::array())) {
    const std::string id = optional_string(row, "req");
    const std::string path = optional_string(row, "owner");
    const Requirement* r = requirements.find(id);
    if (r == nullptr) {
      problems.push_back(fmt::format("there is no requirement {}", id));
      continue;
    }
    if (owner.contains(id)) problems.push_back(fmt::format("{} has two owners; it needs exactly one", id));
    owner[id] = path;
    if (path != kConfigs && plan.find(path) == nullptr) {
      problems.push_back(fmt::format("{}: owner \"{}\" is not a planned file", id, path));
    } else if (path == kConfigs && needs_code(r->kind)) {
      problems.push_back(fmt::format("{} is of kind {} and needs a Python file as owner, not \"configs\"", id, r->kind));
    }
  }
  for (const Requirement& r : requirements.requirements) {
    if (r.scope == "in" && !owner.contains(r.id)) problems.push_back(fmt::format("{} has no owner", r.id));
  }
  return problems;
}

// Code's repair: the planned file whose purpose and symbols share most words with the requirement.
std::string most_alike(const Requirement& r, const artefacts::Plan& plan) {
  std::set<std::string> words;
  for (const std::string& word : split(to_lower(r.statement + " " + r.kind), ' ')) {
    if (word.size() > 3) words.insert(word);
  }
  std::string best = plan.files.front().path;
  int best_score = -1;
  for (const auto& file : plan.files) {
    std::string text = to_lower(file.path + " " + file.purpose);
    for (const auto& symbol : file.symbols) text += " " + to_lower(symbol.name + " " + symbol.doc);
    int score = 0;
    for (const std::string& word : words) score += contains(text, word) ? 1 : 0;
    if (score > best_score) {
      best_score = score;
      best = file.path;
    }
  }
  return best;
}

}  // namespace

void assign_owners(artefacts::Requirements& requirements, artefacts::Plan& plan, llm::Caller& caller) {
  llm::Question question = render_prompt(
      "planner_owners", {{"files", files_overview(plan, true)}, {"requirements", requirement_lines(requirements, false)}});
  question.label = {"planner", "P5", "owners", 0};
  question.expected_tokens = 500 + 45 * static_cast<int>(requirements.requirements.size());
  const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("planner_owners"), "planner_owners",
                                                 [&](const Json& value) { return check_owners(value, requirements, plan); });
  std::map<std::string, Requirement*> by_id;
  for (Requirement& r : requirements.requirements) by_id[r.id] = &r;
  for (const auto& row : answer.value.value("owners", Json::array())) {
    const auto it = by_id.find(optional_string(row, "req"));
    if (it == by_id.end() || !it->second->owner.empty()) continue;
    Requirement& r = *it->second;
    const std::string path = optional_string(row, "owner");
    if (plan.find(path) != nullptr || path == kConfigs) r.owner = path;
    for (const std::string& consumer : optional_strings(row, "consumers")) {
      if (plan.find(consumer) != nullptr && consumer != path) r.consumers.push_back(consumer);
    }
  }
  for (Requirement& r : requirements.requirements) {
    if (r.scope != "in") {
      r.owner.clear();
      continue;
    }
    if (r.owner.empty() || (r.owner == kConfigs && needs_code(r.kind))) {
      r.owner = most_alike(r, plan);
      plan.warnings.push_back(fmt::format("{} had no usable owner; code chose {}", r.id, r.owner));
    }
  }
  for (auto& file : plan.files) {
    file.owns.clear();
    for (const Requirement& r : requirements.requirements) {
      if (r.owner == file.path) file.owns.push_back(r.id);
    }
  }
}

}  // namespace p2c::agents::planner
