// What is to be repaired: findings and failures with one root cause are one ticket (spec 3.11, 11.3).
#pragma once

#include <string>
#include <vector>

#include "artefacts/plan.h"
#include "verify/levels.h"

namespace p2c::verify {

struct RepairTicket {
  artefacts::Ticket ticket;  // id and attempts are given by the repair loop
  // Error class and place, without line numbers: the same trouble has the same key in every round.
  // "S:pkg/a.py:F03+F09", "R:RuntimeError@pkg/model.py:forward", "T:AssertionError@tests/test_a.py".
  std::string key;
  std::string cause_class;  // of the ledger: import, config, logic, ...
  std::vector<artefacts::Finding> findings;
  std::vector<Failure> failures;  // all with this cause, in the order they came
  std::size_t size() const { return findings.size() + failures.size(); }
};

// In order of repair: static findings by build order, then failures as they came (L2, L3, tests). Failures
// group by the innermost frame outside the tests; assertion failures without such a frame by test file.
std::vector<RepairTicket> make_tickets(const Evaluation& evaluation, const RepoFiles& files,
                                       const FactsByPath& facts, const artefacts::Plan* plan);

// Files a test file is about: by its name (tests/test_model.py -> pkg/model.py), else its local imports, at
// most two.
std::vector<std::string> files_under_test(const std::string& test_file, const RepoFiles& files,
                                          const FactsByPath& facts);

}  // namespace p2c::verify
