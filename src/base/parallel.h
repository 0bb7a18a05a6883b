// Independent pieces of work on a bounded number of threads, results in the order of the input.
#pragma once

#include <cstddef>
#include <functional>

namespace p2c {

// Calls work(0) .. work(count-1) on at most `jobs` threads (>= 1) and waits for all. After the first
// exception no new piece is started; pieces under way finish; then the exception of the lowest index is
// thrown again.
void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work);

}  // namespace p2c
