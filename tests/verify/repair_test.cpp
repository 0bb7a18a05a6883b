// Edits that fit once or not at all, tests that cannot be weakened, tickets by root cause, questions that
// replay.
#include "verify/repair.h"

#include <gtest/gtest.h>

#include "base/resource.h"
#include "base/text.h"
#include "python/source_facts.h"
#include "verify/matchers.h"
#include "verify/toy_repo.h"

namespace p2c::verify {
namespace {

using llm::EditBlock;
using test::has;
using test::lacks;

const RepoFiles kRepo = {
    {"pkg/__init__.py", ""},
    {"pkg/model.py", "import torch\n\n\ndef f(x):\n    return x.sum(0)\n\n\ndef g(x):\n    return x\n"},
    {"pkg/train.py",
     "from pkg.model import f\n\n\ndef main():\n    f(1)\n    return 0\n\n\nif __name__ == \"__main__\":\n   "
     " main()\n"},
    {"tests/test_model.py",
     "from pkg.model import f\n\n\ndef test_f():\n    \"\"\"Equation 1 [E1, R-001].\"\"\"\n    assert f(1) "
     "== 1\n"},
    {"requirements.txt", "torch"}};

FactsByPath facts_of(const RepoFiles& files) {
  std::map<std::string, std::string> sources;
  for (const auto& [path, text] : files) {
    if (path.ends_with(".py")) sources.emplace(path, text);
  }
  return python::read_sources(sources);
}

EditBlock edit(std::string path, std::string old_text, std::string new_text) {
  return {std::move(path), std::move(old_text), std::move(new_text), false, false};
}
EditBlock whole(std::string path, std::string text) {
  return {std::move(path), {}, std::move(text), true, false};
}

TEST(ApplyEdits, ReplacesWhatOccursOnce) {
  const EditedRepo result =
      apply_edits(kRepo, {edit("pkg/model.py", "    return x.sum(0)\n", "    return x.sum(1)\n"),
                          whole("pkg/new.py", "a = 1\n"),
                          {"pkg/train.py", {}, {}, false, true}});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_TRUE(has(result.files.at("pkg/model.py"), "x.sum(1)"));
  EXPECT_EQ(result.files.at("pkg/new.py"), "a = 1\n");
  EXPECT_FALSE(result.files.contains("pkg/train.py"));
  EXPECT_EQ(result.touched, (std::set<std::string>{"pkg/model.py", "pkg/new.py", "pkg/train.py"}));
}

TEST(ApplyEdits, TakesTheLaterEditOnTheTextTheEarlierOneLeft) {
  const EditedRepo result = apply_edits(kRepo, {edit("pkg/model.py", "def g(x):\n", "def h(x):\n"),
                                                edit("pkg/model.py", "def h(x):\n    return x\n", "")});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_TRUE(lacks(result.files.at("pkg/model.py"), "def h"));
}

TEST(ApplyEdits, IsAllOrNothing) {
  const EditedRepo result =
      apply_edits(kRepo, {edit("pkg/model.py", "    return x.sum(0)\n", "    return 0\n"),
                          edit("pkg/model.py", "nowhere\n", "x\n")});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.files, kRepo);
  EXPECT_TRUE(result.touched.empty());
}

TEST(ApplyEdits, SaysWhereATextThatDoesNotFitWasMeant) {
  const EditedRepo absent = apply_edits(kRepo, {edit("pkg/model.py", "def f(x):\n  return x.sum(0)\n", "")});
  ASSERT_EQ(absent.problems.size(), 1u);
  EXPECT_TRUE(has(absent.problems[0], "does not occur"));
  EXPECT_TRUE(has(absent.problems[0], "    4 | def f(x):\n    5 |     return x.sum(0)\n"));
  const EditedRepo twice =
      apply_edits({{"a.py", "x = 1\ny = 2\nx = 1\n"}}, {edit("a.py", "x = 1\n", "x = 2\n")});
  ASSERT_EQ(twice.problems.size(), 1u);
  EXPECT_TRUE(has(twice.problems[0], "more than once, at lines 1, 3"));
  const EditedRepo middle = apply_edits(kRepo, {edit("pkg/model.py", "x.sum(0)\n", "x.sum(1)\n")});
  ASSERT_EQ(middle.problems.size(), 1u);
  EXPECT_TRUE(has(middle.problems[0], "middle of line 5"));
}

TEST(ApplyEdits, FitsTheLastLineWithoutEnd) {
  const EditedRepo result = apply_edits(kRepo, {edit("requirements.txt", "torch\n", "torch\nnumpy\n")});
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.files.at("requirements.txt"), "torch\nnumpy\n");
}

