// The estimate follows the calls of the three agents one by one (spec 4).
#include "run/budget_estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "llm/caller.h"

namespace p2c::run {
namespace {

constexpr std::int64_t kChunkTokens = 3'000;  // of paper in one P1 call
constexpr std::int64_t kRulesTokens = 1'500;  // role, schema and rules in front of every call
constexpr std::int64_t kRequirementLines =
    5'000;  // all requirements as one-liners (spec 5.1: 3 to 6 thousand)

// Repositories of this kind have 7 to 28 Python files (spec 5.1).
constexpr Range kFiles{7, 24};
constexpr Range kRepairs{0, 20};

}  // namespace

RunEstimate estimate_run(const paper::PaperDoc& paper) {
  RunEstimate estimate;
  std::int64_t sections = 0;
  for (const paper::Block& block : paper.blocks) {
    if (block.appendix) continue;
    if (block.type == paper::BlockType::section && block.level <= 2) ++sections;
  }
  estimate.paper_tokens = llm::estimate_tokens(paper::emit_paper(paper));
  const std::int64_t paper_tokens = estimate.paper_tokens;
  const std::int64_t chunks = std::max<std::int64_t>(1, (paper_tokens + kChunkTokens - 1) / kChunkTokens);

  const auto at = [&](std::int64_t files, std::int64_t method_sections, std::int64_t repairs, bool high) {
    // P1, P2, P4 in two parts, P5, P6 | A1, A2 | G1, G2 | repairs
    const std::int64_t calls = chunks + 5 + method_sections + files + 2 * files + repairs;
    const std::int64_t in =
        calls * kRulesTokens + paper_tokens       // P1 reads the paper once
        + 4 * (paper_tokens + kRequirementLines)  // P2 to P6 see it whole when it fits
        + method_sections * (paper_tokens / std::max<std::int64_t>(1, sections) + kRequirementLines) +
        files * (high ? 6'000 : 2'500)        // A2: evidence and signatures
        + 2 * files * (high ? 8'000 : 3'000)  // G1, G2: specification, evidence, interfaces
        + repairs * 6'000;
    const std::int64_t out = chunks * (high ? 4'000 : 1'500) + (high ? 20'000 : 8'000) +
                             method_sections * 1'000 + files * (high ? 1'500 : 600) +
                             2 * files * (high ? 3'000 : 800) + repairs * 1'500;
    return std::array<std::int64_t, 3>{calls, in, out};
  };
  const auto low = at(kFiles.low, std::max<std::int64_t>(1, sections / 3), kRepairs.low, false);
  const auto high = at(kFiles.high, std::max<std::int64_t>(1, sections), kRepairs.high, true);
  // One re-ask in four calls is more than a good model needs and less than a small one does.
  estimate.calls = {low[0], high[0] + high[0] / 4};
  estimate.tokens_in = {low[1], high[1] + high[1] / 4};
  estimate.tokens_out = {low[2], high[2] + high[2] / 4};
  return estimate;
}

std::string describe(const RunEstimate& estimate) {
  const auto thousands = [](std::int64_t tokens) {
    return std::max<std::int64_t>(1, (tokens + 500) / 1'000);
  };
  return fmt::format(
      "paper of {} thousand tokens; expect {} to {} calls, {} to {} thousand tokens in and {} to {} thousand "
      "out",
      thousands(estimate.paper_tokens), estimate.calls.low, estimate.calls.high,
      thousands(estimate.tokens_in.low), thousands(estimate.tokens_in.high),
      thousands(estimate.tokens_out.low), thousands(estimate.tokens_out.high));
}

Json to_json(const RunEstimate& estimate) {
  const auto range = [](const Range& value) { return Json::array({value.low, value.high}); };
  return Json{{"paper_tokens", estimate.paper_tokens},
              {"calls", range(estimate.calls)},
              {"tokens_in", range(estimate.tokens_in)},
              {"tokens_out", range(estimate.tokens_out)}};
}

}  // namespace p2c::run
