// Every folder of data/static is a small repository with the findings it must give, no more and no less, and what the
// deterministic fixes leave of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "artefacts/config.h"
#include "artefacts/plan.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "support.h"
#include "verify/checks/check.h"
#include "verify/static_checks.h"

namespace p2c::verify {
namespace {

struct Case {
  std::string name;
  RepoFiles files;
  Json expected;
  std::optional<artefacts::Plan> plan;
  std::optional<artefacts::Config> config;
  std::map<std::string, python::SourceFacts> facts;
};

// One child process reads the Python files of all cases.
void read_facts(std::vector<Case>& cases) {
  std::map<std::string, std::string> texts;
  for (const Case& one : cases) {
    for (const auto& [path, text] : one.files) {
      if (path.ends_with(".py")) texts[one.name + "/" + path] = text;
    }
  }
  const auto all = python::read_sources(texts);
  for (Case& one : cases) {
    one.facts.clear();
    for (const auto& [path, text] : one.files) {
      if (path.ends_with(".py")) one.facts[path] = all.at(one.name + "/" + path);
    }
  }
}

std::vector<Case> load_cases() {
  std::vector<Case> cases;
  const std::string root = "tests/verify/data/static";
  std::set<std::string> names;
  for (const std::string& file : list_files(test::source_path(root))) names.insert(file.substr(0, file.find('/')));
  for (const std::string& name : names) {
    Case one;
    one.name = name;
    one.files = load_repo(test::source_path(root + "/" + name));
    one.expected = parse_json(one.files.at("expected.json"), name);
    one.files.erase("expected.json");
    if (one.expected.contains("plan")) one.plan = artefacts::from_json<artefacts::Plan>(one.expected["plan"], name);
    if (one.expected.contains("config")) one.config = artefacts::from_json<artefacts::Config>(one.expected["config"], name);
    cases.push_back(std::move(one));
  }
  read_facts(cases);
  return cases;
}

CheckInput input_of(const Case& one) {
  return {one.files, one.facts, one.plan ? &*one.plan : nullptr, one.config ? &*one.config : nullptr};
}

std::string shown(const artefacts::Finding& finding) {
  return finding.check + " " + finding.severity + " " + finding.file + ":" + std::to_string(finding.line) + " [" + finding.fix + "] " +
         finding.message + " -- " + finding.suggestion;
}

bool matches(const artefacts::Finding& finding, const Json& expected) {
  return finding.check == expected.at("check") && finding.severity == expected.at("severity") && finding.file == expected.at("file") &&
         finding.line == expected.at("line").get<int>() && finding.fix == expected.at("fix") &&
         contains(finding.message, expected.at("message").get<std::string>());
}

TEST(StaticCases, GiveExactlyTheirFindings) {
  const std::vector<Case> cases = load_cases();
  ASSERT_GE(cases.size(), 30u);
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<artefacts::Finding> findings = run_static_checks(input_of(one));
    for (const Json& expected : one.expected.at("findings")) {
      const auto it = std::find_if(findings.begin(), findings.end(), [&](const auto& f) { return matches(f, expected); });
      if (it == findings.end()) {
        ADD_FAILURE() << "not found: " << expected.dump();
      } else {
        findings.erase(it);
      }
    }
    for (const auto& finding : findings) ADD_FAILURE() << "not expected: " << shown(finding);
  }
}

// `after_fixes` holds whole files (null: gone); `left` what is still found afterwards, as [check, line].
TEST(StaticCases, AreRepairedAsStated) {
  std::vector<Case> cases = load_cases();
  std::erase_if(cases, [](const Case& one) { return !one.expected.contains("after_fixes") && !one.expected.contains("left"); });
  ASSERT_GE(cases.size(), 10u);
  for (Case& one : cases) {
    SCOPED_TRACE(one.name);
    const RepoFiles before = one.files;
    const auto applied = apply_auto_fixes(one.files, run_static_checks(input_of(one)), input_of(one));
    EXPECT_FALSE(applied.empty());
    std::set<std::string> changed;
    for (const auto& fix : applied) changed.insert(fix.file);
    for (const auto& [path, text] : one.files) {
      const auto old = before.find(path);
      const bool differs = old == before.end() || old->second != text;
      EXPECT_TRUE(!differs || changed.contains(path)) << path << " changed without being told";
    }
    if (one.expected.contains("after_fixes")) {
      for (const auto& [path, text] : one.expected.at("after_fixes").items()) {
        if (text.is_null()) {
          EXPECT_FALSE(one.files.contains(path)) << path;
        } else {
          ASSERT_TRUE(one.files.contains(path)) << path;
          EXPECT_EQ(one.files.at(path), text.get<std::string>()) << path;
        }
      }
    }
  }
  read_facts(cases);
  for (Case& one : cases) {
    SCOPED_TRACE(one.name);
    const auto findings = run_static_checks(input_of(one));
    if (one.expected.contains("left")) {
      std::multiset<std::pair<std::string, int>> expected, found;
      for (const Json& item : one.expected.at("left")) expected.insert({item[0].get<std::string>(), item[1].get<int>()});
      std::string list;
      for (const auto& finding : findings) {
        found.insert({finding.check, finding.line});
        list += shown(finding) + "\n";
      }
      EXPECT_EQ(found, expected) << list;
    }
    // A second round finds nothing more to do that it did not do.
    const RepoFiles once = one.files;
    apply_auto_fixes(one.files, findings, input_of(one));
    if (one.expected.contains("left")) { EXPECT_EQ(one.files, once); }
  }
}

TEST(StaticCases, EveryRegisteredCheckHasACase) {
  std::set<std::string> covered;
  for (const Case& one : load_cases()) {
    for (const Json& finding : one.expected.at("findings")) covered.insert(finding.at("check").get<std::string>());
  }
  for (const Check& check : all_checks()) EXPECT_TRUE(covered.contains(check.id)) << check.id;
}

TEST(StaticCases, LevelsFollowFromFindings) {
  const auto with = [](const char* check, const char* severity) {
    return std::vector<artefacts::Finding>{{check, severity, "a.py", 1, "m", "s", "ticket"}};
  };
  EXPECT_TRUE(passes_level0({}));
  EXPECT_TRUE(passes_level1({}));
  EXPECT_FALSE(passes_level0(with("F08", "error")));
  EXPECT_TRUE(passes_level0(with("F08", "warning")));
  EXPECT_TRUE(passes_level0(with("F03", "error")));
  for (const char* check : {"F01", "F03", "F04"}) EXPECT_FALSE(passes_level1(with(check, "error"))) << check;
  EXPECT_TRUE(passes_level1(with("F03", "warning")));
  EXPECT_TRUE(passes_level1(with("F57", "error")));
}

}  // namespace
}  // namespace p2c::verify
