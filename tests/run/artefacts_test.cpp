// A whole run of the tiny paper against the mock endpoint: every artefact it leaves follows its JSON schema,
// is read back by the stages' own readers, and agrees with the others.
#include <gtest/gtest.h>

#include <set>

#include "artefacts/layout.h"
#include "artefacts/schema.h"
#include "base/files.h"
#include "base/process.h"
#include "base/sha256.h"
#include "base/text.h"
#include "llm/lenient_json.h"
#include "mock_endpoint.h"
#include "run/artefact_files.h"
#include "run/pipeline.h"
#include "support.h"

namespace p2c::run {
namespace {

namespace layout = artefacts::layout;

std::string python(const std::string& code) {
  ProcessOptions options;
  options.argv = {"python3", "-B", "-c", code};
  options.working_directory = test::source_path("tests/end_to_end");
  return run_process(options).out;
}

Json tiny_scenario() {
  return parse_json(python("import json, tiny_scenario; print(json.dumps(tiny_scenario.scenario()))"),
                    "tiny scenario");
}

// One run for all tests here: they only read.
class ArtefactsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<TempDir>("p2c-artefacts");
    const test::MockEndpoint endpoint(tiny_scenario());
    // Without bubblewrap verification ends after the static levels: no Python packages are needed.
    const fs::path programs = place_->path() / "programs";
    fs::create_directories(programs);
    // The interpreter itself: what PATH names may be a launcher that needs other programs.
    fs::create_symlink(trim(python("import sys; print(sys.executable)")), programs / "python3");
    const test::ScopedEnv path("PATH", programs.string());
    llm::OpenAiOptions model_options;
    model_options.base_url = endpoint.base_url();
    model_options.model = "tiny";
    const auto model = llm::make_openai_model(model_options);
    RunOptions options;
    options.source = test::source_path("tests/end_to_end/data/tiny_paper").string();
    options.directory = place_->path() / "run";
    const auto sink = make_null_sink();
    run_pipeline(options, *model, *sink, {});
  }
  static void TearDownTestSuite() { place_.reset(); }

  static fs::path run() { return place_->path() / "run"; }
  static void expect_valid(const Json& value, const char* schema, const std::string& name) {
    EXPECT_EQ(std::vector<std::string>{}, llm::validate_schema(value, artefacts::schema(schema))) << name;
  }
  static std::unique_ptr<TempDir> place_;
};
std::unique_ptr<TempDir> ArtefactsTest::place_;

TEST_F(ArtefactsTest, FollowTheirSchemas) {
  const std::pair<std::string_view, const char*> artefacts[] = {
      {layout::kPaper, "paper"},           {layout::kRequirements, "requirements"},
      {layout::kFigureGraphs, "figures"},  {layout::kPlan, "plan"},
      {layout::kConfig, "config"},         {layout::kSectionMap, "section_map"},
      {layout::kDecisions, "decisions"},   {layout::kAnalyzedRequirements, "requirements"},
      {layout::kAnalyzedConfig, "config"}, {layout::kVerify, "verify"},
      {layout::kVerdicts, "requirements"}, {layout::kRun, "run"},
      {layout::kGenerated, "generated"}};
  for (const auto& [path, schema] : artefacts)
    expect_valid(read_json(run(), path), schema, std::string(path));
  const auto specs = list_files(run() / layout::kFileSpecs);
  EXPECT_EQ(5u, specs.size());
  for (const std::string& spec : specs)
    expect_valid(read_json(run() / layout::kFileSpecs, spec), "file_spec", spec);
}

TEST_F(ArtefactsTest, SoDoTheLinesOfLedgerAndProvenance) {
  const std::pair<std::string, const char*> files[] = {
      {std::string(layout::kLedger), "ledger"},
      {std::string(layout::kRepo) + "/provenance.jsonl", "provenance"}};
  for (const auto& [path, schema] : files) {
    const std::string text = read_file(run() / path);
    ASSERT_FALSE(text.empty()) << path;
    for (const std::string_view line : split_lines(text))
      expect_valid(parse_json(line, path), schema, std::string(line));
  }
}

TEST_F(ArtefactsTest, EveryRequirementInScopeIsOwnedTracedAndPasses) {
  const artefacts::Requirements requirements = read_verdicts(run());
  ASSERT_EQ(10u, requirements.requirements.size());
  for (const artefacts::Requirement& requirement : requirements.requirements) {
    EXPECT_FALSE(requirement.owner.empty()) << requirement.id;
    // No test ran here, so a requirement that a test names stays open; one that only code names passes.
    EXPECT_TRUE(requirement.verdict == "pass" || requirement.verdict == "unverified")
        << requirement.id << requirement.verdict;
  }
  EXPECT_EQ("pass", requirements.find("R-005")->verdict);
  EXPECT_EQ("unverified", requirements.find("R-003")->verdict);
}

TEST_F(ArtefactsTest, ProvenanceIsOfTheFilesAsTheyAre) {
  std::set<std::string> repaired;
  for (const artefacts::ProvenanceRegion& region : read_provenance(run() / layout::kRepo)) {
    const std::string text = read_file(run() / layout::kRepo / region.file);
    EXPECT_EQ(sha256_hex(text), region.sha256) << region.file;
    EXPECT_LE(1, region.start);
    EXPECT_LE(region.start, region.end);
    EXPECT_LE(static_cast<std::size_t>(region.end), count_lines(text)) << region.file;
    if (region.origin == "repair") repaired.insert(region.file + ":" + region.symbol);
  }
  EXPECT_TRUE(repaired.contains("line_fit/loss.py:root_mean_squared_error"));
  EXPECT_FALSE(repaired.contains("line_fit/loss.py:mean_squared_error")) << "not touched by the repair";
  EXPECT_FALSE(repaired.contains("line_fit/model.py:Line"));
}

TEST_F(ArtefactsTest, TheReportStandsByItself) {
  const std::string html = read_file(run() / layout::kReportHtml);
  EXPECT_TRUE(contains(html, "A Line Through Points by Gradient Descent"));
  EXPECT_TRUE(contains(html, "<svg"));
  EXPECT_FALSE(contains(html, "src=\"http") || contains(html, "href=\"http://www.w3.org"));
}

TEST_F(ArtefactsTest, SpecificationsAreReadInBuildOrder) {
  const auto planned = read_planner_result(run());
  const auto analysis = read_analyzer_result(run(), planned.plan);
  std::vector<std::string> order, planned_order;
  for (const auto& spec : analysis.specs) order.push_back(spec.path);
  for (const auto& file : planned.plan.files) planned_order.push_back(file.path);
  EXPECT_EQ(planned_order, order);
}

}  // namespace
}  // namespace p2c::run
