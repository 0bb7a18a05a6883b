// Applies a model's edit blocks to a repository: each exactly once or not at all, and never against the tests
// (spec 11.3).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "llm/code_answer.h"
#include "verify/static_checks.h"

namespace p2c::verify {

struct EditedRepo {
  RepoFiles files;  // unchanged when there are problems
  std::set<std::string> touched;
  std::vector<std::string> problems;  // what to tell the model, with line numbers; empty: all was applied
};

inline constexpr std::size_t kMaxEdits = 60;
inline constexpr std::size_t kMaxEditedFileBytes = 1u << 20;

// All or nothing. `old_text` must occur exactly once, white space included, in the file as the edits before
// left it. Files in `fixed`, hidden files and paths that leave the repository are refused, as are edits that
// change nothing.
EditedRepo apply_edits(const RepoFiles& files, const std::vector<llm::EditBlock>& edits,
                       const std::set<std::string>& fixed = {});

// How `after` tests less than `before`, one sentence each: fewer test functions or assertions in a file, a
// test left without assertion, new skips, expected failures, swallowed assertion errors, assertions that
// always hold, tolerances raised more than tenfold and above 1e-3, settings that hide tests.
std::vector<std::string> weakened_tests(const RepoFiles& before, const RepoFiles& after);

// Values of the paper's own profile (configs/paper.yaml) that `after` lacks or changes: they come from the
// paper.
std::vector<std::string> changed_paper_values(const RepoFiles& before, const RepoFiles& after);

}  // namespace p2c::verify