TEST(ApplyEdits, RefusesWhatLeavesTheRepository) {
  for (const char* path : {"/etc/passwd", "../x.py", "a/../../x.py", "", ".git/hooks/x", "a/.hidden/b.py",
                           "a//b.py", "./a.py", "c:x.py", "a\\b.py", "a\nb.py"}) {
    EXPECT_FALSE(apply_edits(kRepo, {whole(path, "x\n")}).problems.empty()) << path;
  }
  EXPECT_FALSE(apply_edits(kRepo, {whole("pkg/model.py", "x = 1\n")}, {"pkg/model.py"}).problems.empty());
  EXPECT_FALSE(apply_edits(kRepo, {whole("pkg/model.py/deeper.py", "x\n")}).problems.empty());
  EXPECT_FALSE(apply_edits(kRepo, {whole("pkg", "x\n")}).problems.empty());
  EXPECT_FALSE(apply_edits(kRepo, {{"absent.py", {}, {}, false, true}}).problems.empty());
  EXPECT_FALSE(apply_edits(kRepo, {edit("absent.py", "a\n", "b\n")}).problems.empty());
  EXPECT_FALSE(
      apply_edits(kRepo, {whole("big.py", std::string(kMaxEditedFileBytes + 1, 'x'))}).problems.empty());
  EXPECT_FALSE(
      apply_edits(kRepo, std::vector<EditBlock>(kMaxEdits + 1, whole("a.py", "x\n"))).problems.empty());
}

TEST(ApplyEdits, RefusesToChangeNothing) {
  const EditedRepo result = apply_edits(kRepo, {whole("requirements.txt", "torch")});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_TRUE(has(result.problems[0], "change nothing"));
  EXPECT_FALSE(apply_edits(kRepo, {}).problems.empty());
}

std::string weakened(const std::string& before, const std::string& after,
                     const std::string& path = "tests/test_a.py") {
  return join(weakened_tests({{path, before}}, {{path, after}}), "\n");
}

