#include <gtest/gtest.h>

#include "agents/paper_view.h"
#include "agents/planner/calls.h"
#include "base/text.h"
#include "llm/memory_journal.h"
#include "scripted_model.h"

namespace p2c::agents::planner {
namespace {

using artefacts::Plan;
using artefacts::Requirement;
using artefacts::Requirements;

Plan good_plan() {
  Plan plan;
  plan.package = "tinynet";
  plan.files = {{"tinynet/model.py",
                 "module",
                 "model",
                 {},
                 {{"Net", "class", "class Net(nn.Module)", "", ""}},
                 {},
                 50,
                 0},
                {"tinynet/train.py",
                 "script",
                 "train",
                 {},
                 {{"main", "function", "def main(argv: list[str] | None = None) -> int", "", ""}},
                 {"tinynet/model.py"},
                 50,
                 0},
                {"tinynet/assess.py",
                 "script",
                 "evaluate",
                 {},
                 {{"main", "function", "def main(argv: list[str] | None = None) -> int", "", ""}},
                 {"tinynet/model.py"},
                 50,
                 0}};
  plan.entry_points = {{"train", "tinynet/train.py", "", "", "smoke"},
                       {"evaluate", "tinynet/assess.py", "", "", "smoke"}};
  return plan;
}

bool mentions(const std::vector<std::string>& problems, std::string_view text) {
  for (const auto& p : problems) {
    if (contains(p, text)) return true;
  }
  return false;
}

TEST(CheckFiles, AcceptsAGoodPlan) {
  EXPECT_TRUE(check_files(good_plan()).empty());
}

TEST(CheckFiles, NamesEachBrokenInvariant) {
  auto plan = good_plan();
  plan.package = "datasets";
  EXPECT_TRUE(mentions(check_files(plan), "name of a library"));
  plan = good_plan();
  plan.files[0].path = "tinynet/random.py";
  EXPECT_TRUE(mentions(check_files(plan), "standard module"));
  plan = good_plan();
  plan.files[0].path = "../evil.py";
  EXPECT_TRUE(mentions(check_files(plan), "inside tinynet/"));
  plan = good_plan();
  plan.files[0].depends_on = {"tinynet/train.py"};
  EXPECT_TRUE(mentions(check_files(plan), "cycle"));
  plan = good_plan();
  plan.files[1].depends_on = {"tinynet/nowhere.py"};
  EXPECT_TRUE(mentions(check_files(plan), "not planned"));
  plan = good_plan();
  plan.files[2].symbols.push_back(plan.files[0].symbols[0]);
  EXPECT_TRUE(mentions(check_files(plan), "already defined"));
  plan = good_plan();
  plan.files[0].symbols[0].signature = "class Net(nn.Module";
  EXPECT_TRUE(mentions(check_files(plan), "no Python"));
  plan = good_plan();
  plan.entry_points.pop_back();
  EXPECT_TRUE(mentions(check_files(plan), "no entry point \"evaluate\""));
}

TEST(OrderFiles, SortsAndOpensCycles) {
  auto plan = good_plan();
  std::swap(plan.files[0], plan.files[2]);
  order_files(plan);
  EXPECT_EQ(plan.files[0].path, "tinynet/model.py");
  EXPECT_EQ(plan.files[0].order, 1);
  plan = good_plan();
  plan.files[0].depends_on = {"tinynet/train.py"};
  order_files(plan);
  ASSERT_EQ(plan.files.size(), 3u);
  EXPECT_TRUE(mentions(plan.warnings, "open a cycle"));
}

Requirement valued(const std::string& id, const std::string& name, Json value) {
  Requirement r;
  r.id = id;
  r.kind = "hyperparameter";
  r.statement = "Set " + name + " as the paper says (" + id + ").";
  artefacts::RequirementValue v;
  v.name = name;
  v.value = std::move(value);
  r.value = v;
  r.evidence.push_back({"P1", "quote of " + id, 0});
  return r;
}

TEST(MergeDuplicates, KeepsAllEvidence) {
  Requirements all;
  all.requirements = {valued("q1", "batch_size", 100), valued("q2", "Batch_size", 100.0),
                      valued("q3", "batch_size", 64)};
  all.requirements[1].value->value = 100;
  all.requirements[1].importance = 3;
  merge_duplicates(all);
  ASSERT_EQ(all.requirements.size(), 2u);
  EXPECT_EQ(all.requirements[0].evidence.size(), 2u);
  EXPECT_EQ(all.requirements[0].importance, 3);
}

artefacts::ConfigEntry entry(const std::string& key, const std::string& type, Json value,
                             Json smoke = nullptr, const std::string& req = "") {
  artefacts::ConfigEntry e;
  e.key = key;
  e.type = type;
  e.value = std::move(value);
  e.smoke = std::move(smoke);
  e.req = req;
  return e;
}

TEST(CheckConfig, HoldsValuesAgainstThePaper) {
  Requirements requirements;
  requirements.requirements = {valued("R-001", "batch_size", 100), valued("R-002", "steps", 10000)};
  artefacts::Config config;
  config.entries = {entry("training.batch_size", "int", 100, 8, "R-001"),
                    entry("training.steps", "int", 10000, 10, "R-002")};
  EXPECT_TRUE(check_config(config, requirements).empty());

  auto bad = config;
  bad.entries[0].value = 128;
  EXPECT_TRUE(mentions(check_config(bad, requirements), "differs from 100"));
  bad = config;
  bad.entries[1].smoke = nullptr;
  EXPECT_TRUE(mentions(check_config(bad, requirements), "at most 20"));
  bad = config;
  bad.entries.pop_back();
  EXPECT_TRUE(mentions(check_config(bad, requirements), "R-002"));
  bad = config;
  bad.entries.push_back(entry("training", "int", 1));
  EXPECT_TRUE(mentions(check_config(bad, requirements), "both a leaf and a group"));
  bad = config;
  bad.entries[0].type = "str";
  EXPECT_TRUE(mentions(check_config(bad, requirements), "not of type str"));
  bad = config;
  bad.entries.push_back(entry("data.batch", "int", 100, 8, "R-001"));
  EXPECT_TRUE(mentions(check_config(bad, requirements), "both claim R-001"));
  for (const char* key : {"regularizer.lambda", "model.2nd", "class", "a..b", ""}) {
    bad = config;
    bad.entries.push_back(entry(key, "int", 1));
    EXPECT_TRUE(mentions(check_config(bad, requirements), "no dotted key")) << key;
  }
  // A range or sweep that contains the paper's value agrees with it; another one does not.
  auto range = config;
  range.entries[0] = entry("training.batch_sizes", "list", {50, 100}, nullptr, "R-001");
  EXPECT_TRUE(check_config(range, requirements).empty());
  range.entries[0].value = {50, 64};
  EXPECT_TRUE(mentions(check_config(range, requirements), "differs from 100"));
}

paper::PaperDoc tiny_paper() {
  paper::PaperDoc doc;
  doc.title = "Tiny";
  paper::Block section;
  section.id = "S1";
  section.type = paper::BlockType::section;
  section.title = "Method";
  section.level = 1;
  paper::Block a;
  a.id = "P1.1";
  a.parent = "S1";
  a.order = 1;
  a.text = "We train for 10000 minibatches of size 100 with the Adam algorithm.";
  doc.blocks = {section, a};
  return doc;
}

TEST(Extract, ReasksOnlyFailingItemsAndDropsFalseEvidence) {
  agents::test::ScriptedModel model([](const llm::ChatRequest& request) -> std::string {
    const std::string& text = request.messages.back().content;
    if (contains(text, "Failing items")) {
      EXPECT_TRUE(contains(text, "item 2")) << text;
      EXPECT_FALSE(contains(text, "- item 1:"));
      return R"({"corrections": [{"item": 2, "drop": false, "block": "P1.1", "quote": "trained for 9000 steps"},
                                 {"item": 3, "drop": true}]})";
    }
    return R"({"requirements": [
      {"kind": "hyperparameter", "statement": "Use minibatches of 100.", "block": "P1.1", "quote": "minibatches of size 100", "name": "batch_size", "value": 100},
      {"kind": "hyperparameter", "statement": "Train 9000 steps.", "block": "P1.1", "quote": "We train for 9000", "name": "steps", "value": 9000},
      {"kind": "loss", "statement": "Use a made-up loss.", "block": "P1.1", "quote": "a made-up loss"}]})";
  });
  llm::MemoryJournal journal;
  const auto sink = make_null_sink();
  llm::Caller caller(model, journal, *sink, {}, {});
  const Requirements found = extract(tiny_paper(), 2, caller);
  ASSERT_EQ(found.requirements.size(), 2u);
  EXPECT_EQ(found.requirements[0].id, "q1");
  EXPECT_EQ(found.requirements[0].status, "specified");
  EXPECT_EQ(found.requirements[1].status, "inferred") << "a quote that stands nowhere loses its evidence";
  EXPECT_TRUE(found.requirements[1].evidence.empty());
  EXPECT_EQ(model.requests.size(), 2u);
}

