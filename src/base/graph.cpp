#include "base/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

#include "base/error.h"

namespace p2c {
namespace {

void check_edges(const DependencyGraph& edges) {
  for (std::size_t node = 0; node < edges.size(); ++node) {
    for (const std::size_t dependency : edges[node]) {
      if (dependency >= edges.size()) {
        throw Error(ErrorCode::internal,
                    fmt::format("node {} of {} depends on node {}", node, edges.size(), dependency));
      }
    }
  }
}

}  // namespace

std::optional<std::vector<std::size_t>> topological_order(const DependencyGraph& edges) {
  check_edges(edges);
  std::vector<std::size_t> missing(edges.size());  // dependencies not yet in the order
  std::vector<std::vector<std::size_t>> dependants(edges.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t node = 0; node < edges.size(); ++node) {
    missing[node] = edges[node].size();
    for (const std::size_t dependency : edges[node]) dependants[dependency].push_back(node);
    if (missing[node] == 0) ready.push(node);
  }
  std::vector<std::size_t> order;
  order.reserve(edges.size());
  while (!ready.empty()) {
    const std::size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const std::size_t dependant : dependants[node]) {
      if (--missing[dependant] == 0) ready.push(dependant);
    }
  }
  if (order.size() != edges.size()) return std::nullopt;
  return order;
}

std::vector<std::size_t> dependency_depths(const DependencyGraph& edges) {
  const auto order = topological_order(edges);
  if (!order) throw Error(ErrorCode::internal, "depths asked of a cyclic graph");
  std::vector<std::size_t> depths(edges.size(), 0);
  for (const std::size_t node : *order) {
    for (const std::size_t dependency : edges[node])
      depths[node] = std::max(depths[node], depths[dependency] + 1);
  }
  return depths;
}

std::vector<std::vector<std::size_t>> strongly_connected_components(const DependencyGraph& edges) {
  check_edges(edges);
  constexpr std::size_t kUnseen = std::numeric_limits<std::size_t>::max();
  struct Frame {
    std::size_t node;
    std::size_t next_edge;
  };
  std::vector<std::size_t> index(edges.size(), kUnseen), low(edges.size(), 0), open;
  std::vector<bool> is_open(edges.size(), false);
  std::vector<Frame> frames;  // Tarjan's recursion, unrolled: a model may send a chain of any length
  std::vector<std::vector<std::size_t>> components;
  std::size_t counter = 0;

  const auto enter = [&](std::size_t node) {
    index[node] = low[node] = counter++;
    open.push_back(node);
    is_open[node] = true;
    frames.push_back({node, 0});
  };
  for (std::size_t root = 0; root < edges.size(); ++root) {
    if (index[root] != kUnseen) continue;
    enter(root);
    while (!frames.empty()) {
      const std::size_t node = frames.back().node;
      if (frames.back().next_edge < edges[node].size()) {
        const std::size_t to = edges[node][frames.back().next_edge++];
        if (index[to] == kUnseen) {
          enter(to);
        } else if (is_open[to]) {
          low[node] = std::min(low[node], index[to]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[node]);
      if (low[node] != index[node]) continue;
      auto& component = components.emplace_back();
      std::size_t member;
      do {
        member = open.back();
        open.pop_back();
        is_open[member] = false;
        component.push_back(member);
      } while (member != node);
      std::sort(component.begin(), component.end());
    }
  }
  std::sort(components.begin(), components.end());
  return components;
}

}  // namespace p2c
