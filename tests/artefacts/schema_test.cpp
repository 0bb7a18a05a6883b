// Every artefact against its JSON schema: what we write is valid and read back unchanged, and a missing
// field, a stray field or a word outside a closed set is refused.
#include "artefacts/schema.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "artefacts/analysis.h"
#include "artefacts/config.h"
#include "artefacts/figure_graph.h"
#include "artefacts/plan.h"
#include "artefacts/requirement.h"
#include "artefacts/run_record.h"
#include "artefacts/trace.h"

namespace p2c::artefacts {
namespace {

// Sorted JSON, since the validator's adapter is for that type.
nlohmann::json sorted(const Json& value) {
  return nlohmann::json::parse(value.dump());
}

class Checker {
 public:
  explicit Checker(std::string_view name) : document_(sorted(schema(name))) {
    const valijson::adapters::NlohmannJsonAdapter adapter(document_);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, schema_);
  }
  // Empty when valid, else the first complaint.
  std::string complaint(const Json& value) const {
    const auto plain = sorted(value);
    const valijson::adapters::NlohmannJsonAdapter target(plain);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_, target, &results)) return {};
    valijson::ValidationResults::Error error;
    std::string text = "invalid";
    while (results.popError(error))
      text += "; " + (error.context.empty() ? "" : error.context.back()) + ": " + error.description;
    return text;
  }

 private:
  nlohmann::json document_;
  valijson::Schema schema_;
};

const std::string kSha(64, 'a');

Requirements sample_requirements() {
  Requirement r;
  r.id = "R-001";
  r.kind = "optimizer";
  r.statement = "Train with Adam.";
  r.evidence = {{"P3.2.4", "we used the Adam optimizer", 12}};
  r.value = RequirementValue{"learning_rate", 1e-3, "", "\\alpha"};
  r.candidates = {"Adam", "SGD"};
  r.choice = "Adam";
  r.basis = "paper";
  r.importance = 3;
  r.forbid = {"plain SGD"};
  r.owner = "fingerprints/train.py";
  r.consumers = {"fingerprints/evaluate.py"};
  r.verify = {{"unit", "The optimizer is Adam."}};
  Requirement unspecified = r;
  unspecified.id = "R-002";
  unspecified.status = "unspecified";
  unspecified.evidence.clear();
  unspecified.value.reset();
  unspecified.scope = "out";
  unspecified.scope_reason = "appendix only";
  return {1, {r, unspecified}, {"no metric found"}, {"quote dropped"}};
}

FigureGraphs sample_figures() {
  FigureGraph g;
  g.figure = "F2";
  g.kind = "architecture";
  g.nodes = {{"n1", "Encoder", "conv", "[B, D]"}, {"n2", "Pool", "", ""}};
  g.edges = {{"n1", "n2", "features"}};
  g.groups = {"left"};
  g.matched = {"R-001"};
  g.method = "vector-text";
  g.confidence = 0.4;
  return {1, {g}};
}

Plan sample_plan() {
  Plan p;
  p.package = "fingerprints";
  p.entry_points = {{"train", "fingerprints/train.py", "python -m fingerprints.train", "trains", "smoke"}};
  PlannedFile f;
  f.path = "fingerprints/train.py";
  f.kind = "script";
  f.purpose = "Training loop.";
  f.owns = {"R-001"};
  f.symbols = {{"main", "function", "def main() -> None", "Entry.", "None"}};
  f.depends_on = {"fingerprints/model.py"};
  f.order = 1;
  p.files = {f};
  p.data_contract = {
      {"batch", "float32", "[B, D]", "fingerprints/data.py", {"fingerprints/model.py"}, "inputs"}};
  p.dims["B"] = {"batch", 100, 4};
  p.dims["T"] = {"length", nullptr, nullptr};
  p.datasets = {{"ESOL", "R-001", "url", "MIT", {"train", "test"}, "smiles,y", "fingerprints/synthetic.py"}};
  p.experiments = {
      {"X1", {"R-001"}, "ESOL", "NGF", "rmse", "python -m fingerprints.train", "0.52", "0.07", "1 h"}};
  p.packages = {{"torch", "torch", ">=2.2", "framework", false}};
  p.risks = {{"data may be gone", {"R-001"}}};
  p.open_questions = {{"which split?", {}}};
  p.warnings = {"order repaired"};
  return p;
}

Config sample_config() {
  return {1,
          {{"optimizer.lr", "float", 1e-3, 1e-2, nullptr, nullptr, "", "R-001", "specified", "Step size."},
           {"model.layers", "list", Json::array({64, 64}), nullptr, nullptr, nullptr, "units", "", "default",
            ""}}};
}

SectionMap sample_section_map() {
  return {1,
          {{"S3.2",
            "Optimizer.",
            {"R-001"},
            {"D-01"},
            {"fingerprints/train.py"},
            {"train"},
            {"E4"},
            {"P3.2.4"},
            "motivation only"},
           {"S4", "Data.", {}, {}, {}, {}, {}, {}, ""}}};
}