TEST(WeakenedTests, SeesEveryWayToTestLess) {
  const std::string test =
      "def test_a():\n    x = f()\n    assert x == 1\n    np.testing.assert_allclose(x, y, "
      "rtol=1e-5)\n\n\ndef test_b():\n    assert g()\n";
  EXPECT_EQ(weakened(test, test), "");
  EXPECT_EQ(weakened(test, replace_all(test, "x == 1", "x == 2")), "");
  EXPECT_EQ(weakened(test, test + "\n\ndef test_c():\n    assert True is not None\n"), "");
  EXPECT_TRUE(has(weakened(test, test.substr(0, test.find("def test_b"))), "test functions"));
  EXPECT_TRUE(has(weakened(test, replace_all(test, "    assert x == 1\n", "")), "assertions"));
  EXPECT_TRUE(has(weakened(test, replace_all(test, "    assert g()\n", "    g()\n    # assert g()\n")),
                  "assertions"));
  EXPECT_TRUE(has(weakened(test, replace_all(replace_all(test, "    assert g()\n", "    g()\n"),
                                             "    assert x == 1\n", "    assert x == 1\n    assert x\n")),
                  "test_b no longer asserts anything"));
  EXPECT_TRUE(has(weakened(test, "import pytest\n\n\n@pytest.mark.skip\n" + test), "skipped"));
  EXPECT_TRUE(
      has(weakened(test, "import pytest\n\n\n@pytest.mark.xfail(reason='x')\n" + test), "expected failures"));
  EXPECT_TRUE(has(weakened(test, "pytest.importorskip('x')\n" + test), "skipped"));
  EXPECT_TRUE(has(
      weakened(test, replace_all(test, "    assert g()\n",
                                 "    try:\n        assert g()\n    except AssertionError:\n        pass\n")),
      "caught"));
  EXPECT_TRUE(has(weakened(test, replace_all(test, "assert g()", "assert True")), "always holds"));
  EXPECT_TRUE(has(weakened(test, replace_all(test, "assert g()", "assert g() or True")), "always holds"));
  EXPECT_TRUE(has(weakened(test, replace_all(test, "rtol=1e-5", "rtol=0.5")), "tolerance"));
  EXPECT_EQ(weakened(test, replace_all(test, "rtol=1e-5", "rtol=1e-4")), "");
  EXPECT_TRUE(has(join(weakened_tests({{"tests/test_a.py", test}}, {}), ""), "test functions"));
  EXPECT_TRUE(has(weakened("", "collect_ignore = ['test_a.py']\n", "tests/conftest.py"), "skipped"));
  EXPECT_TRUE(has(weakened("", "[tool.pytest.ini_options]\naddopts = '--deselect x'\n", "pyproject.toml"),
                  "skipped"));
  EXPECT_EQ(weakened(test, "x = 1\n", "pkg/model.py"), "");
}

TEST(WeakenedTests, LooksIntoClasses) {
  const std::string test =
      "class TestA:\n    def test_x(self):\n        self.assertEqual(f(), 1)\n\n    async def "
      "test_y(self):\n        with pytest.raises(ValueError):\n            f()\n";
  EXPECT_EQ(weakened(test, test), "");
  EXPECT_TRUE(
      has(weakened(test, replace_all(test, "with pytest.raises(ValueError):", "if True:")), "assertions"));
  EXPECT_TRUE(has(weakened(test, replace_all(test, "def test_x", "def check_x")), "test functions"));
}

TEST(PaperValues, StayAsThePaperGivesThem) {
  const RepoFiles before = {
      {"configs/paper.yaml", "# profile\noptimizer:\n  lr: 0.001  # [R-001]\n  steps: 100\n"}};
  EXPECT_TRUE(changed_paper_values(before, before).empty());
  EXPECT_TRUE(changed_paper_values(
                  before, {{"configs/paper.yaml", "optimizer:\n  lr: 0.001\n  steps: 100\n  extra: 1\n"}})
                  .empty());
  EXPECT_TRUE(has(
      join(changed_paper_values(before, {{"configs/paper.yaml", "optimizer:\n  lr: 0.1\n  steps: 100\n"}}),
           ""),
      "lr: 0.001"));
  EXPECT_FALSE(changed_paper_values(before, {}).empty());
}

Failure failure(const std::string& check, const std::string& output) {
  std::set<std::string> paths;
  for (const auto& [path, text] : kRepo) paths.insert(path);
  return {check, check + " fails", "python -m pytest", read_error(output, paths)};
}

const std::string kModelError =
    "Traceback (most recent call last):\n  File \"/work/tests/test_model.py\", line 6, in test_f\n    assert "
    "f(1) == 1\n"
    "  File \"/work/pkg/model.py\", line 5, in f\n    return x.sum(0)\nAttributeError: 'int' object has no "
    "attribute 'sum'\n";
const std::string kTestError =
    "Traceback (most recent call last):\n  File \"/work/tests/test_model.py\", line 6, in test_f\n    assert "
    "f(1) == 1\nAssertionError: assert 2 == 1\n";

