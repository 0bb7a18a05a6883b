// The readable record of a run: inputs, options, stages, calls, totals (spec 3.11, run.json).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "artefacts/fields.h"

namespace p2c::artefacts {

struct StageRecord {
  std::string name;   // ingest, planner, analyzer, generator, verify, report
  std::string state;  // pending, running, done, failed
  std::string started, ended;
  std::string artefact_sha;  // SHA-256 over the stage's artefacts
  template <class V>
  void fields(V& v) {
    v("name", name); v("state", state); v("started", started); v("ended", ended); v("artefact_sha", artefact_sha);
  }
};

struct CallRecord {
  std::string id, stage, target, model, request_sha;
  bool cache_hit = false;
  std::int64_t tokens_in = 0, tokens_cached = 0, tokens_out = 0, tokens_reasoning = 0;
  std::string finish_reason;
  std::int64_t ms = 0;
  std::optional<double> cost;  // USD; null: price unknown
  int retries = 0;
  template <class V>
  void fields(V& v) {
    v("id", id); v("stage", stage); v("target", target); v("model", model); v("request_sha", request_sha); v("cache_hit", cache_hit);
    v("tokens_in", tokens_in); v("tokens_cached", tokens_cached); v("tokens_out", tokens_out); v("tokens_reasoning", tokens_reasoning);
    v("finish_reason", finish_reason); v("ms", ms); v("cost", cost); v("retries", retries);
  }
};

struct RunTotals {
  std::int64_t calls = 0, cache_hits = 0, tokens_in = 0, tokens_cached = 0, tokens_out = 0, tokens_reasoning = 0;
  std::optional<double> cost;
  std::int64_t model_ms = 0, wall_ms = 0;
  template <class V>
  void fields(V& v) {
    v("calls", calls); v("cache_hits", cache_hits); v("tokens_in", tokens_in); v("tokens_cached", tokens_cached);
    v("tokens_out", tokens_out); v("tokens_reasoning", tokens_reasoning); v("cost", cost); v("model_ms", model_ms); v("wall_ms", wall_ms);
  }
};

struct RunRecord {
  int schema_version = 1;
  std::string program_version;
  Json inputs = Json::object();   // source, kind, sha256
  Json options = Json::object();  // framework, model, base_url (no key), budgets, rounds, until
  std::vector<StageRecord> stages;
  std::vector<CallRecord> calls;
  Json budgets = Json::object();
  std::string level;              // highest level reached
  RunTotals totals;
  template <class V>
  void fields(V& v) {
    v("schema_version", schema_version); v("program_version", program_version); v("inputs", inputs); v("options", options);
    v("stages", stages); v("calls", calls); v("budgets", budgets); v("level", level); v("totals", totals);
  }
};

}  // namespace p2c::artefacts
