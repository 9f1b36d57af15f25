#include "models/seh_network.hpp"

#include <algorithm>
#include <cmath>

#include "models/atom_sums.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = SehMessages::kWidth;
constexpr int kReadoutSteps = 3;
constexpr std::size_t kBatch = 256;  // molecules in one packed batch

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

// Bond features take four values only, and none for the loop of a molecule of one atom: one matrix
// each, instead of one per bond. [kNumMessageClasses, 64, 64]
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

// For each molecule the sum of its atoms' rows, weighted by softmax(row . query). query: [M, 64].
torch::Tensor attend(const torch::Tensor& atoms, const torch::Tensor& query,
                     const AtomGraph& batch) {
  torch::Tensor result = torch::zeros_like(query);
  const float* rows = atoms.data_ptr<float>();
  const float* queries = query.data_ptr<float>();
  float* sums = result.data_ptr<float>();
  parallel_for(batch.num_molecules(), [&](std::int64_t m) {
    const int first = batch.molecule_offset[m], last = batch.molecule_offset[m + 1];
    std::vector<float> weights;
    float largest = -INFINITY, total = 0;
    for (int i = first; i < last; ++i) {
      float product = 0;
#pragma omp simd reduction(+ : product)
      for (int k = 0; k < kWidth; ++k) product += rows[i * kWidth + k] * queries[m * kWidth + k];
      weights.push_back(product);
      largest = std::max(largest, product);
    }
    for (float& weight : weights) total += weight = std::exp(weight - largest);
    for (int i = first; i < last; ++i) {
      for (int k = 0; k < kWidth; ++k) {
        sums[m * kWidth + k] += weights[i - first] / total * rows[i * kWidth + k];
      }
    }
  });
  return result;
}

}  // namespace

SehNetwork::SehNetwork(const SafetensorsFile& file, const std::string& name)
    : input_weight_(array(file, name, "lin0.weight", {kWidth, kSehFeatures})),
      input_bias_(array(file, name, "lin0.bias", {kWidth})),
      messages_(read_messages(file, name)),
      lstm_(gates(file, name, "set2set.lstm", 4 * kWidth, 2 * kWidth)),
      output_weight_(array(file, name, "out.weight", {1, 2 * kWidth})),
      output_bias_(array(file, name, "out.bias", {1})) {}

bool SehNetwork::recognises(const SafetensorsFile& file) {
  // Any of the names that no other file of ours has: the constructor then says what is missing.
  return file.tensors.count("conv.edge.0.weight") > 0 || file.tensors.count("lin0.weight") > 0;
}

torch::Tensor SehNetwork::read_out(const torch::Tensor& atoms, const AtomGraph& batch) const {
  torch::Tensor state = torch::zeros({batch.num_molecules(), 2 * kWidth});
  torch::Tensor hidden = torch::zeros({batch.num_molecules(), kWidth});
  torch::Tensor cell = torch::zeros_like(hidden);
  for (int step = 0; step < kReadoutSteps; ++step) {
    std::tie(hidden, cell) =
        torch::lstm_cell(state, {hidden, cell}, lstm_[0], lstm_[1], lstm_[2], lstm_[3]);
    state = torch::cat({hidden, attend(atoms, hidden.contiguous(), batch)}, 1);
  }
  return torch::linear(state, output_weight_, output_bias_).squeeze(1);
}

std::vector<double> SehNetwork::scores(std::span<const SehMolecule* const> molecules) const {
  const torch::NoGradGuard no_grad;
  std::vector<double> result;
  for (std::size_t begin = 0; begin < molecules.size(); begin += kBatch) {
    std::vector<const AtomGraph*> graphs;
    std::vector<float> hydrogens;
    for (std::size_t i = begin; i < std::min(begin + kBatch, molecules.size()); ++i) {
      graphs.push_back(&molecules[i]->graph);
      hydrogens.insert(hydrogens.end(), molecules[i]->num_hydrogens.begin(),
                       molecules[i]->num_hydrogens.end());
    }
    const AtomGraph batch = pack(graphs);
    torch::Tensor features = dense_features(batch, kSehFeatures);
    features.select(1, kSehHydrogenColumn).copy_(torch::tensor(hydrogens));
    torch::Tensor states = leaky(torch::linear(features, input_weight_, input_bias_));
    messages_.run(batch, states);
    const torch::Tensor scores = read_out(states, batch);
    const float* values = scores.data_ptr<float>();
    result.insert(result.end(), values, values + scores.numel());
  }
  return result;
}

}  // namespace fragflow
