#include "models/seh_network.hpp"

#include <array>

#include "models/seh_loops.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = SehMessages::kWidth;
// Molecules are grouped up to this number of atoms: enough for efficient matrix products, and the
// data of a step fit into one core's cache.
constexpr std::int64_t kAtomsPerGroup = 96;

torch::Tensor array(const SafetensorsFile& file, const std::string& name, const std::string& key,
                    const std::vector<std::int64_t>& shape) {
  const auto found = file.tensors.find(key);
  if (found == file.tensors.end()) {
    user_error("{}: the sEH proxy needs an array '{}', which is missing", name, key);
  }
  if (found->second.shape != shape) {
    user_error("{}: array '{}' has shape [{}], expected [{}]", name, key,
               fmt::join(found->second.shape, ", "), fmt::join(shape, ", "));
  }
  const float* values = found->second.floats(key);
  return torch::tensor(std::vector<float>(values, values + found->second.num_elements()))
      .view(shape);
}

std::array<torch::Tensor, 4> gates(const SafetensorsFile& file, const std::string& name,
                                   const std::string& prefix, std::int64_t rows,
                                   std::int64_t input) {
  return {array(file, name, prefix + ".weight_ih", {rows, input}),
          array(file, name, prefix + ".weight_hh", {rows, kWidth}),
          array(file, name, prefix + ".bias_ih", {rows}),
          array(file, name, prefix + ".bias_hh", {rows})};
}

torch::Tensor leaky(const torch::Tensor& x) { return torch::leaky_relu(x, SehMessages::kSlope); }

// Bond features take only four values, and none for the self-loop of a one-atom molecule: one
// matrix for each instead of one per bond. [kNumMessageClasses, 64, 64]
torch::Tensor edge_matrices(const SafetensorsFile& file, const std::string& name) {
  constexpr std::int64_t kHidden = 128;
  const torch::Tensor one_hot = torch::eye(SehMessages::kNumMessageClasses, kNumBondClasses);
  const torch::Tensor hidden = leaky(
      torch::linear(one_hot, array(file, name, "conv.edge.0.weight", {kHidden, kNumBondClasses}),
                    array(file, name, "conv.edge.0.bias", {kHidden})));
  return torch::linear(hidden, array(file, name, "conv.edge.2.weight", {kWidth * kWidth, kHidden}),
                       array(file, name, "conv.edge.2.bias", {kWidth * kWidth}))
      .view({-1, kWidth, kWidth});
}

SehMessages read_messages(const SafetensorsFile& file, const std::string& name) {
  const torch::NoGradGuard no_grad;
  SehMessages::Weights weights;
  weights.matrices = edge_matrices(file, name);
  weights.bias = array(file, name, "conv.bias", {kWidth});
  weights.root = array(file, name, "conv.root.weight", {kWidth, kWidth});
  weights.update = gates(file, name, "gru", 3 * kWidth, kWidth);
  return SehMessages(weights);
}

SehReadout read_readout(const SafetensorsFile& file, const std::string& name) {
  const torch::NoGradGuard no_grad;
  return SehReadout({gates(file, name, "set2set.lstm", 4 * kWidth, 2 * kWidth),
                     array(file, name, "out.weight", {1, 2 * kWidth}),
                     array(file, name, "out.bias", {1})});
}

}  // namespace

SehNetwork::SehNetwork(const SafetensorsFile& file, const std::string& name)
    : input_rows_(array(file, name, "lin0.weight", {kWidth, kSehFeatures}).t().contiguous()),
      input_bias_(array(file, name, "lin0.bias", {kWidth})),
      messages_(read_messages(file, name)),
      readout_(read_readout(file, name)) {}

bool SehNetwork::recognises(const SafetensorsFile& file) {
  // Any of the names that no other file of ours has; the constructor reports missing ones.
  return file.tensors.count("conv.edge.0.weight") > 0 || file.tensors.count("lin0.weight") > 0;
}

void SehNetwork::score_group(std::span<const SehMolecule* const> molecules, double* scores) {
  std::vector<const AtomGraph*> graphs;
  std::vector<float> hydrogens;
  for (const SehMolecule* molecule : molecules) {
    graphs.push_back(&molecule->graph);
    hydrogens.insert(hydrogens.end(), molecule->num_hydrogens.begin(),
                     molecule->num_hydrogens.end());
  }
  const AtomGraph group = pack(graphs);
  thread_local std::vector<float> states;  // reuses its memory
  states.resize(group.num_atoms() * kWidth);
  feature_layer(group.feature_offset.data(), group.feature_column.data(), hydrogens.data(),
                kSehHydrogenColumn, input_rows_.data_ptr<float>(), input_bias_.data_ptr<float>(),
                group.num_atoms(), kWidth, SehMessages::kSlope, states.data());
  AtomEnvironments surroundings(group, hydrogens);
  messages_.run(surroundings, states.data());
  readout_.run(group, states.data(), scores);
}

std::vector<double> SehNetwork::scores(std::span<const SehMolecule* const> molecules) {
  std::vector<std::size_t> group_begin = {0};  // first molecule of each group
  std::int64_t atoms = 0;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    if (atoms >= kAtomsPerGroup) group_begin.push_back(i), atoms = 0;
    atoms += molecules[i]->graph.num_atoms();
  }
  group_begin.push_back(molecules.size());
  std::vector<double> scores(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(group_begin.size()) - 1,
      [&](std::int64_t group) {
        const std::size_t first = group_begin[group];
        score_group(molecules.subspan(first, group_begin[group + 1] - first),
                    scores.data() + first);
      },
      /*chunk=*/1);
  return scores;
}

}  // namespace fragflow
