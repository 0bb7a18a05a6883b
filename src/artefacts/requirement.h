// What the paper asks for, one decision each, with the place that says so (spec 3.2, requirements.json).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

struct Evidence {
  std::string block;  // block id of the Paper document
  std::string quote;  // <= 200 characters, found in the block after normalise_for_match
  std::int64_t offset = -1;  // byte offset in the block's searchable text; -1: not found there
  template <class V>
  void fields(V& v) { v("block", block); v("quote", quote); v("offset", offset); }
};

struct RequirementValue {
  std::string name;     // snake_case, e.g. "learning_rate"
  Json value;           // number, string, or array of numbers; null when the paper gives none
  std::string unit;     // "steps", "epochs", "examples", "" ...
  std::string symbol;   // TeX symbol, e.g. "\\beta_1"
  template <class V>
  void fields(V& v) { v("name", name); v("value", value); v("unit", unit); v("symbol", symbol); }
};

struct Verify {
  std::string how;    // static, unit, smoke, judge
  std::string check;  // one sentence
  template <class V>
  void fields(V& v) { v("how", how); v("check", check); }
};

struct Requirement {
  std::string id;         // "R-001"
  std::string kind;       // see kRequirementKinds
  std::string statement;  // one checkable sentence, imperative
  std::vector<Evidence> evidence;
  std::string status = "specified";  // specified, partial, inferred, external, unspecified, contradictory
  std::optional<RequirementValue> value;
  std::vector<std::string> candidates;
  std::string choice;     // for non-specified: the option taken
  std::string basis;      // paper, citation, convention, framework default
  int importance = 2;     // 3 core contribution, 2 needed for main results, 1 detail
  std::vector<std::string> forbid;  // substitutions that would weaken the method
  std::string scope = "in";         // in, out
  std::string scope_reason;
  std::string owner;                // file path, filled by the plan
  std::vector<std::string> consumers;
  std::vector<Verify> verify;
  std::string verdict = "unverified";  // pass, missing, wrong_place, inconsistent, unverified
  template <class V>
  void fields(V& v) {
    v("id", id); v("kind", kind); v("statement", statement); v("evidence", evidence); v("status", status); v("value", value);
    v("candidates", candidates); v("choice", choice); v("basis", basis); v("importance", importance); v("forbid", forbid);
    v("scope", scope); v("scope_reason", scope_reason); v("owner", owner); v("consumers", consumers); v("verify", verify);
    v("verdict", verdict);
  }
};

struct Requirements {
  int schema_version = 1;
  std::vector<Requirement> requirements;
  std::vector<std::string> missing_kinds;  // "no optimizer found"
  std::vector<std::string> warnings;       // quotes dropped, items merged, with reasons
  template <class V>
  void fields(V& v) {
    v("schema_version", schema_version); v("requirements", requirements); v("missing_kinds", missing_kinds); v("warnings", warnings);
  }
  const Requirement* find(const std::string& id) const {
    for (const auto& r : requirements) if (r.id == id) return &r;
    return nullptr;
  }
};

inline const std::vector<std::string> kRequirementKinds = {
    "architecture", "method", "loss", "update_rule", "schedule", "optimizer", "hyperparameter", "init", "data", "preprocess",
    "augmentation", "evaluation", "metric", "baseline", "ablation", "artifact", "environment"};

}  // namespace p2c::artefacts