Evaluation failing(std::vector<Failure> failures, std::vector<artefacts::Finding> findings = {}) {
  Evaluation evaluation;
  evaluation.levels = {{"L0", "passed", ""},
                       {"L1", "passed", ""},
                       {"L2", "passed", ""},
                       {"L3", "passed", ""},
                       {"L4", "failed", "tests fail"}};
  evaluation.failures = std::move(failures);
  evaluation.findings = std::move(findings);
  evaluation.tests = {{"tests/test_model.py::test_f", "failed", "", 0},
                      {"tests/test_model.py::test_ok", "passed", "", 0}};
  return evaluation;
}

TEST(Tickets, OneRootCauseIsOneTicket) {
  const FactsByPath facts = facts_of(kRepo);
  const Evaluation evaluation =
      failing({failure("L3:train", replace_all(kModelError, "tests/test_model.py", "pkg/train.py")),
               failure("T:tests/test_model.py::test_f", kModelError),
               failure("T:tests/test_model.py::test_g", kModelError),
               failure("T:tests/test_model.py::test_h", kTestError)});
  const auto tickets = make_tickets(evaluation, kRepo, facts, nullptr);
  ASSERT_EQ(tickets.size(), 2u);
  EXPECT_EQ(tickets[0].key, "R:AttributeError@pkg/model.py:f");
  EXPECT_EQ(tickets[0].size(), 3u);
  EXPECT_EQ(tickets[0].ticket.kind, "runtime");
  EXPECT_EQ(tickets[0].ticket.files,
            (std::vector<std::string>{"pkg/model.py", "pkg/train.py", "tests/test_model.py"}));
  EXPECT_EQ(tickets[0].ticket.must_keep, std::vector<std::string>{"tests/test_model.py::test_ok"});
  EXPECT_TRUE(has(tickets[0].ticket.evidence, "at pkg/model.py:5 in f"));
  EXPECT_TRUE(has(tickets[0].ticket.evidence, "the same cause in 3 checks"));
  EXPECT_EQ(tickets[1].key, "T:AssertionError@tests/test_model.py");
  EXPECT_EQ(tickets[1].ticket.files, (std::vector<std::string>{"pkg/model.py", "tests/test_model.py"}));
}

TEST(Tickets, FindingsGroupByFileInBuildOrder) {
  artefacts::Plan plan;
  plan.files = {test::planned_file("pkg/model.py", "", {"R-001"}, 1),
                test::planned_file("pkg/train.py", "", {}, 2)};
  const Evaluation evaluation =
      failing({}, {{"F09", "error", "pkg/train.py", 5, "undefined name", "", "ticket"},
                   {"F03", "error", "pkg/model.py", 1, "no such", "", "ticket"},
                   {"F09", "error", "pkg/model.py", 2, "undefined", "define it", "ticket"},
                   {"F12", "warning", "pkg/model.py", 3, "literal", "", "ticket"}});
  const auto tickets = make_tickets(evaluation, kRepo, facts_of(kRepo), &plan);
  ASSERT_EQ(tickets.size(), 2u);
  EXPECT_EQ(tickets[0].key, "S:pkg/model.py:F03+F09");
  EXPECT_EQ(tickets[0].size(), 2u);
  EXPECT_EQ(tickets[0].ticket.kind, "interface");
  EXPECT_EQ(tickets[0].cause_class, "import");
  EXPECT_EQ(tickets[0].ticket.reqs, std::vector<std::string>{"R-001"});
  EXPECT_EQ(tickets[1].ticket.files, std::vector<std::string>{"pkg/train.py"});
}