TEST(Reconcile, AppliesMergesScopeAndMissing) {
  agents::test::ScriptedModel model([](const llm::ChatRequest&) -> std::string {
    return R"({"merges": [{"keep": "q1", "drop": ["q2"]}], "contradictions": [],
      "adjust": [{"id": "q3", "scope": "out", "reason": "only mentioned"}],
      "missing": [{"kind": "hyperparameter", "statement": "Choose the learning rate.", "name": "lr", "candidates": ["1e-3", 0.01], "choice": 0.001, "basis": "convention"}]})";
  });
  llm::MemoryJournal journal;
  const auto sink = make_null_sink();
  llm::Caller caller(model, journal, *sink, {}, {});
  Requirements in;
  in.requirements = {valued("q1", "a", 1), valued("q2", "b", 2), valued("q3", "c", 3)};
  const Requirements out = reconcile(tiny_paper(), in, caller);
  ASSERT_EQ(out.requirements.size(), 3u);
  EXPECT_EQ(out.requirements[0].id, "R-001");
  EXPECT_EQ(out.requirements[0].evidence.size(), 2u);
  EXPECT_EQ(out.requirements[1].scope, "out");
  EXPECT_EQ(out.requirements[2].status, "unspecified");
  EXPECT_EQ(out.requirements[2].value->value, 0.001);
}

