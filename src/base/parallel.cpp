#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.h"

namespace p2c {

void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;  // guards the two below
  std::size_t failed_index = count;
  std::exception_ptr failure;

  const auto worker = [&] {
    while (!failed.load()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      try {
        work(index);
      } catch (...) {
        failed.store(true);
        const std::lock_guard lock(mutex);
        if (index < failed_index) {
          failed_index = index;
          failure = std::current_exception();
        }
      }
    }
  };

  // The caller's thread is one of the workers, so there is progress even where no thread can be started.
  const std::size_t threads = std::min<std::size_t>(static_cast<std::size_t>(std::max(jobs, 1)), count);
  std::vector<std::thread> others;
  if (threads > 1) others.reserve(threads - 1);
  for (std::size_t i = 1; i < threads; ++i) {
    try {
      others.emplace_back(worker);
    } catch (const std::system_error&) {
      break;  // no more threads to be had: fewer do the same work
    }
  }
  worker();
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
}

void parallel_in_order(const DependencyGraph& dependencies, int jobs, const std::function<void(std::size_t)>& work) {
  const std::size_t count = dependencies.size();
  if (!topological_order(dependencies)) {
    throw Error(ErrorCode::internal, "work that waits for itself", {.subject = "parallel_in_order"});
  }
  std::vector<std::vector<std::size_t>> dependents(count);
  std::vector<std::size_t> waiting_for(count, 0);
  std::set<std::size_t> ready;  // lowest index first
  for (std::size_t i = 0; i < count; ++i) {
    const std::set<std::size_t> distinct(dependencies[i].begin(), dependencies[i].end());
    waiting_for[i] = distinct.size();
    for (const std::size_t d : distinct) dependents[d].push_back(i);
    if (distinct.empty()) ready.insert(i);
  }
  std::mutex mutex;  // guards everything here; also what makes a dependency's results visible to its dependents
  std::condition_variable changed;
  std::size_t finished = 0;
  bool failed = false;
  // Each worker is one loop; parallel_for gives the threads, and the exception of the lowest worker that failed.
  std::size_t failed_index = count;
  std::exception_ptr failure;
  const auto worker = [&](std::size_t) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return failed || finished == count || !ready.empty(); });
      if (failed || finished == count) return;
      const std::size_t index = *ready.begin();
      ready.erase(ready.begin());
      lock.unlock();
      std::exception_ptr error;
      try {
        work(index);
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      ++finished;
      if (error) {
        failed = true;
        if (index < failed_index) {
          failed_index = index;
          failure = error;
        }
      } else {
        for (const std::size_t next : dependents[index]) {
          if (--waiting_for[next] == 0) ready.insert(next);
        }
      }
      changed.notify_all();
    }
  };
  if (count > 0) parallel_for(std::min<std::size_t>(static_cast<std::size_t>(std::max(jobs, 1)), count), jobs, worker);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace p2c
