#include "models/fragment_policy.hpp"

#include <algorithm>

#include "models/initialise.hpp"
#include "src/base/check.hpp"
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
  parameter_at_ = {0};
  for (const torch::Tensor& parameter : all_parameters_) {
    parameter_at_.push_back(parameter_at_.back() + parameter.numel());
  }
}

template <typename Real>
std::shared_ptr<const PackedTreeNetwork<Real>> FragmentPolicy::pack() const {
  auto packed = std::make_shared<PackedTreeNetwork<Real>>();
  packed->parameters = all_parameters_;
  packed->parameter_at = parameter_at_;
  const auto at = [this](const torch::Tensor& tensor) {
    const auto found =
        std::find_if(all_parameters_.begin(), all_parameters_.end(),
                     [&](const torch::Tensor& parameter) { return parameter.is_same(tensor); });
    FRAGFLOW_CHECK(found != all_parameters_.end(), "not a parameter of this policy");
    return parameter_at_[found - all_parameters_.begin()];
  };
  const auto rows = [&](const torch::Tensor& tensor) {
    return ParameterRows<Real>{tensor.data_ptr<Real>(), at(tensor)};
  };
  TreeNetwork<Real>& network = packed->network;
  network.width = config_.width;
  network.label = rows(label_embedding_), network.size = rows(size_embedding_);
  network.empty = rows(empty_embedding_), network.place_site = rows(place_site_embedding_);
  network.final_scale = rows(final_norm_->weight), network.final_shift = rows(final_norm_->bias);
  struct Linear {
    LinearRows<Real>* to;
    torch::Tensor weight, bias;
  };
  std::vector<Linear> linears;
  const auto add = [&](LinearRows<Real>& to, const torch::nn::Linear& from) {
    linears.push_back({&to, from->weight, from->bias});
  };
  network.layers.resize(layers_.size());
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const Layer& from = layers_[k];
    TreeLayer<Real>& to = network.layers[k];
    to.norm_scale = rows(from.norm->weight), to.norm_shift = rows(from.norm->bias);
    to.source_site = rows(from.source_site), to.target_site = rows(from.target_site);
    add(to.message, from.message), add(to.incoming, from.incoming), add(to.update, from.update);
    // The bias is added once for each tree, with its context.
    linears.push_back({&to.self, from.self->weight, {}});
    linears.push_back({&to.context, from.context->weight, from.self->bias});
  }
  add(network.graph, graph_), add(network.place_node, place_node_);
  add(network.place_graph, place_graph_), add(network.choice, choice_), add(network.stop, stop_);
  add(network.flow_hidden, flow_hidden_), add(network.flow, flow_);
  if (config_.learned_backward) {
    add(network.leaf_node, leaf_node_), add(network.leaf_graph, leaf_graph_);
    add(network.leaf, leaf_);
  }
  packed->weights.resize(linears.size());
  const bool with_gradients = torch::GradMode::is_enabled();
  parallel_for(
      static_cast<std::int64_t>(linears.size()),
      [&](std::int64_t i) {
        const torch::AutoGradMode mode(with_gradients);  // of this thread
        const auto& [to, weight, bias] = linears[i];
        packed->weights[i] = std::make_shared<const PackedWeight>(weight);
        to->there = &packed->weights[i]->template there<Real>();
        to->back = &packed->weights[i]->template back<Real>();
        to->weight_at = at(weight);
        if (!bias.defined()) return;
        to->bias = bias.template data_ptr<Real>();
        to->bias_at = at(bias);
      },
      /*chunk=*/4);
  return packed;
}

template <typename Real>
PolicyOutput FragmentPolicy::forward_as(
    const StateBatch& batch, const std::shared_ptr<const PackedTreeNetwork<Real>>& packed) {
  const torch::Tensor condition =
      condition_ ? condition_->forward(batch.condition, batch.num_states) : torch::Tensor();
  return tree_network(packed, batch, condition);
}

PolicyOutput FragmentPolicy::forward(const StateBatch& batch) {
  return is_double() ? forward_as(batch, pack<double>()) : forward_as(batch, pack<float>());
}

template <typename Real>
FrozenPolicy FragmentPolicy::frozen_as() {
  const torch::NoGradGuard no_grad;
  return [this, packed = pack<Real>()](const StateBatch& batch) {
    const torch::NoGradGuard no_grad;
    return forward_as(batch, packed);
  };
}

FrozenPolicy FragmentPolicy::frozen() {
  return is_double() ? frozen_as<double>() : frozen_as<float>();
}

}  // namespace fragflow
