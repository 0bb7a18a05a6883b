// Facts of Python files, read by the real parser in its child process.
#include "python/source_facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "support.h"

namespace p2c::python {
namespace {

SourceFacts facts_of(const std::string& text) { return read_sources({{"m.py", text}}).at("m.py"); }

const Definition* find(const SourceFacts& facts, const std::string& name) {
  for (const auto& d : facts.definitions) {
    if (d.name == name) return &d;
  }
  return nullptr;
}

const Call* find_call(const SourceFacts& facts, const std::string& callee) {
  for (const auto& c : facts.calls) {
    if (c.callee == callee) return &c;
  }
  return nullptr;
}

// Every file of data/names states its own problems in comments: "# bad: NAME" on the line.
TEST(SourceFacts, UndefinedNamesAreExactlyThoseMarked) {
  std::map<std::string, std::string> files;
  for (const std::string& name : list_files(test::source_path("tests/python/data/names"))) {
    files[name] = read_file(test::source_path("tests/python/data/names/" + name));
  }
  ASSERT_GE(files.size(), 6u);
  for (const auto& [path, facts] : read_sources(files)) {
    ASSERT_TRUE(facts.parsed) << path << ": " << facts.syntax_error;
    std::set<std::pair<int, std::string>> expected, found;
    for (const auto& [line, comment] : facts.comments) {
      if (comment.starts_with("# bad: ")) expected.insert({line, comment.substr(7)});
    }
    for (const auto& problem : facts.undefined) found.insert({problem.line, problem.name});
    EXPECT_EQ(found, expected) << path;
  }
}

TEST(SourceFacts, Definitions) {
  const SourceFacts facts = facts_of(
      "import torch.nn as nn\n"
      "RATE: float = 0.1\n"
      "SIZES = (1, 2)\n"
      "__all__ = ['Net', \"build\"]\n"
      "@decorated(1)\n"
      "class Net(nn.Module, metaclass=M):\n"
      "    '''A net.\n\n    More.\n    '''\n"
      "    width: int = 4\n"
      "    def forward(self, x: 'Tensor', /, y=(1, 2), *args, z: int = 3, **kw) -> 'Tensor':\n"
      "        \"\"\"Runs.\"\"\"\n"
      "        return x\n"
      "    async def later(self): ...\n"
      "def build():\n"
      "    raise NotImplementedError('soon')\n"
      "    class Inner: pass\n"
      "def nothing():\n"
      "    '''Only words.'''\n");
  ASSERT_TRUE(facts.parsed) << facts.syntax_error;
  const Definition* net = find(facts, "Net");
  ASSERT_NE(net, nullptr);
  EXPECT_EQ(net->kind, "class");
  EXPECT_EQ(net->line, 5);
  EXPECT_EQ(net->bases, (std::vector<std::string>{"nn.Module", "metaclass=M"}));
  EXPECT_EQ(net->decorators, (std::vector<std::string>{"decorated(1)"}));
  EXPECT_EQ(net->doc, "A net.");
  const Definition* forward = find(facts, "Net.forward");
  ASSERT_NE(forward, nullptr);
  EXPECT_EQ(forward->kind, "method");
  EXPECT_EQ(forward->returns, "'Tensor'");
  ASSERT_EQ(forward->params.size(), 6u);
  EXPECT_EQ(forward->params[1].kind, "positional_only");
  EXPECT_EQ(forward->params[2].default_value, "(1, 2)");
  EXPECT_EQ(forward->params[3].kind, "var_positional");
  EXPECT_EQ(forward->params[4].kind, "keyword_only");
  EXPECT_EQ(forward->params[4].annotation, "int");
  EXPECT_EQ(forward->params[5].kind, "var_keyword");
  EXPECT_FALSE(forward->is_stub);
  EXPECT_EQ(find(facts, "Net.later")->stub_form, "...");
  EXPECT_EQ(find(facts, "Net.width")->returns, "int");
  EXPECT_EQ(find(facts, "RATE")->value, "0.1");
  EXPECT_EQ(find(facts, "SIZES")->kind, "constant");
  EXPECT_EQ(find(facts, "nn")->kind, "import_alias");
  EXPECT_EQ(find(facts, "nn")->value, "torch.nn");
  EXPECT_EQ(find(facts, "nothing")->stub_form, "docstring");
  EXPECT_FALSE(find(facts, "build")->is_stub);  // more than the raise
  EXPECT_EQ(find(facts, "build.Inner"), nullptr);
  EXPECT_EQ(facts.exports, (std::vector<std::string>{"Net", "build"}));
}

TEST(SourceFacts, Imports) {
  const SourceFacts facts = facts_of(
      "from typing import TYPE_CHECKING\n"
      "from . import sibling\n"
      "from ..up.two import a as b, c\n"
      "from m import *\n"
      "if TYPE_CHECKING:\n    import heavy\n"
      "try:\n    import fast\nexcept ImportError:\n    import slow as fast\n"
      "def f():\n    import local\n"
      "if __name__ == '__main__':\n    import only_script\n");
  ASSERT_EQ(facts.imports.size(), 9u);
  EXPECT_EQ(facts.imports[1].level, 1);
  EXPECT_EQ(facts.imports[1].module, "");
  EXPECT_EQ(facts.imports[2].module, "up.two");
  EXPECT_EQ(facts.imports[2].as_names, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(facts.imports[3].names, (std::vector<std::string>{"*"}));
  EXPECT_TRUE(facts.imports[4].type_checking);
  EXPECT_TRUE(facts.imports[5].guarded);
  EXPECT_TRUE(facts.imports[6].guarded);
  EXPECT_EQ(facts.imports[6].as_names, (std::vector<std::string>{"fast"}));
  EXPECT_TRUE(facts.imports[7].in_function);
  EXPECT_TRUE(facts.imports[8].in_main_guard);
  EXPECT_TRUE(facts.has_main_guard);
}

TEST(SourceFacts, CallsResolveAliasesButNotVariables) {
  const SourceFacts facts = facts_of(
      "import numpy as np, argparse\n"
      "from .net import Net as N\n"
      "def helper(a): return a\n"
      "def f(np2, model):\n"
      "    np.float(3, x=-1, **np2)\n"
      "    np2.float(*model)\n"
      "    helper(1)\n"
      "    eval('1')\n"
      "    net = N(3).to('cpu')\n"
      "    net.fit(1)\n"
      "    p = argparse.ArgumentParser()\n"
      "    p.add_argument('--lr', type=float, default=1e-3)\n"
      "    def inner(np): np.shadowed()\n");
  const Call* call = find_call(facts, "np.float");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->resolved, "numpy.float");
  EXPECT_EQ(call->in_symbol, "f");
  EXPECT_EQ(call->positional, 1);
  EXPECT_TRUE(call->is_statement);
  EXPECT_EQ(call->keywords, (std::vector<std::string>{"x", "**"}));
  EXPECT_EQ(call->literal_keywords.at("x"), "-1");
  EXPECT_EQ(find_call(facts, "np2.float")->resolved, "");
  EXPECT_EQ(find_call(facts, "np2.float")->positional, -1);
  EXPECT_EQ(find_call(facts, "helper")->resolved, "helper");
  EXPECT_EQ(find_call(facts, "eval")->resolved, "builtins.eval");
  EXPECT_EQ(find_call(facts, "net.fit")->receiver, ".net.Net");
  EXPECT_EQ(find_call(facts, "N")->resolved, ".net.Net");
  EXPECT_EQ(find_call(facts, "np.shadowed")->resolved, "");
  const Call* option = find_call(facts, "p.add_argument");
  EXPECT_EQ(option->receiver, "argparse.ArgumentParser");
  EXPECT_EQ(option->literal_args, (std::vector<std::string>{"'--lr'"}));
  EXPECT_EQ(option->literal_keywords.at("default"), "0.001");
  EXPECT_EQ(option->name_keywords.at("type"), "builtins.float");
}

TEST(SourceFacts, ConfigReads) {
  const SourceFacts facts = facts_of(
      "from pkg.config import load_config\n"
      "def main():\n"
      "    cfg = load_config('a')\n"
      "    opt = cfg.optimizer\n"
      "    run(opt.lr, cfg['model'].get('dim', 3))\n"
      "    cfg.seed = 4\n"
      "    build(cfg)\n"
      "    for k, v in cfg.extra.items(): pass\n"
      "    name = cfg.data.name.lower()\n"
      "def other(config, model_config, args, cfg: 'BertConfig'):\n"
      "    if 'x' in config.model: return getattr(config, 'y', 1)\n"
      "    return config.a.b, model_config.hidden, args.lr, cfg.hidden_size\n"
      "class T:\n"
      "    def f(self): return self.cfg.train.steps\n");
  std::map<std::string, const ConfigRead*> by_path;
  for (const auto& read : facts.config_reads) by_path[read.base + ":" + join(read.path, ".")] = &read;
  ASSERT_TRUE(by_path.contains("cfg:optimizer.lr"));
  EXPECT_TRUE(by_path["cfg:optimizer.lr"]->rooted);
  EXPECT_TRUE(by_path["cfg:model.dim"]->has_default);
  EXPECT_EQ(by_path["cfg:model.dim"]->default_value, "3");
  EXPECT_TRUE(by_path["cfg:seed"]->is_write);
  EXPECT_TRUE(by_path["cfg:"]->whole);
  EXPECT_TRUE(by_path["cfg:extra"]->whole);
  EXPECT_TRUE(by_path.contains("cfg:data.name"));
  EXPECT_TRUE(by_path["config:model.x"]->has_default);
  EXPECT_TRUE(by_path["config:y"]->has_default);
  EXPECT_FALSE(by_path["config:a.b"]->rooted);
  EXPECT_TRUE(by_path.contains("self.cfg:train.steps"));
  EXPECT_FALSE(by_path.contains("cfg:hidden_size"));  // another class's
  EXPECT_FALSE(by_path.contains("args:lr"));
}

TEST(SourceFacts, AssignmentsToSelfEllipsesAndUselessStatements) {
  const SourceFacts facts = facts_of(
      "import torch.nn as nn\n"
      "from typing import Protocol\n"
      "class P(Protocol):\n    def f(self): ...\n"
      "class E(Exception): ...\n"
      "class A(nn.Module):\n"
      "    def __init__(self):\n        self.layer = nn.Linear(1, 2)\n        self.n = 3\n"
      "    def step(self, loss):\n        loss.backward\n        ...\n        loss == 3\n");
  ASSERT_EQ(facts.attribute_assignments.size(), 2u);
  EXPECT_EQ(facts.attribute_assignments[0].resolved, "torch.nn.Linear");
  EXPECT_EQ(facts.attribute_assignments[0].in_symbol, "A.__init__");
  EXPECT_EQ(facts.ellipsis_lines, (std::vector<int>{12}));
  ASSERT_EQ(facts.useless.size(), 2u);
  EXPECT_EQ(facts.useless[0].name, "loss.backward");
}

TEST(SourceFacts, WhatDoesNotCompileIsASyntaxError) {
  const auto facts = read_sources({{"cut.py", "def f(:\n"},
                                   {"outside.py", "return 3\n"},
                                   {"good.py", "x = 1\n"},
                                   {"bytes.py", "x = '\xff'\n"},
                                   {"empty.py", ""}});
  EXPECT_FALSE(facts.at("cut.py").parsed);
  EXPECT_EQ(facts.at("cut.py").syntax_line, 1);
  EXPECT_FALSE(facts.at("outside.py").parsed);
  EXPECT_NE(facts.at("outside.py").syntax_error.find("return"), std::string::npos);
  EXPECT_FALSE(facts.at("bytes.py").parsed);
  EXPECT_TRUE(facts.at("good.py").parsed);
  EXPECT_TRUE(facts.at("empty.py").parsed);
}

// Whatever one file does to the parser, the others are still read.
TEST(SourceFacts, HostileFilesDoNotTakeTheOthersDown) {
  std::string sum = "x = 1";
  for (int i = 0; i < 60'000; ++i) sum += "+1";
  std::string chain = "x = a";
  for (int i = 0; i < 50'000; ++i) chain += ".b()";
  const auto facts = read_sources({{"a_good.py", "x = 1\n"},
                                   {"b_nested.py", std::string(5'000, '(') + std::string(5'000, ')')},
                                   {"c_minus.py", "x = " + std::string(200'000, '-') + "1\n"},
                                   {"d_nul.py", std::string("x = 1\0y", 7)},
                                   {"e_int.py", "x = " + std::string(10'000, '9') + "\n"},
                                   {"f_hex.py", "x = 0x" + std::string(100'000, 'f') + "\n"},
                                   {"g_sum.py", sum + "\n"},
                                   {"h_chain.py", chain + "\n"},
                                   {"i_power.py", "x = 9**9**9**9\n"},
                                   {"z_good.py", "y = 2\n"}});
  EXPECT_TRUE(facts.at("a_good.py").parsed);
  EXPECT_TRUE(facts.at("z_good.py").parsed);
  EXPECT_FALSE(facts.at("b_nested.py").parsed);
  EXPECT_FALSE(facts.at("c_minus.py").parsed);
  EXPECT_FALSE(facts.at("d_nul.py").parsed);
  for (const auto& [path, f] : facts) EXPECT_NE(f.parsed, !f.syntax_error.empty()) << path;
}

TEST(SourceFacts, TooLongAFileIsALimit) {
  try {
    read_sources({{"long.py", std::string(kMaxSourceBytes + 1, '\n')}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::limit);
  }
}

TEST(SourceFacts, WithoutPythonTheErrorSaysSo) {
  test::ScopedEnv path("PATH", "/nonexistent");
  try {
    read_sources({{"m.py", "x = 1\n"}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::environment);
  }
}

TEST(SourceFacts, NothingIsExecuted) {
  const TempDir dir;
  const auto mark = dir.path() / "mark";
  read_sources({{"m.py", "open('" + mark.string() + "', 'w').write('x')\nimport os\nos._exit(3)\n"}});
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(Signatures, AreParsed) {
  const auto parsed = parse_signatures({"def f(a: int, b=1) -> str", "class A(nn.Module):", "g(x, *, y)", "3 + 4", "",
                                        "def broken(", "async def h()", "def f(): pass\nimport os"});
  ASSERT_EQ(parsed.size(), 8u);
  EXPECT_EQ(parsed[0].name, "f");
  EXPECT_EQ(parsed[0].params[1].default_value, "1");
  EXPECT_EQ(parsed[0].returns, "str");
  EXPECT_EQ(parsed[1].bases, (std::vector<std::string>{"nn.Module"}));
  EXPECT_EQ(parsed[2].name, "g");
  EXPECT_EQ(parsed[2].params[1].kind, "keyword_only");
  EXPECT_EQ(parsed[3].name, "");
  EXPECT_EQ(parsed[4].name, "");
  EXPECT_EQ(parsed[5].name, "");
  EXPECT_EQ(parsed[6].name, "h");
  EXPECT_EQ(parsed[7].name, "");
  // Decorators on the same line, as models write them.
  const auto decorated = parse_signatures({"@classmethod def learn(cls, size: int = f(1)) -> 'V'", "@dataclass(frozen=True, eq=(1)) class Row",
                                           "@a.b(c) @property def x(self)", "@", "@x(", "@x(()"});
  EXPECT_EQ(decorated[0].name, "learn");
  EXPECT_EQ(decorated[0].params[1].default_value, "f(1)");
  EXPECT_EQ(decorated[1].name, "Row");
  EXPECT_EQ(decorated[2].name, "x");
  for (const int i : {3, 4, 5}) EXPECT_EQ(decorated[static_cast<std::size_t>(i)].name, "");
}

TEST(InterfaceCard, ShowsWhatOthersMayUse) {
  const std::string card = interface_card(read_sources({{"pkg/net.py",
                                                         "import torch.nn as nn\n"
                                                         "from .data import load as read, Row\n"
                                                         "LIMIT = 3\n"
                                                         "class Net(nn.Module):\n"
                                                         "    \"\"\"A net.\"\"\"\n"
                                                         "    width: int = 4\n"
                                                         "    def __init__(self, n: int = 2):\n        super().__init__()\n"
                                                         "    @property\n"
                                                         "    def size(self) -> int:\n        return 1\n"
                                                         "    def _hidden(self): return 0\n"
                                                         "def build(*, a, b=1):\n    return a\n"}})
                                              .at("pkg/net.py"));
  EXPECT_EQ(card,
            "# pkg/net.py\n"
            "import torch.nn as nn\n"
            "from .data import load as read, Row\n"
            "LIMIT = 3\n"
            "class Net(nn.Module):  # A net.\n"
            "    width: int = 4\n"
            "    def __init__(self, n: int = 2):\n"
            "    @property\n"
            "    def size(self) -> int:\n"
            "def build(*, a, b=1):\n");
}

TEST(StandardLibrary, IsThatOfPython311) {
  const auto& names = standard_library_modules();
  EXPECT_TRUE(std::find(names.begin(), names.end(), "tomllib") != names.end());
  EXPECT_TRUE(std::find(names.begin(), names.end(), "numpy") == names.end());
  EXPECT_GT(names.size(), 250u);
}

}  // namespace
}  // namespace p2c::python