TEST(AssignOwners, MendsWhatTheModelLeavesOpen) {
  agents::test::ScriptedModel model([](const llm::ChatRequest&) -> std::string {
    return R"({"owners": [{"req": "R-001", "owner": "tinynet/nowhere.py", "consumers": ["tinynet/train.py", "gone.py"]}]})";
  });
  llm::MemoryJournal journal;
  const auto sink = make_null_sink();
  llm::Caller caller(model, journal, *sink, {}, {});
  Requirements requirements;
  requirements.requirements = {valued("R-001", "model_width", 3)};
  requirements.requirements[0].kind = "architecture";
  Plan plan = good_plan();
  assign_owners(requirements, plan, caller);
  EXPECT_NE(plan.find(requirements.requirements[0].owner), nullptr);
  EXPECT_EQ(requirements.requirements[0].consumers, std::vector<std::string>{"tinynet/train.py"});
  EXPECT_EQ(model.requests.size(), 2u)
      << "the same wrong answer makes the second re-ask the same request: the journal answers it";
}

TEST(PaperView, ChunksAreSectionAlignedAndSkipBackground) {
  paper::PaperDoc doc;
  for (int s = 1; s <= 3; ++s) {
    paper::Block section;
    section.id = "S" + std::to_string(s);
    section.type = paper::BlockType::section;
    section.level = 1;
    section.number = std::to_string(s);
    section.title = s == 2 ? "Related Work" : "Part";
    doc.blocks.push_back(section);
    for (int p = 1; p <= 4; ++p) {
      paper::Block block;
      block.id = "P" + std::to_string(s) + "." + std::to_string(p);
      block.parent = section.id;
      block.text = std::string(2000, 'x');
      doc.blocks.push_back(block);
    }
  }
  for (std::size_t i = 0; i < doc.blocks.size(); ++i) doc.blocks[i].order = i;
  const auto chunks = paper_chunks(doc, 1200);
  ASSERT_EQ(chunks.size(), 4u);
  EXPECT_EQ(chunks[0].id, "S1");
  EXPECT_EQ(chunks[1].id, "S1+2");
  EXPECT_EQ(chunks[2].id, "S3");
  for (const auto& chunk : chunks) {
    for (const auto& id : chunk.blocks) EXPECT_FALSE(id.starts_with("P2")) << id;
  }
}

}  // namespace
}  // namespace p2c::agents::planner
