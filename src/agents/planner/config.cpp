// P6: every value of the paper under one key, with a smoke profile that runs in seconds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "agents/prompt.h"
#include "base/text.h"

namespace p2c::agents::planner {
namespace {

using artefacts::Config;
using artefacts::ConfigEntry;

// Dotted Python names, since files read `cfg.a.b`: no part may be a keyword ("regularizer.lambda") or begin with a digit.
bool is_key(std::string_view key) {
  static const std::set<std::string, std::less<>> keywords = {
      "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
      "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"};
  for (const std::string& part : split(key, '.')) {
    if (part.empty() || (part.front() >= '0' && part.front() <= '9') || keywords.contains(part)) return false;
  }
  return std::all_of(key.begin(), key.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || (c >= 'A' && c <= 'Z'); });
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "int") return value.is_number_integer() || (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
  if (type == "float") return value.is_number();
  if (type == "bool") return value.is_boolean();
  if (type == "str") return value.is_string();
  return value.is_array();
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    const double x = a.get<double>(), y = b.get<double>();
    return x == y || std::fabs(x - y) <= 1e-9 * std::max(std::fabs(x), std::fabs(y));
  }
  if (a.is_array() && b.is_array() && a.size() == b.size()) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!same_value(a[i], b[i])) return false;
    }
    return true;
  }
  if (a.is_string() && b.is_string()) return to_lower(a.get<std::string>()) == to_lower(b.get<std::string>());
  return a == b;
}

// Whether a key may hold `value` where the paper says `said`: the same, or a list with it, as a range or a sweep has.
bool agrees(const Json& said, const Json& value) {
  if (same_value(said, value)) return true;
  return value.is_array() && std::any_of(value.begin(), value.end(), [&](const Json& item) { return same_value(said, item); });
}

Config config_from(const Json& answer) {
  Config config;
  for (const auto& row : answer.value("entries", Json::array())) {
    ConfigEntry entry;
    entry.key = optional_string(row, "key");
    entry.type = optional_string(row, "type");
    entry.value = row.contains("value") ? row["value"] : Json();
    // "no checkpoint", "no milestones": what the prompt asks to write as "" or [].
    if (entry.value.is_null() && entry.type == "str") entry.value = "";
    if (entry.value.is_null() && entry.type == "list") entry.value = Json::array();
    for (const auto& [name, field] : {std::pair{"smoke", &entry.smoke}, std::pair{"small", &entry.small}}) {
      if (row.contains(name) && row[name] != entry.value) *field = row[name];
    }
    entry.unit = optional_string(row, "unit");
    entry.req = optional_string(row, "req");
    entry.doc = optional_string(row, "doc");
    // Whole numbers of type float stay floats, and 5.0 of type int becomes 5: the YAML loader must see the stated type.
    for (Json* value : {&entry.value, &entry.smoke, &entry.small}) {
      if (!value->is_number()) continue;
      if (entry.type == "int" && value->is_number_float() && std::floor(value->get<double>()) == value->get<double>()) *value = value->get<std::int64_t>();
      if (entry.type == "float") *value = value->get<double>();
    }
    config.entries.push_back(std::move(entry));
  }
  return config;
}

