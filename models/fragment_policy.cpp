#include "models/fragment_policy.hpp"

#include <algorithm>

#include "models/initialise.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

// Initial deviation of weights of the size of the last layer.
constexpr double kChoiceDeviation = 0.05;

std::shared_ptr<const FeatureRows> features_of_choices(const Environment::Shape& shape) {
  auto result = std::make_shared<FeatureRows>();
  const FragmentFeatures& features = *shape.features;
  result->columns = features.sites.columns;
  for (const int pair : shape.choice_pair) {
    const bool has_site = pair < features.sites.rows();
    const FeatureRows& from = has_site ? features.sites : features.fragments;
    const std::int64_t row = has_site ? pair : pair - features.sites.rows();
    // A site's row ends with the features of its fragment.
    const int first = has_site ? 0 : features.sites.columns - features.fragments.columns;
    for (std::int64_t i = from.offset[row]; i < from.offset[row + 1]; ++i) {
      result->column.push_back(first + from.column[i]);
      result->value.push_back(from.value[i]);
    }
    result->offset.push_back(static_cast<std::int64_t>(result->column.size()));
  }
  return result;
}

}  // namespace

FragmentPolicy::FragmentPolicy(const Environment::Shape& shape, const PolicyConfig& config,
                               std::uint64_t seed, const std::vector<float>& condition)
    : config_(config), num_labels_(shape.num_labels), num_sites_(shape.site_offset.back()) {
  FRAGFLOW_CHECK(shape.features != nullptr, "nothing is known of what fragments look like");
  const int width = config.width;
  const auto embedding = [&](const std::string& name, std::shared_ptr<const FeatureRows> features,
                             std::int64_t extra_rows) {
    return register_module(name, std::make_shared<Embedding>(features, extra_rows, width));
  };
  const auto rows_of = [&](const FeatureRows& rows) {
    return std::shared_ptr<const FeatureRows>(shape.features, &rows);
  };
  label_ = embedding("label", rows_of(shape.features->fragments), 0);
  site_ = embedding("site", rows_of(shape.features->sites), /*extra_rows=*/1);
  choice_ = embedding("choice", features_of_choices(shape), 0);
  size_embedding_ =
      register_parameter("size_embedding", torch::zeros({shape.max_nodes + 1, width}));
  empty_embedding_ = register_parameter("empty_embedding", torch::zeros({1, width}));
  choice_bias_ = register_parameter("choice_bias", torch::zeros({shape.num_choices}));
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
    layer.source_site = linear(prefix + "source_site", width, width, false);
    layer.target_site = linear(prefix + "target_site", width, width, false);
    layers_.push_back(layer);
  }
  final_norm_ = norm("final_norm");
  graph_ = linear("graph", width, width, true);
  place_node_ = linear("place_node", width, width, false);
  place_graph_ = linear("place_graph", width, width, true);
  place_site_ = linear("place_site", width, width, false);
  stop_ = linear("stop", width, 1, true);
  flow_hidden_ = linear("flow_hidden", width, width, true);
  flow_ = linear("flow", width, 1, true);
  if (config.learned_backward) {
    leaf_node_ = linear("leaf_node", width, width, false);
    leaf_graph_ = linear("leaf_graph", width, width, true);
    leaf_ = linear("leaf", width, 1, true);
  }
  initialise_parameters(*this, seed);
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : choice_->named_parameters()) item.value().mul_(kChoiceDeviation / 0.3);
  }
  const auto names = named_parameters();
  for (const auto& item : names) {
    const std::string& name = item.key();
    const bool is_embedding =
        name.starts_with("label.") || name.starts_with("site.") || name.starts_with("choice.");
    const bool is_of_tables = name.find("_site.") != std::string::npos;
    if (!is_embedding && !is_of_tables) direct_parameters_.push_back(item.value());
  }
}

