// Gathers the record of a run from its store.
#include "run/run_record.h"

#include <algorithm>

#include "run/pipeline.h"
#include "run/version.h"

namespace p2c::run {
namespace {

// Every stage is named, in order, also those that have not begun.
std::vector<artefacts::StageRecord> all_stage_records(const Store& store) {
  std::vector<artefacts::StageRecord> begun = store.stages();
  std::vector<artefacts::StageRecord> records;
  for (const std::string& name : kStages) {
    const auto it =
        std::find_if(begun.begin(), begun.end(), [&](const auto& stage) { return stage.name == name; });
    records.push_back(it != begun.end() ? *it : artefacts::StageRecord{name, "pending", "", "", ""});
  }
  return records;
}

artefacts::RunTotals totals_of(const std::vector<artefacts::CallRecord>& calls) {
  artefacts::RunTotals totals;
  bool all_priced = true;
  double cost = 0;
  for (const artefacts::CallRecord& call : calls) {
    if (call.cache_hit) {
      ++totals.cache_hits;
      continue;
    }
    if (call.finish_reason.rfind("failed", 0) == 0)
      continue;  // nothing came back, nothing is known to have been paid
    ++totals.calls;
    totals.tokens_in += call.tokens_in;
    totals.tokens_cached += call.tokens_cached;
    totals.tokens_out += call.tokens_out;
    totals.tokens_reasoning += call.tokens_reasoning;
    totals.model_ms += call.ms;
    if (call.cost) {
      cost += *call.cost;
    } else {
      all_priced = false;
    }
  }
  if (all_priced) totals.cost = cost;  // a sum with unknown parts would read as less than was paid
  return totals;
}

}  // namespace

artefacts::RunRecord make_run_record(const Store& store) {
  artefacts::RunRecord record;
  record.program_version = kProgramVersion;
  record.inputs = store.meta("inputs").value_or(Json::object());
  record.options = store.meta("options").value_or(Json::object());
  record.stages = all_stage_records(store);
  record.calls = store.calls();
  record.budgets = store.meta("budgets").value_or(Json::object());
  record.level = store.meta("level").value_or(Json("")).get<std::string>();
  record.totals = totals_of(record.calls);
  record.totals.wall_ms = store.meta("wall_ms").value_or(Json(0)).get<std::int64_t>();
  return record;
}

artefacts::RunRecord read_run_record(const std::filesystem::path& directory) {
  return make_run_record(*Store::open(directory, false, true));
}

}  // namespace p2c::run
