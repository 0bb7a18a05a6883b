// Loops on a bounded number of threads.
#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.h"

namespace p2c {
namespace {

TEST(ParallelFor, DoesEveryPieceOnce) {
  for (const int jobs : {-1, 0, 1, 3, 100}) {
    std::vector<std::atomic<int>> calls(50);
    parallel_for(calls.size(), jobs, [&](std::size_t i) { ++calls[i]; });
    for (const auto& count : calls) EXPECT_EQ(count.load(), 1) << jobs;
  }
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, UsesAsManyThreadsAsAskedAndNoMore) {
  std::atomic<int> now{0}, most{0};
  std::mutex mutex;
  std::set<std::thread::id> threads;
  parallel_for(24, 4, [&](std::size_t) {
    const int running = ++now;
    for (int seen = most.load(); running > seen && !most.compare_exchange_weak(seen, running);) {
    }
    {
      const std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    --now;
  });
  EXPECT_GT(most.load(), 1);
  EXPECT_LE(most.load(), 4);
  EXPECT_LE(threads.size(), 4u);
}

TEST(ParallelFor, OneJobKeepsOrderAndThread) {
  std::vector<std::size_t> order;
  const auto here = std::this_thread::get_id();
  parallel_for(5, 1, [&](std::size_t i) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(ParallelFor, ThrowsTheErrorOfTheLowestIndexAndStartsNoMore) {
  std::atomic<int> started{0};
  try {
    parallel_for(1000, 2, [&](std::size_t i) {
      ++started;
      if (i == 1) throw std::runtime_error("1");  // first in time
      if (i == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        throw std::runtime_error("0");  // first in order
      }
    });
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "0");
  }
  EXPECT_EQ(started.load(), 2);
}

TEST(ParallelFor, MayBeNested) {
  std::atomic<int> count{0};
  parallel_for(4, 4, [&](std::size_t) { parallel_for(4, 4, [&](std::size_t) { ++count; }); });
  EXPECT_EQ(count.load(), 16);
}

TEST(ParallelInOrder, StartsNothingBeforeItsDependencies) {
  // 0 <- 1 <- 3, 2 alone, 4 needs all.
  const DependencyGraph graph = {{}, {0}, {}, {1, 1}, {0, 1, 2, 3}};
  for (const int jobs : {1, 2, 8}) {
    std::vector<std::atomic<bool>> done(graph.size());
    std::atomic<int> calls{0};
    parallel_in_order(graph, jobs, [&](std::size_t i) {
      for (const std::size_t d : graph[i]) EXPECT_TRUE(done[d].load()) << i << " before " << d;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      done[i] = true;
      ++calls;
    });
    EXPECT_EQ(calls.load(), 5);
  }
  parallel_in_order({}, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelInOrder, DoesNotWaitForAWholeLevel) {
  // A chain 0 <- 1 <- 2 beside one slow piece 3: with two jobs the chain ends before the slow piece does.
  const DependencyGraph graph = {{}, {0}, {1}, {}};
  std::atomic<bool> chain_done{false}, slow_saw_chain_done{false};
  parallel_in_order(graph, 2, [&](std::size_t i) {
    if (i == 2) chain_done = true;
    if (i != 3) return;
    for (int k = 0; k < 500 && !chain_done; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    slow_saw_chain_done = chain_done.load();
  });
  EXPECT_TRUE(slow_saw_chain_done);
}

TEST(ParallelInOrder, StopsAtTheFirstFailureAndRefusesCycles) {
  std::atomic<int> calls{0};
  EXPECT_THROW(parallel_in_order({{}, {0}, {1}}, 2,
                                 [&](std::size_t i) {
                                   ++calls;
                                   if (i == 0) throw std::runtime_error("no");
                                 }),
               std::runtime_error);
  EXPECT_EQ(calls.load(), 1);
  EXPECT_THROW(parallel_in_order({{1}, {0}}, 2, [](std::size_t) { FAIL(); }), Error);
}

}  // namespace
}  // namespace p2c
