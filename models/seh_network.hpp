// The sEH docking proxy of Bengio et al. (NeurIPS 2021): an edge-conditioned message-passing
// network with gated updates and a set2set readout (Gilmer et al., ICML 2017), for inference only.
#pragma once

#include "models/torch.hpp"

#include <span>
#include <string>
#include <vector>

#include "models/atom_graph.hpp"
#include "models/seh_messages.hpp"
#include "models/seh_readout.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

// Feature columns of an atom: elements (H, C, N, O, F, other), three unused, aromatic, sp, sp2,
// sp3, number of hydrogens, one-hot atomic number up to 56, stem flag.
inline constexpr int kSehFeatures = 71;
inline constexpr int kSehHydrogenColumn = 13;
inline constexpr int kSehFlagColumn = 70;

// A molecule for this network. The graph holds the feature columns that are 1; the number of
// hydrogens, which is not a flag, is stored separately.
struct SehMolecule {
  AtomGraph graph;
  std::vector<float> num_hydrogens;  // [num_atoms]
};

class SehNetwork {
 public:
  // Reads its 18 arrays by name. Throws UserError naming the first that is missing or has the wrong
  // shape.
  SehNetwork(const SafetensorsFile& file, const std::string& name);

  // True if the file has arrays of these names; the constructor checks shapes.
  static bool recognises(const SafetensorsFile& file);

  // One raw score per molecule, bit-identical whatever the other molecules are. Molecules have at
  // least one atom. Parallel.
  std::vector<double> scores(std::span<const SehMolecule* const> molecules);

 private:
  // Single-threaded; scores: one per molecule.
  void score_group(std::span<const SehMolecule* const> molecules, double* scores);

  torch::Tensor input_rows_, input_bias_;  // [71, 64], [64]
  SehMessages messages_;
  SehReadout readout_;
};

}  // namespace fragflow
