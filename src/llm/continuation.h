// Joins an answer that was cut off with the text the model sent when asked to go on.
#pragma once

#include <string>
#include <string_view>

namespace p2c::llm {

// `so_far` + `more`, without the fence or sentinel line a model opens again, without the piece it repeats
// (whole lines, or the unfinished last line begun anew), and `more` alone when it is the whole file once
// again.
std::string join_continuation(std::string_view so_far, std::string_view more);

}  // namespace p2c::llm
