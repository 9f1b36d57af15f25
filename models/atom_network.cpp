#include "models/atom_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "models/adam.hpp"
#include "models/atom_sums.hpp"
#include "models/initialise.hpp"
#include "src/base/check.hpp"
#include "src/base/shuffle.hpp"

namespace fragflow {
namespace {

using Rows = std::vector<std::int64_t>;

// Sums grow with the molecule; this keeps them near one for drug-sized molecules.
constexpr double kSumScale = 1.0 / 16;
constexpr std::size_t kPredictionBlock = 256;

AtomGraph pack_rows(const std::vector<const AtomGraph*>& graphs,
                    std::span<const std::int64_t> rows) {
  std::vector<const AtomGraph*> chosen;
  for (std::int64_t row : rows) chosen.push_back(graphs[row]);
  return pack(chosen);
}

torch::Tensor target_rows(const torch::Tensor& targets, std::span<const std::int64_t> rows) {
  return targets.index_select(0, torch::tensor(Rows(rows.begin(), rows.end()), torch::kInt64));
}

// Predictions of one network in standardised units, [graphs.size()] float32.
torch::Tensor evaluate(AtomNetwork network, const std::vector<const AtomGraph*>& graphs) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> parts;
  for (std::size_t begin = 0; begin < graphs.size(); begin += kPredictionBlock) {
    const std::size_t count = std::min(kPredictionBlock, graphs.size() - begin);
    parts.push_back(network->forward(pack(std::span(graphs).subspan(begin, count))));
  }
  return torch::cat(parts);
}

struct Member {
  AtomNetwork network{nullptr};
  double validation_error = 0;  // mean squared error of the best epoch, standardised units
};

// Step size at an epoch: a short warm-up, then a cosine down to a twentieth.
double learning_rate_at(const AtomTrainingConfig& config, int epoch, int num_epochs) {
  const double progress = static_cast<double>(epoch) / num_epochs;
  const double warm_up = std::min(1.0, (epoch + 1) / 3.0);
  return config.learning_rate * warm_up * (0.05 + 0.95 * 0.5 * (1 + std::cos(M_PI * progress)));
}

Member train_member(const std::vector<const AtomGraph*>& graphs, const torch::Tensor& targets,
                    const AtomTrainingConfig& config, std::uint64_t seed) {
  Rng rng(seed);
  Rows rows(graphs.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  shuffle(rows, rng);
  const auto held_out = std::max<std::size_t>(
      1, static_cast<std::size_t>(config.validation_fraction * static_cast<double>(rows.size())));
  const Rows validation(rows.end() - static_cast<std::ptrdiff_t>(held_out), rows.end());
  rows.resize(rows.size() - held_out);
  std::vector<const AtomGraph*> validation_graphs;
  for (std::int64_t row : validation) validation_graphs.push_back(graphs[row]);
  const torch::Tensor validation_targets = target_rows(targets, validation);

  Member member{AtomNetwork(config.network), std::numeric_limits<double>::infinity()};
  initialise_parameters(*member.network, seed);
  Adam adam(member.network->parameters(), AdamSettings{});
  torch::Tensor best = adam.values().clone();
  const auto steps_per_epoch = static_cast<int>((rows.size() + config.batch_size - 1) /
                                                static_cast<std::size_t>(config.batch_size));
  const int num_epochs = (config.num_steps + steps_per_epoch - 1) / steps_per_epoch;
  for (int epoch = 0, best_epoch = 0; epoch < num_epochs; ++epoch) {
    if (config.on_epoch) config.on_epoch();
    shuffle(rows, rng);
    for (std::size_t begin = 0; begin < rows.size(); begin += config.batch_size) {
      const std::size_t count = std::min<std::size_t>(config.batch_size, rows.size() - begin);
      const std::span<const std::int64_t> part(rows.data() + begin, count);
      const AtomGraph batch = pack_rows(graphs, part);
      adam.zero_grad();
      (member.network->forward(batch) - target_rows(targets, part)).square().mean().backward();
      const double norm = adam.gradient_norm();
      FRAGFLOW_CHECK(std::isfinite(norm), "gradient norm {} in epoch {}", norm, epoch);
      adam.step(learning_rate_at(config, epoch, num_epochs), norm > 5 ? 5 / norm : 1.0);
    }
    const double error = (evaluate(member.network, validation_graphs) - validation_targets)
                             .square()
                             .mean()
                             .item<double>();
    if (error < member.validation_error) {
      member.validation_error = error;
      best = adam.values().clone();
      best_epoch = epoch;
    } else if (epoch - best_epoch >= config.patience) {
      break;
    }
  }
  const torch::NoGradGuard no_grad;
  adam.values().copy_(best);
  return member;
}

std::string member_prefix(std::size_t member) { return fmt::format("mpnn.{}.", member); }

}  // namespace

AtomNetworkImpl::AtomNetworkImpl(const AtomNetworkConfig& config) : config_(config) {
  const int width = config.width;
  input_ = register_module("input", torch::nn::Linear(config.num_features, width));
  layers_ = register_module("layers", torch::nn::ModuleList());
  for (int layer = 0; layer < config.num_layers; ++layer) {
    // One product computes the atom's own part and a message for each bond class.
    layers_->push_back(torch::nn::Linear(width, (1 + kNumBondClasses) * width));
  }
  hidden_ = register_module("hidden", torch::nn::Linear(2 * width, width));
  output_ = register_module("output", torch::nn::Linear(width, 1));
}

torch::Tensor AtomNetworkImpl::forward(const AtomGraph& batch) {
  const int width = config_.width;
  torch::Tensor h = torch::relu(input_->forward(dense_features(batch, config_.num_features)));
  for (const auto& layer : *layers_) {
    const torch::Tensor mixed = layer->as<torch::nn::Linear>()->forward(h);
    const torch::Tensor own = mixed.narrow(1, 0, width);
    const torch::Tensor messages = mixed.narrow(1, width, kNumBondClasses * width);
    h = h + torch::relu(own + sum_neighbours(messages, batch));
  }
  const torch::Tensor sums = sum_atoms(h, batch);
  std::vector<float> sizes;
  for (std::int64_t m = 0; m < batch.num_molecules(); ++m) {
    sizes.push_back(static_cast<float>(batch.molecule_offset[m + 1] - batch.molecule_offset[m]));
  }
  const torch::Tensor means = sums / torch::tensor(sizes).unsqueeze(1);
  const torch::Tensor readout = torch::cat({sums * kSumScale, means}, 1);
  return output_->forward(torch::relu(hidden_->forward(readout))).squeeze(1);
}

AtomEnsemble AtomEnsemble::fit(const std::vector<const AtomGraph*>& graphs,
                               const std::vector<double>& targets, const AtomTrainingConfig& config,
                               int num_members, std::uint64_t seed) {
  FRAGFLOW_CHECK(graphs.size() == targets.size() && graphs.size() >= 2, "{} graphs, {} targets",
                 graphs.size(), targets.size());
  AtomEnsemble ensemble;
  ensemble.config_ = config.network;
  const torch::Tensor values = torch::tensor(targets, torch::kFloat64);
  ensemble.target_mean_ = values.mean().item<double>();
  const double deviation = values.std(/*unbiased=*/false).item<double>();
  ensemble.target_scale_ = deviation > 0 ? deviation : 1;
  const torch::Tensor standardised =
      ((values - ensemble.target_mean_) / ensemble.target_scale_).to(torch::kFloat32);
  double error = 0;
  for (int m = 0; m < num_members; ++m) {
    const Member member =
        train_member(graphs, standardised, config, mix_seed(seed + m, "network of an ensemble"));
    error += member.validation_error / num_members;
    ensemble.members_.push_back(member.network);
  }
  ensemble.validation_rmse_ = std::sqrt(error) * ensemble.target_scale_;
  return ensemble;
}

AtomEnsemble::Output AtomEnsemble::predict(const std::vector<const AtomGraph*>& graphs) const {
  Output output;
  if (graphs.empty()) return output;
  std::vector<torch::Tensor> members;
  for (const AtomNetwork& network : members_) members.push_back(evaluate(network, graphs));
  const torch::Tensor stacked = torch::stack(members).to(torch::kFloat64);
  const torch::Tensor mean = (stacked.mean(0) * target_scale_ + target_mean_).contiguous();
  const torch::Tensor variance =
      (stacked.var(0, /*unbiased=*/false) * target_scale_ * target_scale_ +
       validation_rmse_ * validation_rmse_)
          .sqrt()
          .contiguous();
  output.mean.assign(mean.data_ptr<double>(), mean.data_ptr<double>() + mean.numel());
  output.std.assign(variance.data_ptr<double>(), variance.data_ptr<double>() + variance.numel());
  return output;
}

void AtomEnsemble::save(SafetensorsFile& file) const {
  const double numbers[6] = {static_cast<double>(config_.width),
                             static_cast<double>(config_.num_layers),
                             static_cast<double>(members_.size()),
                             target_mean_,
                             target_scale_,
                             validation_rmse_};
  file.tensors["mpnn.numbers"] = TensorData::from_doubles({6}, numbers);
  for (std::size_t m = 0; m < members_.size(); ++m) {
    for (const auto& item : members_[m]->named_parameters()) {
      const torch::Tensor value = item.value().detach().contiguous();
      file.tensors[member_prefix(m) + item.key()] =
          TensorData::from_floats(value.sizes().vec(), value.data_ptr<float>());
    }
  }
}

AtomEnsemble AtomEnsemble::load(const SafetensorsFile& file, int num_features,
                                const std::string& name) {
  const TensorData& stored = file.at("mpnn.numbers");
  const double* numbers = stored.doubles("mpnn.numbers");
  const auto whole = [&](int i, int most) {
    if (stored.num_elements() != 6 || !(numbers[i] >= 1 && numbers[i] <= most)) {
      user_error("{}: array 'mpnn.numbers' does not describe an ensemble", name);
    }
    return static_cast<int>(numbers[i]);
  };
  AtomEnsemble ensemble;
  ensemble.config_ = {num_features, whole(0, 4096), whole(1, 100)};
  const int num_members = whole(2, 1000);
  ensemble.target_mean_ = numbers[3];
  ensemble.target_scale_ = numbers[4];
  ensemble.validation_rmse_ = numbers[5];
  const torch::NoGradGuard no_grad;
  for (int m = 0; m < num_members; ++m) {
    AtomNetwork network(ensemble.config_);
    for (auto& item : network->named_parameters()) {
      const std::string key = member_prefix(m) + item.key();
      const TensorData& array = file.at(key);
      if (array.shape != item.value().sizes().vec()) {
        user_error("{}: array '{}' has {} elements, expected shape {}", name, key,
                   array.num_elements(), fmt::join(item.value().sizes().vec(), "x"));
      }
      const float* values = array.floats(key);
      std::copy(values, values + array.num_elements(), item.value().data_ptr<float>());
    }
    ensemble.members_.push_back(network);
  }
  return ensemble;
}

}  // namespace fragflow
