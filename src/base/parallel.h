// Independent pieces of work on a bounded number of threads, results in the order of the input.
#pragma once

#include <cstddef>
#include <functional>

#include "base/graph.h"

namespace p2c {

// Calls work(0) .. work(count-1) on at most `jobs` threads (>= 1) and waits for all. After the first
// exception no new piece is started; pieces under way finish; then the exception of the lowest index is
// thrown again.
void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work);

// The same over a graph: work(i) starts once work(d) has finished for every d in dependencies[i], lowest index first among
// those that may start. What a dependency wrote is visible to its dependents. Exceptions as above. The graph must be acyclic:
// Error(internal) otherwise, before any work is done.
void parallel_in_order(const DependencyGraph& dependencies, int jobs, const std::function<void(std::size_t)>& work);

}  // namespace p2c