Decisions sample_decisions() {
  return {1,
          {{"D-01",
            "Which norm?",
            {"L1", "L2"},
            "L2",
            "convention",
            "Usual.",
            {"R-001"},
            0.7,
            {"fingerprints/model.py"},
            "model.norm"}}};
}

FileSpec sample_file_spec() {
  FileSpec s;
  s.path = "fingerprints/model.py";
  s.summary = "The model.";
  s.imports = {{"torch", {"nn"}, "layers"}};
  s.symbols = {
      {"f", "def f(x: int) -> int", {{"x", "int", "[B]", "1", "model.x"}}, "int", "ValueError", "Doc."}};
  s.steps = {{1, "Hash.", {"R-001"}, "E4", "A2:7"}};
  s.shapes = {{"input", "x", "[B, D]", "float32"}};
  s.numerics = {{"layers", 3, "R-001"}};
  s.config_keys = {"model.x"};
  s.state = "no buffers";
  s.invariants = {"finite"};
  s.tests = {{"test_f", "equation", "x = 1", "f(x) == 1", "1e-5"}};
  s.forbids = {"mean pooling"};
  s.notes = "none";
  return s;
}

ProvenanceRegion sample_region() {
  return {"fingerprints/model.py", kSha,     1,       10, "Model.forward", {"R-001"},
          {"E4", "A2:7"},          {"D-01"}, "repair"};
}

LedgerEntry sample_ledger_entry() {
  return {1, "2026-01-01T00:00:00Z",      1,  "model", "a.py",   {{0, 0, 3}}, 3, 0,
          0, {"L3", "data path", "boom"}, "", "L3",    {"R-001"}};
}

VerifyReport sample_verify() {
  VerifyReport v;
  v.first_levels = {
      {"L0", "passed", ""}, {"L1", "failed", "no module x"}, {"L2", "not_attempted", "L1 failed"}};
  v.levels = {{"L4", "passed", ""}};
  v.first_level = "L0";
  v.level = "L4";
  v.rounds = 2;
  v.findings = {{"F03", "warning", "a.py", 3, "m", "s", "none"}};
  v.tickets = {{"K-01", "runtime", {"a.py"}, {"R-001"}, "trace", {"f"}, 2, "fixed", "L3"}};
  v.tests = {{"tests/test_a.py::test_b", "failed", "assert 1 == 2", 0.5}};
  v.lines_total = 100;
  v.lines_changed = 5;
  v.line_fix_rate = 0.05;
  v.environment = "Python 3.11";
  v.sandbox = "bubblewrap 0.8.0";
  return v;
}

RunRecord sample_run() {
  RunRecord r;
  r.program_version = "0.1.0";
  r.inputs = {{"source", "paper/"}, {"kind", "latex"}, {"sha256", kSha}};
  r.stages = {{"ingest", "done", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", kSha},
              {"planner", "pending", "", "", ""}};
  CallRecord c;
  c.id = "1";
  c.stage = "planner";
  c.target = "P1 1/9";
  c.model = "m";
  c.request_sha = kSha;
  c.finish_reason = "stop";
  r.calls = {c, c};
  r.calls[1].cost = 0.25;
  r.level = "L4";
  r.totals.cost = 0.5;
  return r;
}

// One instance of every artefact, and the way through its struct and back.
struct Case {
  std::string schema;
  Json value;
  std::function<Json(const Json&)> reread;
};
template <class T>
Case make_case(std::string name, const T& value) {
  return {std::move(name), to_json(value),
          [](const Json& json) { return to_json(from_json<T>(json, "test")); }};
}
std::vector<Case> cases() {
  return {make_case("requirements", sample_requirements()),
          make_case("figures", sample_figures()),
          make_case("plan", sample_plan()),
          make_case("config", sample_config()),
          make_case("section_map", sample_section_map()),
          make_case("decisions", sample_decisions()),
          make_case("file_spec", sample_file_spec()),
          make_case("provenance", sample_region()),
          make_case("ledger", sample_ledger_entry()),
          make_case("verify", sample_verify()),
          make_case("run", sample_run())};
}

// Calls `visit(pointer, subschema, value)` for every part of `value` that a schema part describes.
using Visit = std::function<void(const Json::json_pointer&, const Json& subschema, const Json& value)>;
void walk(const Json& root, const Json& part, const Json& value, const Json::json_pointer& at,
          const Visit& visit) {
  if (part.contains("$ref")) {
    return walk(root, root.at(Json::json_pointer(part["$ref"].get<std::string>().substr(1))), value, at,
                visit);
  }
  if (part.contains("anyOf")) {
    for (const auto& option : part["anyOf"]) {
      if (!value.is_null() && option.contains("$ref")) walk(root, option, value, at, visit);
    }
    return;
  }
  visit(at, part, value);
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      if (part.contains("properties") && part["properties"].contains(key)) {
        walk(root, part["properties"][key], item, at / key, visit);
      } else if (part.contains("additionalProperties") && part["additionalProperties"].is_object()) {
        walk(root, part["additionalProperties"], item, at / key, visit);
      }
    }
  } else if (value.is_array() && part.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) walk(root, part["items"], value[i], at / i, visit);
  }
}

