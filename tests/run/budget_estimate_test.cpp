// The estimate of a run.
#include "run/budget_estimate.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace p2c::run {
namespace {

paper::PaperDoc paper_of(std::size_t sections, std::size_t words) {
  paper::PaperDoc doc;
  std::size_t order = 0;
  for (std::size_t s = 1; s <= sections; ++s) {
    paper::Block section;
    section.id = "S" + std::to_string(s);
    section.type = paper::BlockType::section;
    section.level = 1;
    section.order = order++;
    section.title = "Section";
    doc.blocks.push_back(section);
    paper::Block text;
    text.id = "P" + std::to_string(s) + ".1";
    text.parent = section.id;
    text.order = order++;
    for (std::size_t w = 0; w < words; ++w) text.text += "word ";
    doc.blocks.push_back(text);
  }
  return doc;
}

TEST(RunEstimate, GrowsWithThePaper) {
  const RunEstimate small = estimate_run(paper_of(4, 200)), large = estimate_run(paper_of(12, 2'000));
  EXPECT_GT(large.paper_tokens, 5 * small.paper_tokens);
  EXPECT_GT(large.calls.low, small.calls.low);
  EXPECT_GT(large.tokens_in.high, small.tokens_in.high);
}

// Published systems of this kind need 0.98 and 1.7 million tokens a repository (spec 14); a ten-page paper
// has about ten thousand tokens (spec 5.1). A range that does not meet those would not help anyone decide.
TEST(RunEstimate, CoversWhatOthersMeasured) {
  const RunEstimate estimate = estimate_run(paper_of(12, 700));
  EXPECT_LT(estimate.tokens_in.low + estimate.tokens_out.low, 980'000);
  EXPECT_GT(estimate.tokens_in.high + estimate.tokens_out.high, 980'000);
  EXPECT_LT(estimate.tokens_in.high + estimate.tokens_out.high, 4'000'000);
}

TEST(RunEstimate, RangesAreOrderedAlsoForAnEmptyPaper) {
  for (const RunEstimate& estimate :
       {estimate_run({}), estimate_run(paper_of(1, 1)), estimate_run(paper_of(30, 3'000))}) {
    for (const Range& range : {estimate.calls, estimate.tokens_in, estimate.tokens_out}) {
      EXPECT_GT(range.low, 0);
      EXPECT_LT(range.low, range.high);
    }
  }
  EXPECT_TRUE(contains(describe(estimate_run(paper_of(3, 900))), "expect"));
}

}  // namespace
}  // namespace p2c::run
