// P4, second slice: what flows between the files, data sets, packages, experiments.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::agents::planner {
namespace {

std::vector<std::string> check_contract(const Json& answer, const artefacts::Plan& plan) {
  std::vector<std::string> problems;
  std::set<std::string> names;
  for (const auto& row : answer.value("data_contract", Json::array())) {
    const std::string name = optional_string(row, "name");
    const std::string producer = optional_string(row, "producer");
    if (!names.insert(name).second) problems.push_back(fmt::format("data_contract: {} has two producers; each item has one", name));
    if (plan.find(producer) == nullptr) problems.push_back(fmt::format("data_contract: producer \"{}\" of {} is not a planned file", producer, name));
  }
  for (const auto& row : answer.value("dims", Json::array())) {
    const auto smoke = row.find("smoke");
    if (smoke != row.end() && smoke->is_number() && smoke->get<double>() > 64) {
      problems.push_back(fmt::format("dims: smoke value of {} is above 64", optional_string(row, "symbol")));
    }
  }
  return problems;
}

// A requirement line that pip accepts needs a plain name; the model's spelling is not trusted with anything else.
bool plain_package_name(std::string_view name) {
  return !name.empty() && name.size() < 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

bool plain_constraint(std::string_view text) {
  return text.size() < 60 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '<' || c == '>' || c == '=' || c == '!' || c == '~' || c == ',' || c == ' ';
  });
}

}  // namespace

void plan_contract(const paper::PaperDoc& paper, const artefacts::Requirements& requirements, artefacts::Plan& plan, llm::Caller& caller) {
  llm::Question question = render_prompt("planner_contract", {{"title", paper.title},
                                                              {"abstract", paper.abstract},
                                                              {"requirements", requirement_lines(requirements, false)},
                                                              {"framework", framework_name(plan.framework)},
                                                              {"files", files_overview(plan, true)}});
  question.label = {"planner", "P4", "contract", 0};
  question.expected_tokens = 4000;
  const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("planner_contract"), "planner_contract",
                                                 [&](const Json& value) { return check_contract(value, plan); });
  std::set<std::string> names;
  for (const auto& row : answer.value.value("data_contract", Json::array())) {
    artefacts::DataContract item = artefacts::from_json<artefacts::DataContract>(row, "data_contract");
    if (!names.insert(item.name).second || plan.find(item.producer) == nullptr) {
      plan.warnings.push_back(fmt::format("data contract row {} by {} dropped: no single planned producer", item.name, item.producer));
      continue;
    }
    std::erase_if(item.consumers, [&](const std::string& c) { return plan.find(c) == nullptr; });
    plan.data_contract.push_back(std::move(item));
  }
  for (const auto& row : answer.value.value("dims", Json::array())) {
    artefacts::Dimension dim;
    dim.meaning = optional_string(row, "meaning");
    dim.paper = row.contains("paper") ? row["paper"] : Json();
    dim.smoke = row.contains("smoke") ? row["smoke"] : Json();
    plan.dims[optional_string(row, "symbol")] = std::move(dim);
  }
  for (const auto& row : answer.value.value("datasets", Json::array())) {
    plan.datasets.push_back(artefacts::from_json<artefacts::DatasetPlan>(row, "datasets"));
  }
  for (const auto& row : answer.value.value("packages", Json::array())) {
    auto package = artefacts::from_json<artefacts::Package>(row, "packages");
    if (package.import_name.empty()) package.import_name = replace_all(package.pip, "-", "_");
    const auto& standard = python::standard_library_modules();
    if (!plain_package_name(package.pip) || std::find(standard.begin(), standard.end(), package.import_name) != standard.end()) {
      plan.warnings.push_back(fmt::format("package \"{}\" dropped: no plain package name", package.pip));
      continue;
    }
    if (!plain_constraint(package.constraint)) package.constraint.clear();
    plan.packages.push_back(std::move(package));
  }
  for (const auto& row : answer.value.value("experiments", Json::array())) {
    auto experiment = artefacts::from_json<artefacts::Experiment>(row, "experiments");
    const std::string wanted = optional_string(row, "entry_point");
    for (const auto& entry : plan.entry_points) {
      if (entry.name == wanted) experiment.command = replace_all(entry.command, "configs/smoke.yaml", "configs/paper.yaml");
    }
    plan.experiments.push_back(std::move(experiment));
  }
}

}  // namespace p2c::agents::planner
