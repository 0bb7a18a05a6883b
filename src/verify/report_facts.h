// What a report says, worked out once for both of its forms: where each requirement and equation stands in
// the code, and the counts (spec 12.3, 12.5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verify/report.h"

namespace p2c::verify {

// Lines of a file of the repository, 1-based, inclusive.
struct CodeLink {
  std::string file, symbol;
  int start = 0, end = 0;
};

struct LinkedTest {
  CodeLink code;
  std::string outcome;  // passed, failed, error, skipped; empty: not run
};

struct RequirementFacts {
  const artefacts::Requirement* requirement = nullptr;
  std::vector<CodeLink>
      code;  // most specific regions, tests left out; of the configurations only the paper's
  std::vector<LinkedTest> tests;
};

// An equation or algorithm beside the code that implements it.
struct EquationFacts {
  std::string id, place;  // "E4", "Eq. 2, §3"
  std::string text;       // TeX; of algorithms the numbered lines
  std::vector<CodeLink> code;
  std::vector<LinkedTest> tests;
  std::map<int, std::vector<CodeLink>> lines;  // of algorithms: code that names the line
};

struct StageFacts {
  std::string name, state;
  std::optional<std::int64_t> wall_ms;  // from start to end; nullopt: not ended
  std::int64_t calls = 0, cache_hits = 0, tokens_in = 0, tokens_out = 0, model_ms = 0;
  std::optional<double> cost = 0.0;  // nullopt: a price is unknown
};

struct ReportFacts {
  std::vector<RequirementFacts> requirements;  // in scope, by importance, then id
  std::vector<const artefacts::Requirement*> out_of_scope;
  std::map<std::string, int> by_verdict, by_status;  // in scope
  int in_scope = 0, passed = 0, traced = 0;          // traced: with a link to code
  int passed_with_test = 0;                          // of those that pass: with a test that names them
  double weighted_coverage = 0;                      // passed / in scope, weights 1, 3, 9 (spec 12.5)
  int code_lines = 0,
      code_lines_traced = 0;  // non-blank lines of .py files outside tests that code did not write itself

  std::vector<EquationFacts> equations;  // and algorithms, referenced by code or test
  std::vector<std::string>
      equations_unused;  // numbered ones of the main text that nothing refers to: their places
  int equations_numbered = 0, equations_in_code = 0, equations_in_tests = 0;  // of the main text

  int tests_passed = 0, tests_failed = 0, tests_skipped = 0;  // errors count as failed
  int source_files = 0, test_files = 0;
  std::map<std::string, int> changed_by_class;  // lines, by cause class of the ledger
  std::vector<StageFacts> stages;               // of the run, then those only calls name
};

ReportFacts gather_facts(const ReportInput& input);

// The region every file has for its own tags. It says what the file is about, not which lines do it.
bool is_whole_file(const artefacts::ProvenanceRegion& region);

// The places of `regions` worth pointing at: a definition that only inherits the tags of what encloses it is
// left out, and so is a region around a more specific one.
std::vector<CodeLink> specific_links(const std::vector<const artefacts::ProvenanceRegion*>& regions);

}  // namespace p2c::verify