TEST(Schema, NamesEveryArtefactAndRefusesOthers) {
  const auto names = schema_names();
  const std::set<std::string> known(names.begin(), names.end());
  for (const auto& c : cases()) EXPECT_TRUE(known.contains(c.schema)) << c.schema;
  EXPECT_THROW(schema("nonsense"), Error);
}

TEST(Schema, EveryArtefactRoundTripsAndIsValid) {
  for (const auto& c : cases()) {
    EXPECT_EQ(Checker(c.schema).complaint(c.value), "") << c.schema;
    EXPECT_EQ(c.reread(c.value), c.value) << c.schema;
  }
}

TEST(Schema, StructAndSchemaHaveTheSameFields) {
  for (const auto& c : cases()) {
    const Json& root = schema(c.schema);
    walk(root, root, c.value, Json::json_pointer(),
         [&](const Json::json_pointer& at, const Json& part, const Json& value) {
           if (!value.is_object() || !part.contains("properties")) return;
           std::set<std::string> in_schema, in_struct;
           for (const auto& [key, item] : part["properties"].items()) in_schema.insert(key);
           for (const auto& [key, item] : value.items()) in_struct.insert(key);
           EXPECT_EQ(in_schema, in_struct) << c.schema << " at " << at.to_string();
         });
  }
}

TEST(Schema, AMissingRequiredFieldIsInvalid) {
  std::size_t tried = 0;
  for (const auto& c : cases()) {
    const Json& root = schema(c.schema);
    const Checker checker(c.schema);
    walk(root, root, c.value, Json::json_pointer(),
         [&](const Json::json_pointer& at, const Json& part, const Json& value) {
           if (!value.is_object() || !part.contains("required")) return;
           for (const auto& name : part["required"]) {
             Json copy = c.value;
             copy[at].erase(name.get<std::string>());
             EXPECT_NE(checker.complaint(copy), "")
                 << c.schema << ": " << at.to_string() << " without " << name;
             ++tried;
           }
         });
  }
  EXPECT_GT(tried, 150u);  // the walk reaches every kind of object
}

TEST(Schema, AStrayFieldIsInvalid) {
  for (const auto& c : cases()) {
    const Json& root = schema(c.schema);
    const Checker checker(c.schema);
    walk(root, root, c.value, Json::json_pointer(),
         [&](const Json::json_pointer& at, const Json& part, const Json& value) {
           if (!value.is_object() || !part.contains("properties")) return;
           Json copy = c.value;
           copy[at]["stray"] = 1;
           EXPECT_NE(checker.complaint(copy), "") << c.schema << ": " << at.to_string();
         });
  }
}

TEST(Schema, AWordOutsideAClosedSetIsInvalid) {
  std::size_t tried = 0;
  for (const auto& c : cases()) {
    const Json& root = schema(c.schema);
    const Checker checker(c.schema);
    walk(root, root, c.value, Json::json_pointer(),
         [&](const Json::json_pointer& at, const Json& part, const Json&) {
           if (!part.contains("enum") && !part.contains("const") && !part.contains("pattern")) return;
           Json copy = c.value;
           copy[at] = "no such word";
           EXPECT_NE(checker.complaint(copy), "") << c.schema << ": " << at.to_string();
           ++tried;
         });
  }
  EXPECT_GT(tried, 60u);
}

TEST(Schema, EvidenceMayBeEmptyOnlyWhereThePaperIsSilent) {
  const Checker checker("requirements");
  Json value = to_json(sample_requirements());
  value["requirements"][0]["evidence"] = Json::array();
  EXPECT_NE(checker.complaint(value), "");
  value["requirements"][0]["status"] = "unspecified";
  EXPECT_EQ(checker.complaint(value), "");
}

TEST(Schema, UncoveredBlocksNeedAReason) {
  const Checker checker("section_map");
  Json value = to_json(sample_section_map());
  value["sections"][0]["uncovered_reason"] = "";
  EXPECT_NE(checker.complaint(value), "");
  value["sections"][0]["uncovered"] = Json::array();
  EXPECT_EQ(checker.complaint(value), "");
}

TEST(Fields, AWrongTypeIsRefusedWithItsPath) {
  Json value = to_json(sample_plan());
  value["files"][0]["symbols"][0]["name"] = 3;
  try {
    from_json<Plan>(value, "plan.json");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_EQ(error.detail().subject, "plan.json/files/0/symbols/0/name");
  }
}

TEST(Fields, AbsentAndNullFieldsKeepTheirDefaults) {
  const auto requirement =
      from_json<Requirement>(Json{{"id", "R-001"}, {"importance", nullptr}, {"unknown", 1}}, "r");
  EXPECT_EQ(requirement.importance, 2);
  EXPECT_EQ(requirement.status, "specified");
  EXPECT_FALSE(requirement.value.has_value());
}

}  // namespace
}  // namespace p2c::artefacts
