#include "models/state_encoder.hpp"

#include "models/initialise.hpp"

namespace fragflow {

StateEncoder::StateEncoder(const Environment::Shape& shape, int width, int outputs,
                           std::uint64_t seed)
    : is_vector_(shape.is_vector), max_nodes_(shape.max_nodes), num_labels_(shape.num_labels) {
  const std::int64_t labels = is_vector_ ? max_nodes_ * num_labels_ : num_labels_;
  label_embedding_ = register_parameter("label_embedding", torch::zeros({labels, width}));
  if (!is_vector_) {
    const int num_sites = shape.site_offset.back();
    source_site_ = register_parameter("source_site", torch::zeros({num_sites + 1, width}));
    target_site_ = register_parameter("target_site", torch::zeros({num_sites + 1, width}));
    message_ = register_module(
        "message", torch::nn::Linear(torch::nn::LinearOptions(width, width).bias(false)));
  }
  pooled_bias_ = register_parameter("pooled_bias", torch::zeros({width}));
  hidden_ = register_module("hidden", torch::nn::Linear(width, width));
  output_ = register_module("output", torch::nn::Linear(width, outputs));
  initialise_parameters(*this, seed);
}

torch::Tensor StateEncoder::forward(const StateBatch& batch) {
  torch::Tensor labels = batch.node_label;
  if (is_vector_) {
    const torch::Tensor dimension = torch::arange(labels.size(0)).remainder(max_nodes_);
    labels = labels + dimension * num_labels_;
  }
  torch::Tensor h = label_embedding_.index_select(0, labels);
  if (!is_vector_) {
    const torch::Tensor edges =
        torch::leaky_relu(message_(h).index_select(0, batch.edge_source) +
                          source_site_.index_select(0, batch.edge_source_site) +
                          target_site_.index_select(0, batch.edge_target_site));
    h = h.index_add(0, batch.edge_target, edges);
  }
  const torch::Tensor sums =
      torch::zeros({batch.num_states, h.size(1)}, h.options()).index_add(0, batch.node_state, h);
  const torch::Tensor size = batch.num_nodes.clamp_min(1).to(h.scalar_type()).sqrt().unsqueeze(1);
  const torch::Tensor pooled = torch::leaky_relu(sums / size + pooled_bias_);
  return output_(torch::leaky_relu(hidden_(pooled)));
}

}  // namespace fragflow
