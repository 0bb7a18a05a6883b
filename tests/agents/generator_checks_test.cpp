#include <gtest/gtest.h>

#include "agents/analyzer/calls.h"
#include "agents/generator/calls.h"
#include "base/text.h"

namespace p2c::agents {
namespace {

bool mentions(const std::vector<std::string>& problems, std::string_view text) {
  for (const auto& p : problems) {
    if (contains(p, text)) return true;
  }
  return false;
}

artefacts::FileSpec spec_of(std::vector<artefacts::SpecSymbol> symbols) {
  artefacts::FileSpec spec;
  spec.path = "pkg/model.py";
  spec.symbols = std::move(symbols);
  spec.tests = {{"test_x", "property", "", "something", ""}};
  return spec;
}

python::SourceFacts facts_of(const std::string& code) { return python::read_sources({{"f.py", code}}).at("f.py"); }

TEST(CheckDeclarations, MissingSymbolsAndParameters) {
  const auto spec = spec_of({{"Net", "class Net", {}, "", "", ""},
                             {"Net.forward", "def forward(self, x: int, mask: int) -> int", {}, "", "", ""},
                             {"loss", "def loss(a, b=1)", {}, "", "", ""}});
  artefacts::PlannedFile planned;
  planned.path = spec.path;
  const auto good = facts_of("class Net:\n    def forward(self, x, mask):\n        return x\n\ndef loss(a, b=2, c=3):\n    return a\n");
  EXPECT_TRUE(generator::check_declarations(spec, planned, good).empty());
  const auto bad = facts_of("class Net:\n    def forward(self, x):\n        return x\n");
  const auto problems = generator::check_declarations(spec, planned, bad);
  EXPECT_TRUE(mentions(problems, "lacks the parameter mask"));
  EXPECT_TRUE(mentions(problems, "loss"));
  EXPECT_TRUE(mentions(generator::check_declarations(spec, planned, facts_of("def f(:\n")), "does not parse"));
}

TEST(CheckTests, WantsTagsAssertionsAndRealNames) {
  std::map<std::string, python::SourceFacts> interfaces{{"pkg/model.py", facts_of("def loss(a):\n    return a\n")}};
  const auto check = [&](const std::string& code) { return generator::check_tests(facts_of(code), code, interfaces, "pkg"); };
  EXPECT_TRUE(check("from pkg.model import loss\n\ndef test_a():\n    \"\"\"Eq. 1 [E1, R-002].\"\"\"\n    assert loss(1) == 1\n").empty());
  EXPECT_TRUE(mentions(check("from pkg.model import gone\n\ndef test_a():\n    \"\"\"[E1]\"\"\"\n    assert 1\n"), "defines no gone"));
  EXPECT_TRUE(mentions(check("def test_a():\n    \"\"\"No tag.\"\"\"\n    assert 1\n"), "square brackets"));
  EXPECT_TRUE(mentions(check("def test_a():\n    \"\"\"[R-001]\"\"\"\n    print(1)\n"), "asserts nothing"));
  EXPECT_TRUE(mentions(check("import pytest\n@pytest.mark.xfail\ndef test_a():\n    \"\"\"[R-001]\"\"\"\n    assert 0\n"), "xfail"));
  EXPECT_TRUE(mentions(check("x = 1\n"), "no test function"));
  // `from pkg import model` names a module that is there; what is not shown cannot be relied on.
  const std::string test = "\n\ndef test_a():\n    \"\"\"Eq. 1 [E1].\"\"\"\n    assert model.loss(1) == 1\n";
  EXPECT_TRUE(check("from pkg import model" + test).empty());
  EXPECT_TRUE(mentions(check("from pkg import train" + test), "not among the interfaces shown"));
  EXPECT_TRUE(mentions(check("from pkg.train import model" + test), "not among the interfaces shown"));
}

TEST(TestPath, NamesFollowThePackage) {
  EXPECT_EQ(generator::test_path_of("pkg/model.py"), "tests/test_model.py");
  EXPECT_EQ(generator::test_path_of("pkg/data/loader.py"), "tests/test_data_loader.py");
}

TEST(CheckSpec, HoldsImportsKeysAndSymbolsAgainstThePlan) {
  artefacts::Plan plan;
  plan.package = "pkg";
  plan.files = {{"pkg/layers.py", "module", "", {}, {{"Layer", "class", "class Layer", "", ""}}, {}, 1, 1},
                {"pkg/model.py", "module", "", {}, {{"Net", "class", "class Net", "", ""}}, {"pkg/layers.py"}, 1, 2}};
  artefacts::Config config;
  config.entries.push_back({"model.width", "int", 4, nullptr, nullptr, nullptr, "", "", "", ""});
  const std::vector<artefacts::FileSpec> known{[] {
    auto s = spec_of({{"Layer", "class Layer", {}, "", "", ""}});
    s.path = "pkg/layers.py";
    return s;
  }()};
  auto spec = spec_of({{"Net", "class Net", {}, "", "", ""}});
  spec.imports = {{"pkg.layers", {"Layer"}, ""}, {"pkg.config", {"load_config"}, ""}, {"torch", {}, ""}};
  spec.config_keys = {"model.width"};
  EXPECT_TRUE(analyzer::check_spec(spec, plan, config, known).empty());
  auto bad = spec;
  bad.imports[0].names = {"Missing"};
  EXPECT_TRUE(mentions(analyzer::check_spec(bad, plan, config, known), "has no symbol Missing"));
  bad = spec;
  bad.imports.push_back({"pkg.train", {"x"}, ""});
  EXPECT_TRUE(mentions(analyzer::check_spec(bad, plan, config, known), "not planned"));
  bad = spec;
  bad.config_keys.push_back("model.depth");
  EXPECT_TRUE(mentions(analyzer::check_spec(bad, plan, config, known), "model.depth"));
  bad = spec;
  bad.symbols.clear();
  EXPECT_TRUE(mentions(analyzer::check_spec(bad, plan, config, known), "planned symbol Net"));
  auto constants = spec;
  constants.symbols.push_back({"NAMES", "NAMES: tuple[str, ...] = ('a', 'b')", {}, "", "", ""});
  constants.symbols.push_back({"RED", "RED = (1.0, 0.4)", {}, "", "", ""});
  EXPECT_TRUE(analyzer::check_spec(constants, plan, config, known).empty());
  auto decorated = spec;
  decorated.symbols.push_back({"Row", "@dataclass(frozen=True, eq=False) class Row", {}, "", "", ""});
  decorated.symbols.push_back({"Row.load", "@classmethod def load(cls, path: str | Path) -> 'Row'", {}, "", "", ""});
  auto with_init = plan;
  with_init.files[1].symbols.push_back({"Row", "class", "class Row", "", ""});
  with_init.files[1].symbols.push_back({"Row.__init__", "method", "def __init__(self, x: int) -> None", "", ""});
  EXPECT_TRUE(analyzer::check_spec(decorated, with_init, config, known).empty());
  with_init.files[1].symbols.push_back({"Row.save", "method", "def save(self) -> None", "", ""});
  EXPECT_TRUE(mentions(analyzer::check_spec(decorated, with_init, config, known), "Row.save is missing"));
  bad = spec;
  bad.symbols.push_back({"f", "def f(x, -> int", {}, "", "", ""});
  EXPECT_TRUE(mentions(analyzer::check_spec(bad, plan, config, known), "no Python"));
}

TEST(CheckSpec, ComparesRanksOfShapesInFreeText) {
  artefacts::Plan plan;
  plan.package = "pkg";
  plan.files = {{"pkg/model.py", "module", "", {}, {{"Net", "class", "class Net", "", ""}}, {}, 1, 1}};
  const auto problems = [&](const std::string& contract, const std::string& here) {
    plan.data_contract.clear();
    artefacts::DataContract row;
    row.name = "x";
    row.shape = contract;
    plan.data_contract.push_back(row);
    auto spec = spec_of({{"Net", "class Net", {}, "", "", ""}});
    artefacts::SpecShape shape;
    shape.name = "x";
    shape.dims = here;
    spec.shapes.push_back(shape);
    return analyzer::check_spec(spec, plan, {}, {});
  };
  EXPECT_TRUE(problems("[n, A] per molecule, [N, A] per batch", "[N, A]").empty());
  EXPECT_TRUE(problems("[n_idx], CPU", "[n_idx]").empty());
  EXPECT_TRUE(problems("[B, T] or [T]", "[T]").empty());
  EXPECT_TRUE(problems("[B, f(x[0])]", "[B, D]").empty());
  EXPECT_TRUE(problems("a list", "[B, D]").empty());
  EXPECT_TRUE(mentions(problems("[B, T, D]", "[B, D]"), "shape of x"));
  EXPECT_TRUE(mentions(problems("[]", "[B]"), "shape of x"));
}

}  // namespace
}  // namespace p2c::agents
