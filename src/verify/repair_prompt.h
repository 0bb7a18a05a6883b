// The question a repair ticket becomes: failing output, the place, the files, what the paper asks, what must
// go on working (G4).
#pragma once

#include <string>
#include <vector>

#include "artefacts/analysis.h"
#include "artefacts/plan.h"
#include "artefacts/requirement.h"
#include "llm/caller.h"
#include "paper/paper_doc.h"
#include "verify/tickets.h"

namespace p2c::verify {

// What a question may draw on. Pointers may be null where a repository has no such artefact.
struct RepairContext {
  const RepoFiles& files;
  const FactsByPath& facts;
  const Evaluation& evaluation;
  const artefacts::Plan* plan = nullptr;
  const artefacts::Requirements* requirements = nullptr;
  const std::vector<artefacts::FileSpec>* specs = nullptr;
  const paper::PaperDoc* paper = nullptr;
  std::int64_t window_tokens =
      32'000;  // of the model; decides how much of failing output is shown (spec 5.2)
};

// One earlier attempt at the same ticket and why it was taken back.
struct FailedAttempt {
  std::string change;  // unified diff, or empty
  std::string reason;
};

// Lines of failing output for a window: 200, 80 or 30 (spec 5.2).
std::size_t failing_output_lines(std::int64_t window_tokens);

// The same inputs give the same bytes on every machine: nothing of times, paths or orders of this run is in
// it. With earlier attempts the view is wider: dependencies in full. What does not fit is dropped, last
// things first, and named in the text.
llm::Question repair_question(const RepairTicket& ticket, const RepairContext& context,
                              const std::vector<FailedAttempt>& attempts);

// The same question with an answer that could not be applied and what is wrong with it.
llm::Question ask_again(const llm::Question& question, const std::string& answer,
                        const std::vector<std::string>& problems);

}  // namespace p2c::verify