TEST(Dependents, FollowImportsAndPackages) {
  const FactsByPath facts = facts_of(kRepo);
  EXPECT_EQ(*dependents_of({"pkg/model.py"}, kRepo, facts),
            (std::set<std::string>{"pkg/model.py", "pkg/train.py", "tests/test_model.py"}));
  EXPECT_EQ(*dependents_of({"pkg/train.py"}, kRepo, facts), (std::set<std::string>{"pkg/train.py"}));
  EXPECT_EQ(dependents_of({"pkg/__init__.py"}, kRepo, facts)->size(), 4u);
  EXPECT_FALSE(dependents_of({"configs/smoke.yaml"}, kRepo, facts));
}

class QuestionTest : public testing::Test {
 protected:
  QuestionTest() {
    plan_.package = "pkg";
    plan_.files = {test::planned_file("pkg/model.py", "the model", {"R-001"}, 0)};
    requirements_.requirements.push_back({});
    requirements_.requirements[0].id = "R-001";
    requirements_.requirements[0].kind = "method";
    requirements_.requirements[0].statement = "Sum over the first axis.";
    requirements_.requirements[0].evidence = {{"P1", "summed over atoms", 0}};
    artefacts::FileSpec spec;
    spec.path = "pkg/model.py";
    spec.summary = "Sums.";
    spec.steps = {{1, "sum", {"R-001"}, "E1", ""}};
    spec.forbids = {"taking a mean instead"};
    specs_.push_back(spec);
    paper_.title = "A Paper";
    paper_.blocks.push_back({});
    paper_.blocks.back().id = "E1";
    paper_.blocks.back().type = paper::BlockType::equation;
    paper::Equation equation;
    equation.id = "E1";
    equation.latex = "f(x) = \\sum_i x_i";
    paper_.equations.push_back(equation);
  }

  RepairContext context(std::int64_t window = 100'000) const {
    return {kRepo, facts_, evaluation_, &plan_, &requirements_, &specs_, &paper_, window};
  }
  RepairTicket ticket() const {
    RepairTicket result = make_tickets(evaluation_, kRepo, facts_, &plan_).front();
    result.ticket.id = "K-01";
    return result;
  }

  artefacts::Plan plan_;
  artefacts::Requirements requirements_;
  std::vector<artefacts::FileSpec> specs_;
  paper::PaperDoc paper_;
  FactsByPath facts_ = facts_of(kRepo);
  Evaluation evaluation_ = failing({failure("T:tests/test_model.py::test_f", kModelError)});
};

TEST_F(QuestionTest, ShowsAllThatIsNeededToRepair) {
  const llm::Question question = repair_question(ticket(), context(), {});
  EXPECT_EQ(question.label.stage, "verify");
  EXPECT_EQ(question.label.call, "G4");
  EXPECT_EQ(question.label.target, "K-01");
  for (const char* part :
       {"<<<EDIT", "<<<OLD", "<<<NEW", ">>>END", "TEST CHANGED:", "A Paper", "- pkg/model.py: the model"}) {
    EXPECT_TRUE(has(question.prefix, part));
  }
  EXPECT_TRUE(has(question.system, "weakening"));
  const std::string& text = question.question;
  for (const char* part :
       {"# Ticket K-01: runtime", "AttributeError: 'int' object has no attribute 'sum'",
        ">    5 |     return x.sum(0)", "# The place: pkg/model.py line 5 in f",
        "# File pkg/model.py as it is", "# File tests/test_model.py as it is", "1. sum [R-001, E1]",
        "never: taking a mean instead", "R-001 [method, importance 2, specified] Sum over the first axis.",
        "P1: \"summed over atoms\"", "\\sum_i x_i", "- tests/test_model.py::test_ok"}) {
    EXPECT_TRUE(has(text, part));
  }
  EXPECT_TRUE(lacks(text, "{{"));
  EXPECT_TRUE(lacks(question.prefix, "{{"));
}

