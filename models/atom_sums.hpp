// Sums over the neighbours of atoms and over the atoms of molecules, with gradients. Rows are added
// in a fixed order: results do not depend on the number of threads. The batch must outlive the
// backward pass, which reads it again.
#pragma once

#include "models/torch.hpp"

#include "models/atom_graph.hpp"

namespace fragflow {

// One row of features per atom as a dense [num_atoms, width] float32 tensor.
torch::Tensor dense_features(const AtomGraph& batch, int width);

// values: [num_atoms, kNumBondClasses * width]; result [num_atoms, width]: for each atom the sum
// over its bonds of the neighbour's block for the class of the bond.
torch::Tensor sum_neighbours(const torch::Tensor& values, const AtomGraph& batch);

// values: [num_atoms, width]; result [num_molecules, width].
torch::Tensor sum_atoms(const torch::Tensor& values, const AtomGraph& batch);

}  // namespace fragflow