template <typename Real>
std::shared_ptr<const PackedTreeNetwork<Real>> FragmentPolicy::pack(const NeededRows* needed) {
  auto packed = std::make_shared<PackedTreeNetwork<Real>>();
  const auto needed_of = [&](Embedding& embedding, torch::Tensor NeededRows::*rows) {
    const torch::Tensor all = embedding.forward();
    return needed == nullptr ? all : all.index_select(0, needed->*rows);
  };
  const torch::Tensor labels = needed_of(*label_, &NeededRows::labels);
  const torch::Tensor sites = needed_of(*site_, &NeededRows::sites);
  const torch::Tensor choices = choice_->forward();
  const auto table = [&](const torch::nn::Linear& map) {
    return packed_linear(sites, std::make_shared<const PackedWeight>(map->weight), {});
  };
  const torch::Tensor place_sites = table(place_site_);
  std::vector<torch::Tensor> source_sites, target_sites;
  for (const Layer& layer : layers_) {
    source_sites.push_back(table(layer.source_site));
    target_sites.push_back(table(layer.target_site));
  }
  packed->parameters = direct_parameters_;
  packed->parameters.insert(packed->parameters.end(), {labels, choices, place_sites});
  for (const auto* tables : {&source_sites, &target_sites}) {
    packed->parameters.insert(packed->parameters.end(), tables->begin(), tables->end());
  }
  packed->parameter_at = {0};
  for (const torch::Tensor& parameter : packed->parameters) {
    packed->parameter_at.push_back(packed->parameter_at.back() + parameter.numel());
  }
  const auto at = [&](const torch::Tensor& tensor) {
    const auto found =
        std::find_if(packed->parameters.begin(), packed->parameters.end(),
                     [&](const torch::Tensor& parameter) { return parameter.is_same(tensor); });
    FRAGFLOW_CHECK(found != packed->parameters.end(), "not a parameter of this policy");
    return packed->parameter_at[found - packed->parameters.begin()];
  };
  const auto rows = [&](const torch::Tensor& tensor) {
    return ParameterRows<Real>{tensor.data_ptr<Real>(), at(tensor)};
  };
  TreeNetwork<Real>& network = packed->network;
  network.width = config_.width;
  network.label = rows(labels), network.size = rows(size_embedding_);
  network.empty = rows(empty_embedding_), network.place_site = rows(place_sites);
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
    to.source_site = rows(source_sites[k]), to.target_site = rows(target_sites[k]);
    add(to.message, from.message), add(to.incoming, from.incoming), add(to.update, from.update);
    // The bias is added once per tree, together with the context.
    linears.push_back({&to.self, from.self->weight, {}});
    linears.push_back({&to.context, from.context->weight, from.self->bias});
  }
  add(network.graph, graph_), add(network.place_node, place_node_);
  add(network.place_graph, place_graph_), add(network.stop, stop_);
  linears.push_back({&network.choice, choices, choice_bias_});
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
        const torch::AutoGradMode mode(with_gradients);  // thread-local
        const auto& [to, weight, bias] = linears[i];
        packed->weights[i] = std::make_shared<const PackedWeight>(weight);
        to->forward = &packed->weights[i]->template forward<Real>();
        to->transposed = &packed->weights[i]->template transposed<Real>();
        to->weight_at = at(weight);
        if (!bias.defined()) return;
        to->bias = bias.template data_ptr<Real>();
        to->bias_at = at(bias);
      },
      /*chunk=*/4);
  return packed;
}

template <typename Real>
PolicyOutput FragmentPolicy::answer(const std::shared_ptr<const PackedTreeNetwork<Real>>& packed,
                                    const StateBatch& batch, const TableNumbers& numbers) {
  const torch::Tensor condition =
      condition_ ? condition_->forward(batch.condition, batch.num_states) : torch::Tensor();
  return tree_network(packed, batch, numbers, condition);
}

template <typename Real>
PolicyOutput FragmentPolicy::forward_as(const StateBatch& batch) {
  const NeededRows needed = needed_rows(batch, num_labels_, num_sites_ + 1);
  return answer(pack<Real>(&needed), batch, needed.numbers);
}

PolicyOutput FragmentPolicy::forward(const StateBatch& batch) {
  return is_double() ? forward_as<double>(batch) : forward_as<float>(batch);
}

template <typename Real>
InferencePolicy FragmentPolicy::inference_as() {
  const torch::NoGradGuard no_grad;
  return [this, packed = pack<Real>(nullptr)](const StateBatch& batch) {
    const torch::NoGradGuard no_grad;
    return answer(packed, batch, table_numbers(batch));
  };
}

InferencePolicy FragmentPolicy::for_inference() {
  return is_double() ? inference_as<double>() : inference_as<float>();
}

}  // namespace fragflow
