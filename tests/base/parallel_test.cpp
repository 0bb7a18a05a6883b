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

}  // namespace
}  // namespace p2c
