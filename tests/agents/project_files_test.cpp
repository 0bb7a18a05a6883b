// The files of a generated repository that code writes: they parse, run, and no text of paper or model gets
// out of its place.
#include <gtest/gtest.h>

#include <algorithm>

#include "agents/generator/generator.h"
#include "agents/generator/project_parts.h"
#include "agents/generator/templates.h"
#include "agents/sample_repository.h"
#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "python/source_facts.h"

namespace p2c::agents {
namespace {

FilesByPath sample_files() {
  const auto planned = test::sample_plan();
  return project_files(test::sample_paper(), planned, test::sample_analysis(planned));
}

ProcessResult run(std::vector<std::string> argv, const fs::path& directory,
                  std::map<std::string, std::string> environment = {}) {
  ProcessOptions options;
  options.argv = std::move(argv);
  options.working_directory = directory;
  options.environment = std::move(environment);
  return run_process(options);
}

void write_all(const fs::path& root, const FilesByPath& files) {
  for (const auto& [path, text] : files) write_file_atomic(root / path, text);
}

bool python_has_yaml() {
  static const bool has =
      !find_program("python3").empty() && run({"python3", "-c", "import yaml"}, "/").exit_code == 0;
  return has;
}

TEST(ProjectFiles, AreAllThereAndPythonParses) {
  const auto files = sample_files();
  for (const char* path : {"configs/smoke.yaml", "configs/small.yaml", "configs/paper.yaml",
                           "requirements.txt", "README.md", "REPRODUCTION.md", "reproduce.sh", ".gitignore",
                           "fingerprints/__init__.py", "fingerprints/models/__init__.py",
                           "fingerprints/config.py", "fingerprints/runtime.py", "tests/conftest.py"}) {
    EXPECT_TRUE(files.contains(path)) << path;
  }
  for (const auto& [path, text] : files) {
    EXPECT_FALSE(text.empty()) << path;
    EXPECT_EQ(text.back(), '\n') << path;
    EXPECT_EQ(text.find("{{package"), std::string::npos) << path;
  }
  std::map<std::string, std::string> sources;
  for (const auto& [path, text] : files) {
    if (path.ends_with(".py")) sources[path] = text;
  }
  for (const auto& [path, facts] : python::read_sources(sources))
    EXPECT_TRUE(facts.parsed) << path << ": " << facts.syntax_error;
}

TEST(ProjectFiles, APlannedInitFileIsLeftToTheGenerator) {
  auto planned = test::sample_plan();
  artefacts::PlannedFile init;
  init.path = "fingerprints/models/__init__.py";
  planned.plan.files.push_back(init);
  const auto files = project_files(test::sample_paper(), planned, test::sample_analysis(planned));
  EXPECT_FALSE(files.contains("fingerprints/models/__init__.py"));
  EXPECT_TRUE(files.contains("fingerprints/__init__.py"));
}

TEST(ProjectFiles, ProvidedModulesDeclareTheirInterfaceInEveryFramework) {
  for (const char* framework : {"pytorch", "jax", "hf"}) {
    const auto modules = provided_modules("pkg", framework);
    const auto facts = python::read_sources(modules);
    ASSERT_TRUE(facts.at("runtime.py").parsed) << framework << facts.at("runtime.py").syntax_error;
    ASSERT_TRUE(facts.at("config.py").parsed);
    const auto defines = [&](const std::string& file, const std::string& name) {
      const auto& all = facts.at(file).definitions;
      return std::any_of(all.begin(), all.end(), [&](const auto& d) { return d.name == name; });
    };
    for (const char* name : {"set_seed", "get_device", "make_output_dir", "write_metrics",
                             "add_standard_arguments", "standard_setup"}) {
      EXPECT_TRUE(defines("runtime.py", name)) << framework << " " << name;
    }
    EXPECT_TRUE(defines("config.py", "load_config"));
    EXPECT_TRUE(defines("config.py", "Config.to_dict"));
  }
  EXPECT_THROW(provided_modules("pkg", "tensorflow"), Error);
}

TEST(ProjectFiles, TemplatesFillOnceAndMissNothing) {
  const std::string text = fill_template("conftest.py", {{"package", "a{{package}}b"}});
  EXPECT_TRUE(contains(text, "from a{{package}}b.config import"));
  EXPECT_THROW(fill_template("conftest.py", {}), Error);
  EXPECT_THROW(fill_template("no_such_template", {}), Error);
}

TEST(RequirementsText, HasLowerBoundsAndOnlyPackages) {
  EXPECT_EQ(requirements_text(test::sample_plan().plan), R"(jax>=0.4.31
numpy>=99.0
pytest>=8.0
PyYAML>=6.0
scikit_learn>=1.4
torch>=2.2

# Optional: only for what the README says needs it.
# rdkit>=2023.9.5
)");
}

TEST(RequirementsText, TheFrameworkIsAlwaysThere) {
  artefacts::Plan plan;
  plan.package = "p";
  plan.framework = "hf";
  EXPECT_TRUE(contains(requirements_text(plan), "\ntransformers>="));
  EXPECT_TRUE(contains(requirements_text(plan), "torch>="));
  plan.framework = "jax";
  EXPECT_TRUE(contains(requirements_text(plan), "jax>="));
  EXPECT_FALSE(contains(requirements_text(plan), "torch"));
}

// The script run with an interpreter that only prints its arguments.
class ReproduceScript : public ::testing::Test {
 protected:
  void SetUp() override {
    write_all(dir_.path(), sample_files());
    write_file_atomic(dir_.path() / "fake-python",
                      "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done; echo\n");
    fs::permissions(dir_.path() / "fake-python", fs::perms::owner_all);
  }
  ProcessResult reproduce(std::vector<std::string> arguments) {
    std::vector<std::string> argv = {"bash", (dir_.path() / "reproduce.sh").string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(argv, "/", {{"PYTHON", (dir_.path() / "fake-python").string()}});
  }
  TempDir dir_;
};

TEST_F(ReproduceScript, RunsTheProgramsInOrderOnTheSmokeProfile) {
  const auto result = reproduce({});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto train = result.out.find(
      "<-m><fingerprints.train><--config><configs/smoke.yaml><--output><outputs/smoke/train>\n");
  const auto evaluate = result.out.find(
      "<-m><fingerprints.evaluate><--config><configs/smoke.yaml><--output><outputs/smoke/"
      "evaluate><--split><test set>\n");
  ASSERT_NE(train, std::string::npos) << result.out;
  ASSERT_NE(evaluate, std::string::npos) << result.out;
  EXPECT_LT(train, evaluate);
  EXPECT_EQ(result.out.find("train_paper"), std::string::npos) << "the same program twice";
  EXPECT_EQ(result.out.find("download"), std::string::npos) << "downloads in the smoke profile";
}

TEST_F(ReproduceScript, TakesAProfileAndExperiments) {
  const auto result = reproduce({"--profile", "paper", "--experiments"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "<-m><fingerprints.download><--config><configs/paper.yaml>"))
      << result.out;
  EXPECT_TRUE(contains(result.out, "<outputs/paper/experiment_X1><--set><data.name=esol>")) << result.out;
  EXPECT_FALSE(contains(result.out, "make"));
}

TEST_F(ReproduceScript, NothingOfAModelReachesTheShell) {
  reproduce({"--profile", "paper", "--experiments"});
  EXPECT_FALSE(fs::exists(dir_.path() / "pwned"));
  const std::string script = read_file(dir_.path() / "reproduce.sh");
  EXPECT_FALSE(contains(script, "curl"));
  EXPECT_FALSE(contains(script, "\necho hacked"));
  EXPECT_FALSE(contains(script, "\n echo hacked"));
}

TEST_F(ReproduceScript, SaysWhatIsWrong) {
  EXPECT_EQ(reproduce({"--profile"}).exit_code, 2);
  EXPECT_EQ(reproduce({"--profile", "huge"}).exit_code, 2);
  EXPECT_EQ(reproduce({"--nonsense"}).exit_code, 2);
  const auto help = reproduce({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_TRUE(contains(help.out, "--profile paper"));
}

TEST(ReproduceScriptText, IsValidWhenEveryExperimentIsAProgramFromAbove) {
  artefacts::Plan plan;
  plan.package = "p";
  plan.entry_points = {
      {"train", "p/train.py", "python -m p.train --config configs/smoke.yaml", "Trains.", "smoke"}};
  plan.experiments = {
      {"X1", {}, "data", "model", "metric", "python -m p.train --config configs/paper.yaml", "", "", ""}};
  const TempDir dir;
  write_file_atomic(dir.path() / "reproduce.sh", reproduce_script(plan));
  const auto result = run({"bash", "-n", "reproduce.sh"}, dir.path());
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST(ReproduceScriptText, IsValidWithoutProgramsAndExperiments) {
  artefacts::Plan plan;
  plan.package = "p";
  const TempDir dir;
  write_file_atomic(dir.path() / "reproduce.sh", reproduce_script(plan));
  EXPECT_EQ(run({"bash", "-n", "reproduce.sh"}, dir.path()).exit_code, 0);
}

TEST(Readme, SaysHowToRunAndNeverCarriesMarkup) {
  const auto files = sample_files();
  const std::string& readme = files.at("README.md");
  for (const char* part : {"# Learning", "bash reproduce.sh", "pytest -q", "`python -m fingerprints.evaluate",
                           "`fingerprints/models/neural.py`", "REPRODUCTION.md", "arXiv:1509.09292", "ESOL",
                           "not stated", "3 requirements and 1 decision"}) {
    EXPECT_TRUE(contains(readme, part)) << part << "\n" << readme;
  }
  EXPECT_FALSE(contains(readme, "<b>"));
  EXPECT_TRUE(contains(readme, "{{holes}}"));
  // Every table row has as many cells as its head, whatever the texts hold.
  std::size_t bars = 0;
  for (const auto line : split_lines(readme)) {
    if (!line.starts_with("|")) {
      bars = 0;
      continue;
    }
    const auto unescaped = replace_all(std::string(line), "\\|", "");
    const auto n = static_cast<std::size_t>(std::count(unescaped.begin(), unescaped.end(), '|'));
    if (bars == 0) bars = n;
    EXPECT_EQ(n, bars) << line;
  }
}

TEST(Reproduction, HasDecisionsOpenPointsDeviationsScopeAndExperiments) {
  const auto files = sample_files();
  const std::string& text = files.at("REPRODUCTION.md");
  for (const char* part :
       {"| D-01 | Which norm? | **L2** | L1 |", "`optimizer.norm`", "| R-002 | unspecified |",
        "**L2** (convention)", "R-003: the paper contradicts itself (§3; Eq. 2, §3)",
        "Not implemented from §3: §3 (P3.1)", "Only motivation.",
        "- R-004: Train with Adam \\| not SGD. *Appendix only.*", "0.52 ± 0.07", "No schedule found.",
        "| `optimizer.lr` | `0.0001` | `0.0001` | `0.001` | R-001 |",
        "Risk: The data may be gone. (R-001)"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  EXPECT_FALSE(contains(text, "<script>"));
}

// The provided modules at work, with a stand-in for the framework.
class ProvidedModules : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!python_has_yaml()) GTEST_SKIP() << "no python3 with PyYAML";
    write_all(dir_.path(), sample_files());
    write_file_atomic(dir_.path() / "torch.py",
                      "class device:\n    def __init__(self, n): self.type = n.split(':')[0]\n    def "
                      "__repr__(self): return self.type\n"
                      "class cuda:\n    is_available = staticmethod(lambda: False)\n"
                      "class backends:\n    class cudnn: benchmark = True\n"
                      "def manual_seed(seed): print('torch seed', seed)\n");
    write_file_atomic(dir_.path() / "numpy.py",
                      "class random:\n    seed = staticmethod(lambda s: print('numpy seed', s))\n");
  }
  std::string python(const std::string& code) {
    const auto result = run({"python3", "-c", code}, dir_.path(), {{"PYTHONDONTWRITEBYTECODE", "1"}});
    return result.out + result.err;
  }
  TempDir dir_;
};

TEST_F(ProvidedModules, ConfigIsStrictAndNested) {
  const std::string out = python(R"(
import copy, pickle
from fingerprints.config import Config, load_config
c = load_config("configs/paper.yaml", ["optimizer.lr=2e-3"])
print(c.optimizer.lr, c["optimizer"]["lr"], c.to_dict(), dict(**c.optimizer))
print(copy.deepcopy(c) == c, pickle.loads(pickle.dumps(c)) == c, "seed" in c, list(c), len(c))
def complain(f):
    try: print("accepted", f())
    except (AttributeError, KeyError, ValueError, FileNotFoundError) as e: print(type(e).__name__, e)
complain(lambda: c.optimizer.lrr)
complain(lambda: c["sed"])
complain(lambda: setattr(c, "seed", 3))
complain(lambda: load_config("configs/paper.yaml", ["optimizer.momentum=1"]))
complain(lambda: load_config("configs/paper.yaml", ["seed=1.5"]))
complain(lambda: load_config("configs/paper.yaml", ["optimizer=1"]))
complain(lambda: load_config("configs/none.yaml"))
complain(lambda: Config({"keys": 1}))
open("twice.yaml", "w").write("a: 1\na: 2\n")
complain(lambda: load_config("twice.yaml"))
open("hand.yaml", "w").write("lr: 1e-5\n")
print(repr(load_config("hand.yaml").lr))
)");
  EXPECT_EQ(out, R"(0.002 0.002 {'optimizer': {'lr': 0.002}, 'seed': 0} {'lr': 0.002}
True True True ['optimizer', 'seed'] 2
AttributeError no configuration key 'optimizer.lrr'; did you mean 'optimizer.lr'?
KeyError "no configuration key 'sed'; did you mean 'seed'?"
AttributeError configuration is read-only; set 'seed' in the YAML file or with an override
KeyError "override 'optimizer.momentum=1': no such configuration key; did you mean 'optimizer.lr'?"
ValueError override 'seed=1.5': expected int, found float
ValueError override 'optimizer=1': 'optimizer' is a group; set one of its keys
FileNotFoundError [Errno 2] No such file or directory: 'configs/none.yaml'
ValueError configuration key 'keys' is reserved; choose another name
ValueError configuration key 'a' appears a second time in line 2
1e-05
)");
}

TEST_F(ProvidedModules, RuntimeSetsUpAndWritesFiniteMetricsOnly) {
  const std::string out = python(R"(
import argparse, json, os
from fingerprints.runtime import *
args = add_standard_arguments(argparse.ArgumentParser(prog="train.py")).parse_args(["--set", "seed=7"])
config, output = standard_setup(args)
set_seed(config.seed)
print(output, config.seed, get_device(), open(output / "config.yaml").read().strip().split("\n")[-1])
class Scalar:
    def tolist(self): return 0.25
path = write_metrics(output, {"rmse": Scalar(), "runs": [1, 2.5], "note": None})
print(path, json.load(open(path)), sorted(os.listdir(output)))
print(write_metrics(output / "test.json", {}).name)
for bad in (float("nan"), [1.0, float("inf")], object()):
    try: write_metrics(output, {"loss": bad})
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
print(json.load(open(path))["rmse"])
try: get_device("cuda")
except RuntimeError as e: print("RuntimeError", e)
)");
  EXPECT_EQ(out, R"(numpy seed 7
torch seed 7
outputs/train 7 cpu seed: 7
outputs/train/metrics.json {'rmse': 0.25, 'runs': [1, 2.5], 'note': None} ['config.yaml', 'metrics.json']
test.json
ValueError metrics.loss is nan, not a finite number
ValueError metrics.loss[1] is inf, not a finite number
TypeError metrics.loss has type object, which metrics cannot hold
0.25
RuntimeError device 'cuda' was asked for, but PyTorch sees no GPU; use 'auto' or 'cpu'
)");
}

}  // namespace
}  // namespace p2c::agents
