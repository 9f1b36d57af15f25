// A small network that encodes a state as a vector, for uses that need no logits.
//
//   node: h = label embedding (hypergrid: of the dimension and the coordinate)
//   tree: h_v += sum over joins (u, v) of leaky(W h_u + source-site + target-site embedding)
//   out:  linear(leaky(linear(leaky(sum of h / sqrt(number of nodes) + b))))
//
// On the hypergrid this is an MLP D*H - width - width - outputs on one-hot coordinates (Pan et al.,
// ICLR 2023). Trees with the same fragments and the same joined pairs of slots are encoded alike.
#pragma once

#include "models/state_batch.hpp"

namespace fragflow {

class StateEncoder : public torch::nn::Module {
 public:
  // Parameters are a function of (shape, width, outputs, seed).
  StateEncoder(const Environment::Shape& shape, int width, int outputs, std::uint64_t seed);
  // [B, outputs]
  torch::Tensor forward(const StateBatch& batch);

 private:
  bool is_vector_;
  std::int64_t max_nodes_, num_labels_;
  torch::Tensor label_embedding_, source_site_, target_site_, pooled_bias_;
  torch::nn::Linear message_{nullptr}, hidden_{nullptr}, output_{nullptr};
};

}  // namespace fragflow
