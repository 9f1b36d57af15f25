#include "models/seh_network.hpp"

#include <algorithm>
#include <cmath>

#include "models/atom_sums.hpp"
#include "models/gated_update.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = 64;
constexpr int kMessageSteps = 12;
constexpr int kReadoutSteps = 3;
// Molecules in one packed batch: large enough for BLAS, small enough for the cache.
constexpr std::size_t kBatch = 64;
constexpr int kAtomsAtATime = 256;  // for one thread
constexpr float kSlope = 0.01f;
// Where the gates begin in a row of `mixed`: after the atom's own block and one per bond class.
constexpr std::int64_t kGateColumn = (1 + kNumBondClasses) * kWidth;

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

torch::Tensor leaky(const torch::Tensor& x) { return torch::leaky_relu(x, kSlope); }

std::vector<std::int64_t> isolated_atoms(const AtomGraph& batch) {
  std::vector<std::int64_t> atoms;
  for (std::int64_t i = 0; i < batch.num_atoms(); ++i) {
    if (batch.neighbour_offset[i] == batch.neighbour_offset[i + 1]) atoms.push_back(i);
  }
  return atoms;
}

// [num_atoms, 64]: LeakyReLU of an atom's own block of `mixed` plus the mean, over its bonds, of
// the neighbour's block for the bond's class. Atoms without bonds take their row of `loops` instead
// of a mean; `isolated` lists them, ascending.
torch::Tensor collect_messages(const torch::Tensor& mixed, const AtomGraph& batch,
                               const torch::Tensor& loops,
                               const std::vector<std::int64_t>& isolated) {
  torch::Tensor messages = torch::empty({batch.num_atoms(), kWidth});
  const std::int64_t stride = mixed.size(1);
  const float* from = mixed.data_ptr<float>();
  const float* loop = isolated.empty() ? nullptr : loops.data_ptr<float>();
  float* to = messages.data_ptr<float>();
  parallel_for(
      batch.num_atoms(),
      [&](std::int64_t i) {
        float sum[kWidth] = {};
        const int first = batch.neighbour_offset[i], last = batch.neighbour_offset[i + 1];
        for (int bond = first; bond < last; ++bond) {
          const float* block = from + std::int64_t{batch.neighbour[bond]} * stride +
                               (1 + batch.bond_class[bond]) * kWidth;
          for (int k = 0; k < kWidth; ++k) sum[k] += block[k];
        }
        if (first == last) {
          const auto place = std::lower_bound(isolated.begin(), isolated.end(), i);
          std::copy_n(loop + (place - isolated.begin()) * kWidth, kWidth, sum);
        }
        const float scale = 1.0f / static_cast<float>(std::max(last - first, 1));
        for (int k = 0; k < kWidth; ++k) {
          const float value = from[i * stride + k] + scale * sum[k];
          to[i * kWidth + k] = value > 0 ? value : kSlope * value;
        }
      },
      kAtomsAtATime);
  return messages;
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

SehNetwork::SehNetwork(const SafetensorsFile& file, const std::string& name) {
  const torch::NoGradGuard no_grad;
  constexpr std::int64_t kHidden = 128;
  input_weight_ = array(file, name, "lin0.weight", {kWidth, kSehFeatures});
  input_bias_ = array(file, name, "lin0.bias", {kWidth});
  edge_ = {array(file, name, "conv.edge.0.weight", {kHidden, kNumBondClasses}),
           array(file, name, "conv.edge.0.bias", {kHidden}),
           array(file, name, "conv.edge.2.weight", {kWidth * kWidth, kHidden}),
           array(file, name, "conv.edge.2.bias", {kWidth * kWidth})};
  const torch::Tensor message_bias = array(file, name, "conv.bias", {kWidth});
  const torch::Tensor root = array(file, name, "conv.root.weight", {kWidth, kWidth});
  gru_ = gates(file, name, "gru", 3 * kWidth, kWidth);
  lstm_ = gates(file, name, "set2set.lstm", 4 * kWidth, 2 * kWidth);
  output_weight_ = array(file, name, "out.weight", {1, 2 * kWidth});
  output_bias_ = array(file, name, "out.bias", {1});

  // Bond features take four values only: one matrix each, instead of one per bond.
  std::vector<torch::Tensor> blocks = {root.t()};
  const torch::Tensor matrices = edge_matrices(torch::eye(kNumBondClasses));
  for (int bond = 0; bond < kNumBondClasses; ++bond) blocks.push_back(matrices[bond]);
  blocks.push_back(gru_[1].t());
  mixing_matrix_ = torch::cat(blocks, 1).contiguous();
  mixing_bias_ =
      torch::cat({message_bias, torch::zeros({kNumBondClasses * kWidth}), gru_[3]}).contiguous();
  loop_matrix_ = edge_matrices(torch::zeros({1, kNumBondClasses}))[0];
}

bool SehNetwork::recognises(const SafetensorsFile& file) {
  // Any of the names that no other file of ours has: the constructor then says what is missing.
  return file.tensors.count("conv.edge.0.weight") > 0 || file.tensors.count("lin0.weight") > 0;
}

torch::Tensor SehNetwork::edge_matrices(const torch::Tensor& bond_features) const {
  const torch::Tensor hidden = leaky(torch::linear(bond_features, edge_[0], edge_[1]));
  return torch::linear(hidden, edge_[2], edge_[3]).view({-1, kWidth, kWidth});
}

torch::Tensor SehNetwork::embed_atoms(const torch::Tensor& features, const AtomGraph& batch) const {
  const std::vector<std::int64_t> isolated = isolated_atoms(batch);
  const torch::Tensor rows = torch::tensor(isolated, torch::kInt64);
  torch::Tensor h = leaky(torch::linear(features, input_weight_, input_bias_));
  for (int step = 0; step < kMessageSteps; ++step) {
    const torch::Tensor mixed = torch::addmm(mixing_bias_, h, mixing_matrix_);
    torch::Tensor loops;
    if (!isolated.empty()) loops = torch::mm(h.index_select(0, rows), loop_matrix_);
    const torch::Tensor messages = collect_messages(mixed, batch, loops, isolated);
    const torch::Tensor gates = torch::linear(messages, gru_[0], gru_[2]);
    gated_update(gates.data_ptr<float>(), mixed.data_ptr<float>() + kGateColumn, mixed.size(1),
                 h.data_ptr<float>(), batch.num_atoms(), kWidth);
  }
  return h;
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
    const torch::Tensor scores = read_out(embed_atoms(features, batch), batch);
    const float* values = scores.data_ptr<float>();
    result.insert(result.end(), values, values + scores.numel());
  }
  return result;
}

}  // namespace fragflow
