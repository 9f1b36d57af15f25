#include "models/fragment_policy.hpp"

#include "models/forward_in_parts.hpp"
#include "models/initialise.hpp"

namespace fragflow {

FragmentPolicy::FragmentPolicy(const Environment::Shape& shape, const PolicyConfig& config,
                               std::uint64_t seed, const std::vector<float>& condition)
    : config_(config) {
  const int width = config.width;
  const int num_sites = shape.site_offset.back();
  label_embedding_ = register_parameter("label_embedding", torch::zeros({shape.num_labels, width}));
  size_embedding_ =
      register_parameter("size_embedding", torch::zeros({shape.max_nodes + 1, width}));
  empty_embedding_ = register_parameter("empty_embedding", torch::zeros({1, width}));
  place_site_embedding_ =
      register_parameter("place_site_embedding", torch::zeros({num_sites + 1, width}));
  if (!condition.empty()) {
    condition_ = register_module("condition",
                                 std::make_shared<ConditionNetwork>(condition, width, 3 * width));
  }
  const auto linear = [this](const std::string& name, int in, int out, bool bias) {
    return register_module(name, torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(bias)));
  };
  const auto norm = [&](const std::string& name) {
    return register_module(name, torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  };
  for (int k = 0; k < config.layers; ++k) {
    const std::string prefix = "layer" + std::to_string(k) + "_";
    Layer layer;
    layer.norm = norm(prefix + "norm");
    layer.message = linear(prefix + "message", width, width, false);
    layer.self = linear(prefix + "self", width, width, true);
    layer.incoming = linear(prefix + "incoming", width, width, false);
    layer.context = linear(prefix + "context", width, width, false);
    layer.update = linear(prefix + "update", width, width, true);
    layer.source_site =
        register_parameter(prefix + "source_site", torch::zeros({num_sites + 1, width}));
    layer.target_site =
        register_parameter(prefix + "target_site", torch::zeros({num_sites + 1, width}));
    layers_.push_back(layer);
  }
  final_norm_ = norm("final_norm");
  graph_ = linear("graph", width, width, true);
  place_node_ = linear("place_node", width, width, false);
  place_graph_ = linear("place_graph", width, width, true);
  choice_ = linear("choice", width, shape.num_choices, true);
  stop_ = linear("stop", width, 1, true);
  flow_hidden_ = linear("flow_hidden", width, width, true);
  flow_ = linear("flow", width, 1, true);
  if (config.learned_backward) {
    leaf_node_ = linear("leaf_node", width, width, false);
    leaf_graph_ = linear("leaf_graph", width, width, true);
    leaf_ = linear("leaf", width, 1, true);
  }
  initialise_parameters(*this, seed);
}

torch::Tensor FragmentPolicy::graph_mean(const torch::Tensor& nodes,
                                         const StateBatch& batch) const {
  const torch::Tensor sums = torch::zeros({batch.num_states, nodes.size(1)}, nodes.options())
                                 .index_add(0, batch.node_state, nodes);
  return sums / batch.num_nodes.clamp_min(1).to(nodes.scalar_type()).unsqueeze(1);
}

PolicyOutput FragmentPolicy::forward(const StateBatch& batch) {
  return forward_in_parts(batch, parameters(),
                          [this](const StateBatch& part) { return forward_part(part); });
}

PolicyOutput FragmentPolicy::forward_part(const StateBatch& batch) {
  torch::Tensor size = size_embedding_.index_select(0, batch.num_nodes);
  std::vector<torch::Tensor> condition;  // beside the size, gains of places and of g
  if (condition_) condition = condition_->forward(batch.condition, batch.num_states).chunk(3, 1);
  if (condition_) size = size + condition[0];
  torch::Tensor h =
      label_embedding_.index_select(0, batch.node_label) + size.index_select(0, batch.node_state);
  for (Layer& layer : layers_) {
    const torch::Tensor x = layer.norm(h);
    const torch::Tensor edges =
        torch::relu(layer.message(x).index_select(0, batch.edge_source) +
                    layer.source_site.index_select(0, batch.edge_source_site) +
                    layer.target_site.index_select(0, batch.edge_target_site));
    const torch::Tensor incoming = torch::zeros_like(x).index_add(0, batch.edge_target, edges);
    const torch::Tensor context = layer.context(graph_mean(x, batch));
    h = h + layer.update(torch::relu(layer.self(x) + layer.incoming(incoming) +
                                     context.index_select(0, batch.node_state)));
  }
  const torch::Tensor x = final_norm_(h);
  torch::Tensor graph = torch::relu(graph_(graph_mean(x, batch) + size));
  if (condition_) graph = graph * (1.0 + condition[2]);

  PolicyOutput output;
  const torch::Tensor rows = torch::cat({place_node_(x), empty_embedding_});
  torch::Tensor places = torch::relu(rows.index_select(0, batch.place_node) +
                                     place_site_embedding_.index_select(0, batch.place_site) +
                                     place_graph_(graph).index_select(0, batch.place_state));
  if (condition_) places = places * (1.0 + condition[1].index_select(0, batch.place_state));
  output.place_logits = choice_(places);
  output.stop_logits = stop_(graph).squeeze(1);
  output.log_flow = flow_(torch::relu(flow_hidden_(graph))).squeeze(1);
  if (config_.learned_backward) {
    const torch::Tensor leaves = leaf_node_(x).index_select(0, batch.leaf_node) +
                                 leaf_graph_(graph).index_select(0, batch.leaf_state);
    output.leaf_logits = leaf_(torch::relu(leaves)).squeeze(1);
  }
  return output;
}

}  // namespace fragflow