TEST_F(QuestionTest, IsTheSameForEqualFailures) {
  const llm::Question first = repair_question(ticket(), context(), {});
  evaluation_ =
      failing({failure("T:tests/test_model.py::test_f",
                       "warning: took 3.2s at 0x7f0011223344 in /tmp/pytest-of-u/x\n" + kModelError)});
  const llm::Question a = repair_question(ticket(), context(), {});
  evaluation_ =
      failing({failure("T:tests/test_model.py::test_f",
                       "warning: took 9.9s at 0x7fffffffffff in /tmp/pytest-of-v/y\n" + kModelError)});
  const llm::Question b = repair_question(ticket(), context(), {});
  EXPECT_EQ(a.question, b.question);
  EXPECT_EQ(a.prefix, first.prefix);
  EXPECT_NE(a.question, first.question);
}

TEST_F(QuestionTest, GrowsWiderAfterAFailedAttempt) {
  const RepairTicket train = [&] {
    evaluation_ = failing({failure("L3:train",
                                   "Traceback (most recent call last):\n  File \"/work/pkg/train.py\", line "
                                   "5, in main\n    f(1)\nTypeError: x\n")});
    return ticket();
  }();
  const llm::Question first = repair_question(train, context(), {});
  EXPECT_TRUE(has(first.question, "# Interface of pkg/model.py"));
  EXPECT_TRUE(lacks(first.question, "# File pkg/model.py that it uses"));
  const llm::Question second =
      repair_question(train, context(), {{"-a\n+b\n", "the failure stayed the same"}});
  EXPECT_TRUE(has(second.question, "# File pkg/model.py that it uses"));
  EXPECT_TRUE(has(second.question, "Why: the failure stayed the same"));
}

TEST_F(QuestionTest, NamesWhatItLeavesOut) {
  const llm::Question small = repair_question(ticket(), context(1'500), {});
  EXPECT_TRUE(has(small.question, "Left out for length: "));
  EXPECT_TRUE(has(small.question, "# File pkg/model.py as it is"));
  EXPECT_TRUE(has(small.question, "\\sum_i x_i"));
  EXPECT_EQ(failing_output_lines(100'000), 200u);
  EXPECT_EQ(failing_output_lines(32'000), 80u);
  EXPECT_EQ(failing_output_lines(8'000), 30u);
}

TEST_F(QuestionTest, AsksAgainWithWhatWasWrong) {
  const llm::Question question = repair_question(ticket(), context(), {});
  const llm::Question again =
      ask_again(question, "my answer {{x}}", {"pkg/model.py: the OLD text does not occur"});
  EXPECT_TRUE(again.question.starts_with(question.question));
  EXPECT_TRUE(has(again.question, "my answer {{x}}"));
  EXPECT_TRUE(has(again.question, "- pkg/model.py: the OLD text does not occur"));
  EXPECT_EQ(again.prefix, question.prefix);
}

TEST(Regressions, NameWhatBroke) {
  Evaluation before = failing({});
  before.levels[4] = {"L4", "passed", ""};
  before.tests = {{"tests/a.py::x", "passed", "", 0},
                  {"tests/a.py::y", "passed", "", 0},
                  {"tests/a.py::z", "failed", "", 0}};
  EXPECT_TRUE(regressions(before, before).empty());
  Evaluation after = before;
  after.levels[4] = {"L4", "failed", "1 of 2 tests fail"};
  after.tests = {{"tests/a.py::x", "failed", "", 0}, {"tests/a.py::z", "passed", "", 0}};
  after.failures = {{"L2:train", "python -m pkg.train --help ended with exit code 1", "", {}}};
  const std::string lost = join(regressions(before, after), "\n");
  EXPECT_TRUE(has(lost, "L4 passed before"));
  EXPECT_TRUE(has(lost, "tests/a.py::x passed before and is now failed"));
  EXPECT_TRUE(has(lost, "tests/a.py::y passed before and now does not run any more"));
  EXPECT_TRUE(has(lost, "python -m pkg.train --help"));
}

}  // namespace
}  // namespace p2c::verify
