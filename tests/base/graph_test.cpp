// Order, depth and components of dependency graphs.
#include "base/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/error.h"

namespace p2c {
namespace {

using Order = std::vector<std::size_t>;
using Components = std::vector<std::vector<std::size_t>>;

TEST(TopologicalOrder, PutsDependenciesFirstAndBreaksTiesByIndex) {
  EXPECT_EQ(topological_order({{2}, {}, {1}, {}}), (Order{1, 2, 0, 3}));
  EXPECT_EQ(topological_order({}), Order{});
  EXPECT_EQ(topological_order({{}, {}, {}}), (Order{0, 1, 2}));
  EXPECT_EQ(topological_order({{1, 1}, {}}), (Order{1, 0}));  // an edge given twice
}

TEST(TopologicalOrder, HasNoneForCycles) {
  EXPECT_EQ(topological_order({{0}}), std::nullopt);
  EXPECT_EQ(topological_order({{1}, {2}, {0}, {}}), std::nullopt);
}

TEST(DependencyDepths, AreTheLongestWays) {
  EXPECT_EQ(dependency_depths({{1, 3}, {2}, {}, {}}), (Order{2, 1, 0, 0}));
  EXPECT_THROW(dependency_depths({{1}, {0}}), Error);
}

TEST(Graph, RefusesEdgesToNowhere) {
  EXPECT_THROW(topological_order({{5}}), Error);
  EXPECT_THROW(strongly_connected_components({{1}}), Error);
}

TEST(Components, AreSortedAndOrdered) {
  EXPECT_EQ(strongly_connected_components({{1}, {2}, {0}, {2, 3}, {}}), (Components{{0, 1, 2}, {3}, {4}}));
  EXPECT_EQ(strongly_connected_components({{3}, {2}, {1}, {0}}), (Components{{0, 3}, {1, 2}}));
  EXPECT_EQ(strongly_connected_components({}), Components{});
}

TEST(Components, OfAVeryLongChainNeedNoStack) {
  constexpr std::size_t kNodes = 200'000;
  DependencyGraph graph(kNodes);
  for (std::size_t i = 0; i + 1 < kNodes; ++i) graph[i] = {i + 1};
  EXPECT_EQ(strongly_connected_components(graph).size(), kNodes);
  EXPECT_EQ(dependency_depths(graph).front(), kNodes - 1);
  graph.back() = {0};
  EXPECT_EQ(strongly_connected_components(graph).size(), 1u);
}

// The specification by reachability, cubic but plain.
Components by_reachability(const DependencyGraph& graph) {
  const std::size_t n = graph.size();
  std::vector<std::vector<bool>> reach(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) {
    reach[i][i] = true;
    for (const std::size_t to : graph[i]) reach[i][to] = true;
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
    }
  }
  Components components;
  std::vector<bool> taken(n, false);
  for (std::size_t i = 0; i < n; ++i) {
    if (taken[i]) continue;
    auto& component = components.emplace_back();
    for (std::size_t j = i; j < n; ++j) {
      if (!reach[i][j] || !reach[j][i]) continue;
      component.push_back(j);
      taken[j] = true;
    }
  }
  return components;
}

TEST(Components, AgreeWithReachabilityOnRandomGraphs) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + random() % 9;
    DependencyGraph graph(n);
    for (std::size_t e = random() % (2 * n); e > 0; --e) graph[random() % n].push_back(random() % n);
    const Components expected = by_reachability(graph);
    ASSERT_EQ(strongly_connected_components(graph), expected);
    bool cyclic = expected.size() < n;
    for (std::size_t i = 0; i < n; ++i)
      cyclic = cyclic || std::count(graph[i].begin(), graph[i].end(), i) > 0;
    const auto order = topological_order(graph);
    ASSERT_EQ(order.has_value(), !cyclic);
    if (!order) continue;
    std::vector<std::size_t> place(n);
    for (std::size_t i = 0; i < n; ++i) place[(*order)[i]] = i;
    for (std::size_t i = 0; i < n; ++i) {
      for (const std::size_t to : graph[i]) ASSERT_LT(place[to], place[i]);
    }
  }
}

}  // namespace
}  // namespace p2c
