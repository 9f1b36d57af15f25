#include "src/gfn/drawing_counts.hpp"

namespace fragflow {

std::vector<double> drawing_counts(const StateGraph& graph, const DrawingCounter& counter) {
  std::vector<double> ways(graph.states.size(), 0.0);
  ways[0] = 1.0;
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      double count = 0;
      for (const Action action : graph.actions(e)) {
        count += counter.num_moves(graph.states[s], action);
      }
      const std::int32_t child = graph.edge_child[e];
      ways[child] += ways[s] * count / counter.num_removals(graph.states[child]);
    }
  }
  return {ways.begin() + graph.num_internal, ways.end()};
}

}  // namespace fragflow
