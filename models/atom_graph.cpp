#include "models/atom_graph.hpp"

namespace fragflow {
namespace {

// Appends values[first...] + shift.
void append(std::vector<std::int32_t>& to, const std::vector<std::int32_t>& values,
            std::size_t first, std::int64_t shift) {
  for (std::size_t i = first; i < values.size(); ++i) {
    to.push_back(static_cast<std::int32_t>(values[i] + shift));
  }
}

}  // namespace

AtomGraph pack(std::span<const AtomGraph* const> graphs) {
  AtomGraph batch;
  for (const AtomGraph* graph : graphs) {
    const std::int64_t atoms = batch.num_atoms();
    append(batch.feature_offset, graph->feature_offset, 1, batch.feature_offset.back());
    append(batch.feature_column, graph->feature_column, 0, 0);
    append(batch.neighbour_offset, graph->neighbour_offset, 1, batch.neighbour_offset.back());
    append(batch.neighbour, graph->neighbour, 0, atoms);
    append(batch.bond_class, graph->bond_class, 0, 0);
    append(batch.molecule_offset, graph->molecule_offset, 1, atoms);
  }
  return batch;
}

}  // namespace fragflow
