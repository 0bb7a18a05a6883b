// Everything a report is made of, small but complete.
#pragma once

#include <string>

#include "verify/report.h"

namespace p2c::verify::test {

struct SampleReport {
  paper::PaperDoc paper;
  artefacts::Requirements requirements;
  artefacts::Plan plan;
  artefacts::Config config;
  artefacts::SectionMap section_map;
  artefacts::Decisions decisions;
  artefacts::VerifyReport verify;
  std::vector<artefacts::ProvenanceRegion> provenance;
  std::vector<artefacts::LedgerEntry> ledger;
  artefacts::RunRecord run;
  std::map<std::string, std::string> files;
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"30\"><text x=\"5\" "
      "y=\"20\">model.py</text></svg>";

  ReportInput input() const {
    return {paper,  requirements, plan,   config, section_map, decisions,
            verify, provenance,   ledger, run,    files,       svg};
  }
};

inline artefacts::Requirement requirement(std::string id, std::string statement, int importance,
                                          std::string verdict) {
  artefacts::Requirement r;
  r.id = std::move(id);
  r.kind = "update_rule";
  r.statement = std::move(statement);
  r.importance = importance;
  r.verdict = std::move(verdict);
  r.evidence = {{"P3.1", "sum the features of all neighbours", 0}};
  r.owner = "pkg/model.py";
  return r;
}

inline SampleReport sample_report() {
  SampleReport s;
  s.paper.title = "Convolutional Networks on Graphs";
  s.paper.authors = {"A. Author", "B. Author"};
  s.paper.source.arxiv_id = "1509.09292";
  const auto block = [&](std::string id, paper::BlockType type, std::string number, std::string parent,
                         bool appendix) {
    paper::Block b;
    b.id = std::move(id);
    b.type = type;
    b.number = std::move(number);
    b.parent = std::move(parent);
    b.appendix = appendix;
    b.order = s.paper.blocks.size();
    s.paper.blocks.push_back(std::move(b));
  };
  block("S3", paper::BlockType::section, "3", "", false);
  block("P3.1", paper::BlockType::paragraph, "", "S3", false);
  block("E1", paper::BlockType::equation, "1", "S3", false);
  block("E2", paper::BlockType::equation, "2", "S3", false);
  block("A1", paper::BlockType::algorithm, "1", "S3", false);
  block("E3", paper::BlockType::equation, "A.1", "S3", true);
  const auto equation = [&](std::string id, std::string number, std::string tex) {
    paper::Equation e;
    e.id = std::move(id);
    e.number = std::move(number);
    e.latex = std::move(tex);
    s.paper.equations.push_back(std::move(e));
  };
  equation("E1", "1", "h_v = \\sum_{u \\in N(v)} h_u");
  equation("E2", "2", "y = W h");
  equation("E3", "A.1", "z = 0");
  paper::Algorithm algorithm;
  algorithm.id = "A1";
  algorithm.lines = {{1, 0, "for", "for each atom a in molecule", ""},
                     {2, 1, "stmt", "r_a \\gets g(a)", "lookup"}};
  s.paper.algorithms = {algorithm};

  s.requirements.requirements = {requirement("R-001", "Sum the features of all neighbours.", 3, "pass"),
                                 requirement("R-002", "Use a learned output matrix.", 2, "unverified"),
                                 requirement("R-003", "Initialise with small weights.", 1, "missing"),
                                 requirement("R-004", "Evaluate on appendix data.", 1, "unverified")};
  s.requirements.requirements[1].status = "unspecified";
  s.requirements.requirements[1].choice = "normal, 0.01";
  s.requirements.requirements[1].basis = "convention";
  s.requirements.requirements[3].scope = "out";
  s.requirements.requirements[3].scope_reason = "appendix only";

  s.plan.package = "pkg";
  s.plan.entry_points = {{"train", "pkg/train.py", "python -m pkg.train", "Trains.", "smoke"}};
  s.decisions.decisions = {{"D-01",
                            "Which initialisation?",
                            {"normal", "uniform"},
                            "normal",
                            "convention",
                            "Usual.",
                            {"R-002"},
                            0.7,
                            {"pkg/model.py"},
                            "model.init_std"}};

  s.files["pkg/model.py"] =
      "\"\"\"Model.\"\"\"\n\nimport torch\n\n\nclass Model:\n    \"\"\"Sums. [R-001, E1]\"\"\"\n\n    def "
      "forward(self, x):\n"
      "        # [R-001, A1:2]\n        y = x.sum(0)  # <not a tag>\n        return y  # [R-002]\n\n    def "
      "plain(self):\n        return 1\n";
  s.files["tests/test_model.py"] =
      "def test_sum():\n    \"\"\"[R-001, E1]\"\"\"\n    assert True\n\n\ndef test_matrix():\n    assert 1 "
      "== 2  # [R-002]\n";
  s.files["configs/paper.yaml"] = "# [R-002]\ninit_std: 0.01\n";
  s.files["reproduce.sh"] = "#!/usr/bin/env bash\nset -euo pipefail\n";
  s.files["README.md"] = "# Read me\n";
  const auto region = [&](std::string file, int start, int end, std::string symbol,
                          std::vector<std::string> reqs, std::vector<std::string> equations) {
    s.provenance.push_back({std::move(file),
                            std::string(64, 'a'),
                            start,
                            end,
                            std::move(symbol),
                            std::move(reqs),
                            std::move(equations),
                            {},
                            "model"});
  };
  region("pkg/model.py", 1, 15, "", {}, {});
  region("pkg/model.py", 6, 15, "Model", {"R-001"}, {"E1"});
  region("pkg/model.py", 9, 12, "Model.forward", {"R-001", "R-002"}, {"A1:2"});
  region("pkg/model.py", 10, 11, "Model.forward", {"R-001"}, {"A1:2"});
  region("pkg/model.py", 12, 12, "Model.forward", {"R-002"}, {});
  region("pkg/model.py", 14, 15, "Model.plain", {"R-001"}, {"E1"});  // inherited from its class
  region("tests/test_model.py", 1, 3, "test_sum", {"R-001"}, {"E1"});
  region("tests/test_model.py", 6, 7, "test_matrix", {"R-002"}, {});
  region("tests/test_model.py", 7, 7, "test_matrix", {"R-002"}, {});
  region("configs/paper.yaml", 1, 2, "init_std", {"R-002"}, {});
  region("pkg/gone.py", 1, 2, "x", {"R-003"}, {});      // not in the repository
  region("pkg/model.py", 10, 900, "x", {"R-003"}, {});  // lines that are not there

  auto& v = s.verify;
  v.first_levels = {{"L0", "passed", ""}, {"L1", "passed", ""}, {"L2", "failed", "pkg.train: no key 'lr'"}};
  v.levels = {{"L0", "passed", ""},
              {"L1", "passed", ""},
              {"L2", "passed", ""},
              {"L3", "passed", ""},
              {"L4", "failed", "1 of 2 tests failed"}};
  v.first_level = "L1";
  v.level = "L3";
  v.rounds = 2;
  v.findings = {{"F12", "warning", "pkg/model.py", 11, "a number without a source",
                 "name it in the configuration", "ticket"}};
  v.tickets = {{"K-01", "runtime", {"pkg/train.py"}, {"R-001"}, "KeyError: lr", {"main"}, 1, "fixed", "L2"}};
  v.tests = {{"tests/test_model.py::test_sum", "passed", "", 0.01},
             {"tests/test_model.py::test_matrix", "failed", "assert 1 == 2", 0.5}};
  v.lines_total = 1234;
  v.lines_changed = 12;
  v.lines_changed_tool = 2;
  v.lines_changed_model = 10;
  v.touches = 3;
  v.files_touched = 1;
  v.line_fix_rate = 12.0 / 1234;
  v.environment = "Python 3.11, torch 2.4";
  v.sandbox = "bubblewrap 0.8.0";
  s.ledger = {{1,
               "2026-01-01T00:00:00Z",
               1,
               "tool",
               "pkg/model.py",
               {{3, 0, 2}},
               2,
               0,
               0,
               {"F01", "packaging", "package added"},
               "L1",
               "L2",
               {}},
              {2,
               "2026-01-01T00:01:00Z",
               2,
               "model",
               "pkg/model.py",
               {{5, 10, 8}},
               0,
               2,
               8,
               {"L2", "config", "key renamed"},
               "L2",
               "L3",
               {"R-001"}}};
  s.run.program_version = "0.1.0";
  artefacts::CallRecord call;
  call.stage = "planner";
  call.model = "some-model";
  call.tokens_in = 1000;
  call.tokens_out = 200;
  call.ms = 2500;
  s.run.calls = {call, call};
  s.run.calls[1].stage = "generator";
  s.run.calls[1].cost = 0.25;
  s.run.stages = {{"planner", "done", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", ""}};
  s.run.totals.calls = 2;
  s.run.totals.tokens_in = 2000;
  s.run.totals.tokens_out = 400;
  s.run.totals.model_ms = 5000;
  s.run.totals.wall_ms = 75'000;
  return s;
}

}  // namespace p2c::verify::test
