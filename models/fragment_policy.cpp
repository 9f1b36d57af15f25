#include "models/fragment_policy.hpp"

#include "models/forward_in_parts.hpp"
#include "models/initialise.hpp"
#include "models/row_operations.hpp"
#include "src/base/parallel.hpp"

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
  all_parameters_ = parameters();
}

FragmentPolicy::Packed FragmentPolicy::pack() const {
  Packed packed;
  std::vector<std::pair<const torch::nn::Linear*, SharedWeight*>> weights = {
      {&graph_, &packed.graph},
      {&place_node_, &packed.place_node},
      {&place_graph_, &packed.place_graph},
      {&choice_, &packed.choice},
      {&stop_, &packed.stop},
      {&flow_hidden_, &packed.flow_hidden},
      {&flow_, &packed.flow}};
  if (config_.learned_backward) {
    weights.emplace_back(&leaf_node_, &packed.leaf_node);
    weights.emplace_back(&leaf_graph_, &packed.leaf_graph);
    weights.emplace_back(&leaf_, &packed.leaf);
  }
  packed.layers.resize(layers_.size());
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const Layer& layer = layers_[k];
    TreeLayerWeights& to = packed.layers[k];
    to.norm_scale = layer.norm->weight, to.norm_shift = layer.norm->bias;
    to.self_bias = layer.self->bias, to.update_bias = layer.update->bias;
    to.source_site = layer.source_site, to.target_site = layer.target_site;
    weights.insert(weights.end(), {{&layer.message, &to.message},
                                   {&layer.self, &to.self},
                                   {&layer.incoming, &to.incoming},
                                   {&layer.context, &to.context},
                                   {&layer.update, &to.update}});
  }
  const bool with_gradients = torch::GradMode::is_enabled();
  parallel_for(
      static_cast<std::int64_t>(weights.size()),
      [&](std::int64_t i) {
        const torch::AutoGradMode mode(with_gradients);  // of this thread
        *weights[i].second = std::make_shared<const PackedWeight>((*weights[i].first)->weight);
      },
      /*chunk=*/4);
  return packed;
}

PolicyOutput FragmentPolicy::forward(const StateBatch& batch) {
  return forward_in_parts(batch, all_parameters_, [this, packed = pack()](const StateBatch& part) {
    return forward_part(part, packed);
  });
}

FrozenPolicy FragmentPolicy::frozen() {
  const torch::NoGradGuard no_grad;
  return [this, packed = pack()](const StateBatch& batch) {
    const torch::NoGradGuard no_grad;
    return forward_in_parts(batch, all_parameters_,
                            [&](const StateBatch& part) { return forward_part(part, packed); });
  };
}

PolicyOutput FragmentPolicy::forward_part(const StateBatch& batch, const Packed& packed) {
  torch::Tensor size = size_embedding_.index_select(0, batch.num_nodes);
  std::vector<torch::Tensor> condition;  // beside the size, gains of places and of g
  if (condition_) condition = condition_->forward(batch.condition, batch.num_states).chunk(3, 1);
  if (condition_) size = size + condition[0];
  torch::Tensor h =
      sum_of_rows({{label_embedding_, batch.node_label}, {size, batch.node_state}}, false);
  for (const TreeLayerWeights& layer : packed.layers) h = tree_layer(layer, h, batch);
  const torch::Tensor x = final_norm_(h);
  torch::Tensor graph = torch::relu(
      packed_linear(means_of_segments(x, batch.num_nodes) + size, packed.graph, graph_->bias));
  if (condition_) graph = graph * (1.0 + condition[2]);

  PolicyOutput output;
  const torch::Tensor rows =
      torch::cat({packed_linear(x, packed.place_node, {}), empty_embedding_});
  const torch::Tensor of_graph = packed_linear(graph, packed.place_graph, place_graph_->bias);
  torch::Tensor places = sum_of_rows({{rows, batch.place_node},
                                      {place_site_embedding_, batch.place_site},
                                      {of_graph, batch.place_state}},
                                     true);
  if (condition_) places = places * (1.0 + condition[1].index_select(0, batch.place_state));
  output.place_logits = packed_linear(places, packed.choice, choice_->bias);
  output.stop_logits = packed_linear(graph, packed.stop, stop_->bias).squeeze(1);
  const torch::Tensor flow_hidden =
      torch::relu(packed_linear(graph, packed.flow_hidden, flow_hidden_->bias));
  output.log_flow = packed_linear(flow_hidden, packed.flow, flow_->bias).squeeze(1);
  if (config_.learned_backward) {
    const torch::Tensor leaves = sum_of_rows(
        {{packed_linear(x, packed.leaf_node, {}), batch.leaf_node},
         {packed_linear(graph, packed.leaf_graph, leaf_graph_->bias), batch.leaf_state}},
        true);
    output.leaf_logits = packed_linear(leaves, packed.leaf, leaf_->bias).squeeze(1);
  }
  return output;
}

}  // namespace fragflow
