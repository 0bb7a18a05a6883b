// The repair loop: tickets to the model, edits to the repository, only what makes it better stays
// (spec 11.3).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "verify/edits.h"
#include "verify/repair_prompt.h"
#include "verify/verifier.h"
#include "verify/workspace.h"

namespace p2c::verify {

inline constexpr int kAttemptsPerTicket = 2;
inline constexpr std::size_t kTicketsPerRound = 12;

struct RepairOutcome {
  int rounds = 0;                            // begun
  std::vector<artefacts::Ticket> tickets;    // of all rounds, in order of their ids
  std::vector<artefacts::Finding> findings;  // why repair ended early (budget), if it did
};

class Repairer {
 public:
  // All references must outlive the repairer. `evaluate` runs the levels of the workspace's state; with a
  // previous evaluation and touched paths only what depends on them.
  using Evaluate =
      std::function<Evaluation(const RepoState& state, const std::string& log_prefix,
                               const Evaluation* previous, const std::set<std::string>* touched)>;
  Repairer(const VerifyInput& input, Workspace& workspace, Ledger& ledger, llm::Caller& caller,
           Evaluate evaluate, EventSink& events, const CancelToken& cancel);

  // Rounds until everything passes, nothing is left to try, or max_rounds. `evaluation` is the current one
  // and is kept so. Errors: cancelled, io, disk_full; of the caller all but budget and refused or unusable
  // answers. missing_recording ends the repair like the budget does, unless nothing was repaired yet: then it
  // passes through.
  RepairOutcome run(Evaluation& evaluation, int max_rounds);

 private:
  struct Memory {           // of one ticket key over the rounds
    std::size_t index = 0;  // in outcome_.tickets
    std::vector<FailedAttempt> failed;
  };

  bool work_on(const RepairTicket& ticket, Evaluation& evaluation, int round);
  std::optional<EditedRepo> ask_for_edits(const RepairTicket& ticket, const Evaluation& evaluation,
                                          const Memory& memory, std::string& reason);
  std::vector<std::string> problems_of(const std::string& answer, const RepairTicket& ticket,
                                       EditedRepo& edited) const;
  std::string gate(const RepoState& next) const;
  artefacts::Ticket& record_of(const RepairTicket& ticket);
  void tell(const std::string& target, const std::string& message, bool warning = false) const;

  const VerifyInput& input_;
  Workspace& workspace_;
  Ledger& ledger_;
  llm::Caller& caller_;
  Evaluate evaluate_;
  EventSink& events_;
  const CancelToken& cancel_;
  std::map<std::string, Memory> memory_;
  RepairOutcome outcome_;
  int evaluations_ = 0;
};

// What `after` no longer does although `before` did: levels, programs, tests. Sentences; empty: no
// regression.
std::vector<std::string> regressions(const Evaluation& before, const Evaluation& after);

}  // namespace p2c::verify
