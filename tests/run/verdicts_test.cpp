// Verdicts of requirements, one case each.
#include "run/verdicts.h"

#include <gtest/gtest.h>

namespace p2c::run {
namespace {

using artefacts::ProvenanceRegion;

class VerdictsTest : public testing::Test {
 protected:
  VerdictsTest() {
    artefacts::Requirement requirement;
    requirement.id = "R-001";
    requirement.owner = "net/model.py";
    requirement.consumers = {"net/train.py"};
    requirements_.requirements = {requirement};
    report_.level = "L3";
    cite("net/model.py", "Model");
  }
  void cite(const std::string& file, const std::string& symbol) {
    ProvenanceRegion region;
    region.file = file;
    region.symbol = symbol;
    region.reqs = {"R-001"};
    provenance_.push_back(region);
  }
  void test(const std::string& name, const std::string& outcome) {
    report_.tests.push_back({name, outcome, "", 0});
  }
  std::string verdict() {
    return judge_requirements(requirements_, provenance_, report_, files_).requirements[0].verdict;
  }
  artefacts::Requirement& requirement() { return requirements_.requirements[0]; }

  artefacts::Requirements requirements_;
  std::vector<ProvenanceRegion> provenance_;
  artefacts::VerifyReport report_;
  std::set<std::string> files_ = {"net/model.py", "net/train.py", "net/other.py", "tests/test_model.py"};
};

TEST_F(VerdictsTest, NamedByItsOwnerPasses) {
  EXPECT_EQ("pass", verdict());
}

TEST_F(VerdictsTest, NamedByAConsumerPasses) {
  provenance_.clear();
  cite("net/train.py", "main");
  EXPECT_EQ("pass", verdict());
}

TEST_F(VerdictsTest, AFolderMayOwnPlainValues) {
  requirement().owner = "configs";
  requirement().consumers.clear();
  provenance_.clear();
  cite("configs/paper.yaml", "optimizer.lr");
  EXPECT_EQ("missing", verdict());
  files_.insert("configs/paper.yaml");
  EXPECT_EQ("pass", verdict());
  provenance_.clear();
  cite("configs_old.py", "f");
  EXPECT_EQ("wrong_place", verdict());
}

TEST_F(VerdictsTest, NamedElsewhereIsInTheWrongPlace) {
  provenance_.clear();
  cite("net/other.py", "f");
  EXPECT_EQ("wrong_place", verdict());
}

TEST_F(VerdictsTest, NamedByNothingIsUnverified) {
  provenance_.clear();
  EXPECT_EQ("unverified", verdict());
  cite("tests/test_model.py", "test_a");
  test("tests/test_model.py::test_a", "passed");
  EXPECT_EQ("unverified", verdict()) << "a test alone implements nothing";
}

TEST_F(VerdictsTest, AMissingOwnerIsMissing) {
  files_.erase("net/model.py");
  EXPECT_EQ("missing", verdict());
  requirement().owner.clear();
  EXPECT_EQ("missing", verdict());
}

TEST_F(VerdictsTest, OutOfScopeIsNotJudged) {
  requirement().scope = "out";
  EXPECT_EQ("unverified", verdict());
}

TEST_F(VerdictsTest, CodeThatCannotBeImportedVerifiesNothing) {
  report_.level = "L0";
  EXPECT_EQ("unverified", verdict());
  report_.level = "";
  EXPECT_EQ("unverified", verdict());
  report_.level = "L1";
  EXPECT_EQ("pass", verdict());
}

TEST_F(VerdictsTest, EveryTestThatNamesItHasToPass) {
  cite("tests/test_model.py", "test_a");
  cite("tests/test_model.py", "TestModel.test_b");
  test("tests/test_model.py::test_a", "passed");
  EXPECT_EQ("unverified", verdict()) << "test_b did not run";
  test("tests/test_model.py::TestModel::test_b[1-x::y]", "passed");
  EXPECT_EQ("pass", verdict());
  test("tests/test_model.py::TestModel::test_b[2]", "failed");
  EXPECT_EQ("inconsistent", verdict());
}

TEST_F(VerdictsTest, ASkippedTestVerifiesNothing) {
  cite("tests/test_model.py", "test_a");
  test("tests/test_model.py::test_a", "skipped");
  EXPECT_EQ("unverified", verdict());
}

TEST_F(VerdictsTest, AnErrorIsAFailure) {
  cite("tests/test_model.py", "test_a");
  test("tests/test_model.py::test_a", "error");
  EXPECT_EQ("inconsistent", verdict());
}

TEST_F(VerdictsTest, TestsOfOtherRequirementsDoNotMatter) {
  test("tests/test_model.py::test_other", "failed");
  EXPECT_EQ("pass", verdict());
}

TEST_F(VerdictsTest, HelpersInTestFilesAreNoTests) {
  cite("tests/test_model.py", "reference_loss");
  EXPECT_EQ("pass", verdict());
}

}  // namespace
}  // namespace p2c::run
