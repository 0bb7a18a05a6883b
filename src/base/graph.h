// Directed graphs over indices: build order, cycles, strongly connected components.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace p2c {

// edges[i] holds the nodes that node i depends on.
using DependencyGraph = std::vector<std::vector<std::size_t>>;

// Kahn's order, dependencies first; ties by lowest index, so that equal input gives equal order. nullopt when
// cyclic.
std::optional<std::vector<std::size_t>> topological_order(const DependencyGraph& edges);
// Depth of every node: 0 without dependencies, else 1 + the largest depth among them. The graph must be
// acyclic.
std::vector<std::size_t> dependency_depths(const DependencyGraph& edges);
// Tarjan's components, each sorted, in order of their smallest node. Components of size 1 without a self edge
// are no cycle.
std::vector<std::vector<std::size_t>> strongly_connected_components(const DependencyGraph& edges);

}  // namespace p2c
