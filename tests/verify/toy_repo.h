// A small repository with one fault, and a sandbox that behaves as Python would on it.
#pragma once

#include <memory>
#include <string>

#include "artefacts/plan.h"
#include "base/files.h"
#include "base/text.h"
#include "verify/fake_sandbox.h"
#include "verify/verify_tools.h"

namespace p2c::test {

inline const std::map<std::string, std::string> kToyRepo = {
    {"pkg/__init__.py", "\"\"\"Toy.\"\"\"\n"},
    {"pkg/config.py",
     "import yaml\n\n\ndef load_config(path, overrides=()):\n    \"\"\"Load.\"\"\"\n    with open(path, "
     "encoding=\"utf-8\") as file:\n"
     "        return yaml.safe_load(file)\n"},
    {"pkg/model.py",
     "\"\"\"Model.\"\"\"\n\n\ndef pool(values):\n    \"\"\"Sum [R-001].\"\"\"\n    return max(values)\n"},
    {"pkg/train.py",
     "\"\"\"Train.\"\"\"\nimport argparse\n\nfrom pkg.config import load_config\nfrom pkg.model import "
     "pool\n\n\ndef main(argv=None):\n"
     "    \"\"\"Run.\"\"\"\n    parser = argparse.ArgumentParser()\n    parser.add_argument(\"--config\")\n  "
     "  parser.add_argument(\"--output\")\n"
     "    args = parser.parse_args(argv)\n    cfg = load_config(args.config)\n    print(pool([cfg[\"size\"], "
     "1]), args.output)\n    return 0\n\n\n"
     "if __name__ == \"__main__\":\n    raise SystemExit(main())\n"},
    {"configs/smoke.yaml", "size: 2\n"},
    {"configs/paper.yaml", "size: 100\n"},
    {"tests/test_model.py",
     "from pkg.model import pool\n\n\ndef test_pool():\n    \"\"\"Equation 1 [E1, R-001].\"\"\"\n    assert "
     "pool([1, 2]) == 3\n\n\n"
     "def test_one():\n    assert pool([1]) == 1\n"},
    {"requirements.txt", "PyYAML>=6.0\n"},
    {"README.md", "# Toy\n"},
};

inline artefacts::PlannedFile planned_file(std::string path, std::string purpose,
                                           std::vector<std::string> owns, int order) {
  artefacts::PlannedFile file;
  file.path = std::move(path);
  file.purpose = std::move(purpose);
  file.owns = std::move(owns);
  file.order = order;
  return file;
}

inline artefacts::Plan toy_plan() {
  artefacts::Plan plan;
  plan.package = "pkg";
  plan.entry_points = {
      {"train", "pkg/train.py", "python -m pkg.train --config configs/smoke.yaml", "trains", "smoke"}};
  plan.files = {planned_file("pkg/model.py", "pooling", {"R-001"}, 0),
                planned_file("pkg/train.py", "training", {}, 1)};
  plan.packages = {{"PyYAML", "yaml", ">=6.0", "configuration", false}};
  return plan;
}

inline void write_repo(const std::filesystem::path& root, const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) write_file_atomic(root / path, text);
}

// Answers as the programs of the toy repository would: the tests pass when pool() adds, the smoke run when it
// does not raise.
inline FakeSandbox::Answer toy_answer(const verify::SandboxJob& job) {
  const std::string model = read_file(job.repo / "pkg/model.py");
  const bool raises = contains(model, "raise ");
  const std::string traceback =
      "Traceback (most recent call last):\n  File \"/work/pkg/model.py\", line 6, in pool\n    "
      "raise\nRuntimeError: broken\n";
  const auto has_word = [&](const char* word) {
    return std::find(job.argv.begin(), job.argv.end(), word) != job.argv.end();
  };
  if (has_word("pytest")) {
    const std::string tests = read_file(job.repo / "tests/test_model.py");
    const bool adds = contains(model, "sum(values)"), one = !contains(model, "len(values)") && !raises;
    const auto one_case = [&](const char* name, bool ok, const char* text) {
      return std::string("<testcase classname=\"tests.test_model\" file=\"tests/test_model.py\" name=\"") +
             name + "\" time=\"0.01\">" +
             (ok ? ""
                 : std::string("<failure message=\"") + text +
                       "\">Traceback (most recent call last):\n  File \"/work/tests/test_model.py\", line 6, "
                       "in " +
                       name + "\n    assert\nAssertionError: " + text + "\n</failure>") +
             "</testcase>";
    };
    std::string xml = "<testsuites><testsuite>";
    if (job.argv.back() == "tests/test_other.py") {
      return {0,
              "",
              "",
              {{".paper2code-results/junit.xml",
                "<testsuite><testcase classname=\"tests.test_other\" file=\"tests/test_other.py\" "
                "name=\"test_nothing\"/></testsuite>"}},
              false};
    }
    if (contains(tests, "def test_pool")) xml += one_case("test_pool", adds, "assert 2 == 3");
    if (contains(tests, "def test_one")) xml += one_case("test_one", one, "assert 0 == 1");
    return {adds && one ? 0 : 1,
            "",
            "",
            {{".paper2code-results/junit.xml", xml + "</testsuite></testsuites>"}},
            false};
  }
  if (has_word("--help")) return {0, "usage: train [--config CONFIG] [--output OUTPUT]\n", "", {}, false};
  if (has_word("-c")) return {0, "loading configs/smoke.yaml\n", "", {}, false};
  if (raises) return {1, "", traceback, {}, false};
  return {0, "3\n", "", {{"outputs/smoke/train/metrics.json", "{\"rmse\": 0.5}"}}, false};
}

inline verify::VerifyTools toy_tools(FakeSandbox::Behaviour behaviour = toy_answer) {
  return {[behaviour] { return std::make_unique<FakeSandbox>(behaviour); },
          [](const std::string&) {
            verify::Environment environment;
            environment.root = "/nowhere";
            environment.python_version = "3.11.7";
            environment.packages = {"PyYAML==6.0", "pytest==8.0"};
            return environment;
          }};
}

}  // namespace p2c::test