bool is_step_count(const ConfigEntry& entry) {
  const std::string key = to_lower(entry.key);
  const std::string leaf = key.substr(key.rfind('.') == std::string::npos ? 0 : key.rfind('.') + 1);
  for (const std::string_view word : {"steps", "iterations", "minibatches", "num_batches", "epochs"}) {
    if (contains(leaf, word) && !contains(leaf, "warmup") && !contains(leaf, "every") && !contains(leaf, "decay") && !contains(leaf, "per_")) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> check_config(const Config& config, const artefacts::Requirements& requirements) {
  std::vector<std::string> problems;
  std::set<std::string> keys;
  std::map<std::string, std::string> key_of_requirement;
  for (const ConfigEntry& entry : config.entries) {
    if (!is_key(entry.key)) problems.push_back(fmt::format("\"{}\" is no dotted key of Python names (keywords such as lambda are none)", entry.key));
    if (!keys.insert(entry.key).second) problems.push_back(fmt::format("{} stands twice", entry.key));
    for (const auto& [name, value] : {std::pair{"value", &entry.value}, std::pair{"smoke", &entry.smoke}, std::pair{"small", &entry.small}}) {
      if (!value->is_null() && !has_type(*value, entry.type)) {
        problems.push_back(fmt::format("{}: {} = {} is not of type {}", entry.key, name, value->dump(), entry.type));
      }
    }
    if (entry.value.is_null()) problems.push_back(fmt::format("{}: value is null; use 0, \"\" or [] for none, or leave the key out", entry.key));
    const Json& smoke = entry.smoke.is_null() ? entry.value : entry.smoke;
    if (smoke.is_number() && is_step_count(entry) && smoke.get<double>() > 20) {
      problems.push_back(fmt::format("{}: the smoke profile runs {} of them; at most 20", entry.key, smoke.dump()));
    }
    if (entry.req.empty()) continue;
    const artefacts::Requirement* r = requirements.find(entry.req);
    if (r == nullptr) {
      problems.push_back(fmt::format("{}: there is no requirement {}", entry.key, entry.req));
      continue;
    }
    if (const auto [it, inserted] = key_of_requirement.try_emplace(entry.req, entry.key); !inserted) {
      // Two keys for one requirement are drift waiting to happen, unless the requirement has no single value.
      if (r->value && !r->value->value.is_null() && !r->value->value.is_array()) {
        problems.push_back(fmt::format("{} and {} both claim {}; one key each", it->second, entry.key, entry.req));
      }
    }
    if (r->value && r->value->value.is_number() && r->status != "unspecified" && !agrees(r->value->value, entry.value)) {
      problems.push_back(fmt::format("{}: value {} differs from {} of the paper ({})", entry.key, entry.value.dump(), r->value->value.dump(), r->id));
    }
  }
  for (const std::string& key : keys) {
    for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 1)) {
      if (keys.contains(key.substr(0, dot))) problems.push_back(fmt::format("{} is both a leaf and a group ({})", key.substr(0, dot), key));
    }
  }
  for (const auto& r : requirements.requirements) {
    if (r.scope == "in" && r.kind == "hyperparameter" && r.status == "specified" && r.value && r.value->value.is_number() && r.importance >= 2 &&
        !key_of_requirement.contains(r.id)) {
      problems.push_back(fmt::format("{} ({} = {}) has no key", r.id, r.value->name, r.value->value.dump()));
    }
  }
  return problems;
}

Config plan_config(const artefacts::Requirements& requirements, const artefacts::Plan& plan, llm::Caller& caller) {
  static const std::set<std::string> kinds = {"hyperparameter", "optimizer", "schedule", "init", "data", "preprocess", "augmentation", "evaluation",
                                              "ablation", "baseline", "architecture", "metric", "loss", "environment"};
  std::string lines;
  for (const auto& r : requirements.requirements) {
    const bool has_value = r.value && !r.value->value.is_null();
    if (r.scope == "in" && (has_value || r.status == "unspecified" || (kinds.contains(r.kind) && r.value))) lines += requirement_line(r, true) + "\n";
  }
  std::string dims;
  for (const auto& [symbol, dim] : plan.dims) dims += fmt::format("{}: {} (paper {}, smoke {})\n", symbol, dim.meaning, dim.paper.dump(), dim.smoke.dump());
  llm::Question question = render_prompt("planner_config", {{"files", files_overview(plan, true)}, {"dims", dims.empty() ? "(none)" : dims}, {"requirements", lines}});
  question.label = {"planner", "P6", "config", 0};
  question.expected_tokens = 4000;
  const llm::JsonAnswer answer = caller.ask_json(question, prompt_schema("planner_config"), "planner_config",
                                                 [&](const Json& value) { return check_config(config_from(value), requirements); });
  Config config = config_from(answer.value);

  // Code's repair of what is still off: the paper's value wins, broken or doubled keys go.
  std::set<std::string> seen;
  std::vector<ConfigEntry> kept;
  for (ConfigEntry& entry : config.entries) {
    if (!is_key(entry.key) || entry.value.is_null() || !has_type(entry.value, entry.type) || !seen.insert(entry.key).second) continue;
    if (!entry.smoke.is_null() && !has_type(entry.smoke, entry.type)) entry.smoke = nullptr;
    if (!entry.small.is_null() && !has_type(entry.small, entry.type)) entry.small = nullptr;
    if (const auto* r = requirements.find(entry.req)) {
      entry.status = r->status;
      if (r->value && r->value->value.is_number() && r->status != "unspecified" && has_type(r->value->value, entry.type) && !agrees(r->value->value, entry.value)) {
        entry.value = r->value->value;
      }
    } else {
      entry.req.clear();
      entry.status = "default";
    }
    const Json& smoke = entry.smoke.is_null() ? entry.value : entry.smoke;
    if (smoke.is_number() && is_step_count(entry) && smoke.get<double>() > 20) entry.smoke = 20;
    kept.push_back(std::move(entry));
  }
  std::erase_if(kept, [&](const ConfigEntry& entry) {
    return std::any_of(kept.begin(), kept.end(), [&](const ConfigEntry& other) { return other.key.starts_with(entry.key + "."); });
  });
  config.entries = std::move(kept);
  return config;
}

}  // namespace p2c::agents::planner
