// Verification and repair: levels L0 to L4, tickets, bounded rounds, an honest ledger of every changed line
// (spec 11, 12.3).
#pragma once

#include <filesystem>

#include "artefacts/analysis.h"
#include "artefacts/config.h"
#include "artefacts/plan.h"
#include "artefacts/requirement.h"
#include "artefacts/trace.h"
#include "llm/caller.h"
#include "paper/paper_doc.h"

namespace p2c::verify {

struct VerifyOptions {
  std::filesystem::path repo;               // changed in place by repairs
  std::filesystem::path snapshot0;          // copy of the first emission; made when missing
  std::filesystem::path ledger;             // ledger.jsonl, rewritten from the start
  std::filesystem::path logs;               // outputs of every sandboxed run
  std::filesystem::path environment_cache;  // empty: default
  int max_rounds = 5;
  bool repair = true;  // false: `paper2code check`
  int jobs = 1;
};

struct VerifyInput {
  const paper::PaperDoc* paper = nullptr;  // null for `check`
  const artefacts::Requirements* requirements = nullptr;
  const artefacts::Plan* plan = nullptr;
  const artefacts::Config* config = nullptr;
  const std::vector<artefacts::FileSpec>* specs = nullptr;
};

// Runs the levels in order, repairs deterministically first (free), then by tickets through `caller` (may be
// null when options.repair is false). Never throws for a bad repository: that is the report. Errors:
// cancelled, budget is reported in the result's findings, io, and missing_recording passes through only when
// nothing could be repaired without it.
artefacts::VerifyReport verify_repository(const VerifyInput& input, const VerifyOptions& options,
                                          llm::Caller* caller, EventSink& events, const CancelToken& cancel);

}  // namespace p2c::verify
