// What a run will cost, guessed before it starts from the size of the paper (spec 14).
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "paper/paper_doc.h"

namespace p2c::run {

struct Range {
  std::int64_t low = 0, high = 0;
};

struct RunEstimate {
  std::int64_t paper_tokens = 0;
  Range calls, tokens_in, tokens_out;
};

RunEstimate estimate_run(const paper::PaperDoc& paper);
// "paper of 12,000 tokens; expect 60 to 110 calls, 300 to 900 thousand tokens in and 60 to 180 thousand out"
std::string describe(const RunEstimate& estimate);
Json to_json(const RunEstimate& estimate);

}  // namespace p2c::run
