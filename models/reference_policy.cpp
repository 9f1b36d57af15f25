#include "models/reference_policy.hpp"

#include "models/initialise.hpp"
#include "models/policy_device.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

torch::Tensor dense(const FeatureRows& rows) {
  torch::Tensor result = torch::zeros({rows.rows(), rows.columns}, torch::kFloat64);
  auto values = result.accessor<double, 2>();
  for (std::int64_t r = 0; r < rows.rows(); ++r) {
    for (std::int64_t i = rows.offset[r]; i < rows.offset[r + 1]; ++i) {
      values[r][rows.column[i]] += static_cast<double>(rows.value[i]);
    }
  }
  return result;
}

// The features of what a choice attaches: those of the site or, for a fragment without sites, those
// of the fragment in the columns for the fragment of a site.
torch::Tensor features_of_choices(const Environment::Shape& shape, const torch::Tensor& fragments,
                                  const torch::Tensor& sites) {
  std::vector<torch::Tensor> rows;
  for (const std::int64_t pair : shape.choice_pair) {
    if (pair < sites.size(0)) {
      rows.push_back(sites[pair]);
    } else {
      const torch::Tensor fragment = fragments[pair - sites.size(0)];
      rows.push_back(torch::cat(
          {torch::zeros(sites.size(1) - fragment.size(0), fragment.options()), fragment}));
    }
  }
  return torch::stack(rows);
}

// Mean over the nodes of each tree, [B, W].
torch::Tensor mean_of_nodes(const torch::Tensor& x, const StateBatch& batch) {
  const torch::Tensor sums =
      torch::zeros({batch.num_states, x.size(1)}, x.options()).index_add(0, batch.node_state, x);
  return sums / batch.num_nodes.clamp_min(1).to(x.scalar_type()).unsqueeze(1);
}

}  // namespace

ReferencePolicy::ReferencePolicy(const Environment::Shape& shape, const PolicyConfig& config,
                                 std::uint64_t seed, const std::vector<float>& condition)
    : FragmentPolicy(shape, config, seed, condition),
      config_(config),
      device_(policy_device()),
      condition_(torch::tensor(condition).unsqueeze(0).to(device_)),
      fragments_(dense(shape.features->fragments).to(device_)),
      sites_(dense(shape.features->sites).to(device_)),
      choices_(features_of_choices(shape, fragments_, sites_)) {}

ReferencePolicy::Embeddings ReferencePolicy::embeddings() {
  weights_ = copy_parameters(*this, device_);
  return {embedding("label", fragments_), embedding("site", sites_), embedding("choice", choices_)};
}

PolicyOutput ReferencePolicy::forward(const StateBatch& batch) {
  return forward(batch, embeddings());
}

InferencePolicy ReferencePolicy::for_inference() {
  const torch::NoGradGuard no_grad;
  return [this, embedded = embeddings()](const StateBatch& batch) {
    const torch::NoGradGuard without;
    return forward(batch, embedded);
  };
}

PolicyOutput ReferencePolicy::forward(const StateBatch& batch, const Embeddings& embedded) const {
  return answer_on(device_, batch,
                   [&](const StateBatch& there) { return answer(there, embedded); });
}

PolicyOutput ReferencePolicy::answer(const StateBatch& batch, const Embeddings& embedded) const {
  torch::Tensor size = weights_["size_embedding"].index_select(0, batch.num_nodes);
  torch::Tensor gain_of_places = torch::ones({1}, size.options()), gain_of_graph = gain_of_places;
  if (condition_.size(1) > 0) {
    const torch::Tensor given =
        (batch.condition.defined() ? batch.condition
                                   : condition_.expand({batch.num_states, condition_.size(1)}))
            .to(size.scalar_type());
    const std::vector<torch::Tensor> condition =
        linear("condition.output", torch::relu(linear("condition.hidden", given))).chunk(3, 1);
    size = size + condition[0];
    gain_of_places = 1 + condition[1].index_select(0, batch.place_state);
    gain_of_graph = 1 + condition[2];
  }
  const torch::Tensor& sites = embedded.sites;
  torch::Tensor h =
      embedded.labels.index_select(0, batch.node_label) + size.index_select(0, batch.node_state);
  for (int k = 0; k < config_.layers; ++k) {
    h = layer("layer" + std::to_string(k) + "_", h, sites, batch);
  }
  const torch::Tensor x = norm("final_norm", h);
  const torch::Tensor graph =
      torch::relu(linear("graph", mean_of_nodes(x, batch) + size)) * gain_of_graph;
  PolicyOutput output;
  const torch::Tensor rows = torch::cat({linear("place_node", x), weights_["empty_embedding"]});
  const torch::Tensor places =
      torch::relu(rows.index_select(0, batch.place_node) +
                  linear("place_site", sites).index_select(0, batch.place_site) +
                  linear("place_graph", graph).index_select(0, batch.place_state));
  output.place_logits =
      torch::linear(places * gain_of_places, embedded.choices, weights_["choice_bias"]);
  output.stop_logits = linear("stop", graph).squeeze(1);
  output.log_flow = linear("flow", torch::relu(linear("flow_hidden", graph))).squeeze(1);
  if (config_.learned_backward) {
    const torch::Tensor leaves = linear("leaf_node", x).index_select(0, batch.leaf_node) +
                                 linear("leaf_graph", graph).index_select(0, batch.leaf_state);
    output.backward_logits = linear("leaf", torch::relu(leaves)).squeeze(1);
  }
  return output;
}

torch::Tensor ReferencePolicy::embedding(const std::string& name,
                                         const torch::Tensor& features) const {
  const torch::Tensor own = weights_[name + ".own"];
  const torch::Tensor shared =
      torch::mm(features.to(own.scalar_type()), weights_[name + ".of_features"]);
  return own + torch::constant_pad_nd(shared, {0, 0, 0, own.size(0) - shared.size(0)});
}

void ReferencePolicy::add_linear(const std::string& name, int inputs, int outputs,
                                 std::uint64_t seed) {
  torch::nn::Linear added = register_module(name, torch::nn::Linear(inputs, outputs));
  initialise_parameters(*added, mix_seed(seed, name.c_str()));
}

torch::Tensor ReferencePolicy::linear(const std::string& name, const torch::Tensor& x) const {
  const torch::Tensor* bias = weights_.find(name + ".bias");
  return torch::linear(x, weights_[name + ".weight"], bias != nullptr ? *bias : torch::Tensor());
}

torch::Tensor ReferencePolicy::norm(const std::string& name, const torch::Tensor& h) const {
  return torch::layer_norm(h, {h.size(1)}, weights_[name + ".weight"], weights_[name + ".bias"]);
}

torch::Tensor ReferencePolicy::layer(const std::string& name, const torch::Tensor& h,
                                     const torch::Tensor& sites, const StateBatch& batch) const {
  const torch::Tensor x = norm(name + "norm", h);
  const torch::Tensor edges =
      torch::relu(linear(name + "message", x).index_select(0, batch.edge_source) +
                  linear(name + "source_site", sites).index_select(0, batch.edge_source_site) +
                  linear(name + "target_site", sites).index_select(0, batch.edge_target_site));
  const torch::Tensor incoming = torch::zeros_like(x).index_add(0, batch.edge_target, edges);
  const torch::Tensor context = linear(name + "context", mean_of_nodes(x, batch));
  return h + linear(name + "update",
                    torch::relu(linear(name + "self", x) + linear(name + "incoming", incoming) +
                                context.index_select(0, batch.node_state)));
}

}  // namespace fragflow
