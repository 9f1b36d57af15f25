#include "src/reward/gp_proxy.hpp"

#include <GraphMol/RWMol.h>
#include <algorithm>

#include <array>
#include <cmath>
#include <memory>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/feature_atoms.hpp"

namespace fragflow {
namespace {

using Counts = std::vector<FeatureCounts>;

const std::vector<MoleculeFeature>& all_features() {
  static const std::vector<MoleculeFeature> features = {
      MoleculeFeature::kMorganBits, MoleculeFeature::kMorganCounts, MoleculeFeature::kAtomPairs};
  return features;
}

// Kernels to choose from by marginal likelihood, as indices into all_features().
const std::array<std::vector<int>, 3> kCandidates = {std::vector<int>{0}, std::vector<int>{1},
                                                     std::vector<int>{1, 2}};

torch::Tensor similarity_tensor(const CountIndex& index, std::span<const FeatureCounts> queries) {
  const std::vector<double> values = similarity_matrix(index, queries);
  return torch::tensor(values, torch::kFloat64)
      .view({static_cast<std::int64_t>(queries.size()), index.size()});
}

torch::Tensor gram(std::span<const FeatureCounts> counts) {
  return similarity_tensor(CountIndex(counts), counts);
}

torch::Tensor to_tensor(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat64);
}

void check_size(std::int64_t rows) {
  if (rows > kMaxGpRows) {
    user_error("a Gaussian process takes at most {} molecules, these are {}; use --model mpnn",
               kMaxGpRows, rows);
  }
}

// Rows for finding hyper-parameters: all, or a random sample in ascending order.
std::vector<std::int64_t> tuning_rows(std::int64_t size, std::uint64_t seed) {
  std::vector<std::int64_t> rows(size);
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  if (size <= kMaxGpTuningRows) return rows;
  Rng rng(mix_seed(seed, "gp tuning rows"));
  for (std::int64_t i = 0; i < kMaxGpTuningRows; ++i) {
    std::swap(rows[i], rows[i + static_cast<std::int64_t>(rng.below(size - i))]);
  }
  rows.resize(kMaxGpTuningRows);
  std::sort(rows.begin(), rows.end());
  return rows;
}

struct Choice {
  std::vector<int> features;  // indices into all_features()
  GpParameters parameters;
};

// Measured rows first, then those known by a bound.
struct Observations {
  std::vector<double> targets;
  ProcessBounds bounds;

  std::int64_t num_measured() const { return static_cast<std::int64_t>(targets.size()); }
  std::int64_t size() const { return num_measured() + bounds.size(); }
  // rows in ascending order
  Observations subset(std::span<const std::int64_t> rows) const {
    Observations part;
    for (const std::int64_t row : rows) {
      if (row < num_measured()) {
        part.targets.push_back(targets[row]);
      } else {
        part.bounds.limits.push_back(bounds.limits[row - num_measured()]);
        part.bounds.above.push_back(bounds.above[row - num_measured()]);
      }
    }
    return part;
  }
};

// The same as values with noise, for ordinary regression. extra_noise: empty without bounds.
struct Pseudo {
  std::vector<double> targets, extra_noise;

  std::optional<torch::Tensor> extra_tensor() const {
    return extra_noise.empty() ? std::nullopt : std::optional(to_tensor(extra_noise));
  }
};

Pseudo with_values_for_bounds(const std::vector<torch::Tensor>& kernels,
                              const Observations& observations, const GpParameters& parameters) {
  Pseudo pseudo{observations.targets, {}};
  if (observations.bounds.size() == 0) return pseudo;
  const CensoredInference inference =
      infer_censored(kernels, to_tensor(observations.targets), observations.bounds,
                     parameters.logs(), parameters.mean);
  pseudo.extra_noise.assign(observations.targets.size(), 0.0);
  pseudo.targets.insert(pseudo.targets.end(), inference.values.begin(), inference.values.end());
  pseudo.extra_noise.insert(pseudo.extra_noise.end(), inference.extra_noise.begin(),
                            inference.extra_noise.end());
  return pseudo;
}

// The candidate with the highest marginal likelihood. grams: one [n, n] per feature.
Choice choose(const std::vector<torch::Tensor>& grams, const Observations& observations) {
  const torch::Tensor targets = to_tensor(observations.targets);
  Choice best;
  double best_likelihood = -INFINITY;
  for (const std::vector<int>& candidate : kCandidates) {
    std::vector<torch::Tensor> kernels;
    for (int feature : candidate) kernels.push_back(grams[feature]);
    GpFit fit = observations.bounds.size() == 0
                    ? fit_gaussian_process(kernels, targets)
                    : fit_censored_process(kernels, targets, observations.bounds);
    if (fit.log_likelihood > best_likelihood) {
      best_likelihood = fit.log_likelihood;
      best = {candidate, std::move(fit.parameters)};
    }
  }
  return best;
}

std::vector<ProxyModel::Prediction> to_predictions(const GaussianProcess::Prediction& tensors) {
  std::vector<ProxyModel::Prediction> result(tensors.mean.size(0));
  const torch::Tensor mean = tensors.mean.contiguous(), std = tensors.std.contiguous();
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = {mean.data_ptr<double>()[i], std.data_ptr<double>()[i]};
  }
  return result;
}

Counts select(const Counts& counts, std::span<const std::int64_t> rows) {
  Counts part;
  for (std::int64_t row : rows) part.push_back(counts[row]);
  return part;
}

// Adds the contributions of one kernel.
void add_contributions(const RDKit::ROMol& molecule, MoleculeFeature feature,
                       const FeatureCounts& counts, const CountIndex& index,
                       std::span<const double> weights, ProxyModel::Attribution& attribution) {
  if (counts.empty()) {  // as similar to a compound without features as can be, by no atom
    std::vector<double> similarities(weights.size());
    index.similarities(counts, similarities);
    attribution.constant +=
        std::inner_product(weights.begin(), weights.end(), similarities.begin(), 0.0);
    return;
  }
  std::vector<double> contributions(counts.size());
  index.contributions(counts, weights, contributions);
  const std::vector<AtomShares> shares = feature_atoms(molecule, feature, counts);
  for (std::size_t f = 0; f < counts.size(); ++f) {
    for (const auto& [atom, share] : shares[f]) {
      attribution.atoms[atom] += share * contributions[f];
    }
  }
}

}  // namespace

GpProxy::GpProxy(std::vector<std::string> smiles, std::vector<double> targets,
                 std::vector<double> extra_noise, std::vector<MoleculeFeature> features,
                 GpParameters parameters, std::span<const std::vector<FeatureCounts>> counts)
    : smiles_(std::move(smiles)),
      targets_(std::move(targets)),
      extra_noise_(std::move(extra_noise)),
      features_(std::move(features)),
      parameters_(std::move(parameters)) {
  std::vector<torch::Tensor> kernels;
  for (const Counts& of_feature : counts) {
    indices_.emplace_back(of_feature);
    kernels.push_back(similarity_tensor(indices_.back(), of_feature));
  }
  process_.emplace(kernels, to_tensor(targets_), parameters_,
                   extra_noise_.empty() ? std::nullopt : std::optional(to_tensor(extra_noise_)));
}

std::unique_ptr<GpProxy> GpProxy::fit(std::vector<std::string> smiles, std::vector<double> targets,
                                      std::uint64_t seed, const ProcessBounds& bounds) {
  const auto size = static_cast<std::int64_t>(smiles.size());
  check_size(size);
  const Observations observations{std::move(targets), bounds};
  FRAGFLOW_CHECK(observations.size() == size, "{} targets and bounds of {} molecules",
                 observations.size(), size);
  const std::vector<Counts> counts = molecule_features(ParsedBatch(smiles).all(), all_features());
  const std::vector<std::int64_t> rows = tuning_rows(size, seed);
  std::vector<torch::Tensor> grams;
  for (const Counts& of_feature : counts) grams.push_back(gram(select(of_feature, rows)));
  Choice choice = choose(grams, observations.subset(rows));
  std::vector<MoleculeFeature> features;
  std::vector<Counts> chosen;
  for (int feature : choice.features) {
    features.push_back(all_features()[feature]);
    chosen.push_back(counts[feature]);
  }
  std::vector<torch::Tensor> kernels;
  if (bounds.size() > 0) {
    for (const Counts& of_feature : chosen) kernels.push_back(gram(of_feature));
  }
  Pseudo pseudo = with_values_for_bounds(kernels, observations, choice.parameters);
  return std::unique_ptr<GpProxy>(new GpProxy(std::move(smiles), std::move(pseudo.targets),
                                              std::move(pseudo.extra_noise), std::move(features),
                                              std::move(choice.parameters), chosen));
}

std::vector<ProxyModel::Prediction> GpProxy::predict_parsed(
    std::span<const ParsedMolecule> molecules) {
  // Bounds the memory of the cross matrix.
  constexpr std::size_t kBlock = 2048;
  std::vector<Prediction> result;
  for (std::size_t begin = 0; begin < molecules.size(); begin += kBlock) {
    const auto block = molecules.subspan(begin, std::min(kBlock, molecules.size() - begin));
    const std::vector<Counts> counts = molecule_features(block, features_);
    std::vector<torch::Tensor> cross;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      cross.push_back(similarity_tensor(indices_[k], counts[k]));
    }
    for (const Prediction& prediction : to_predictions(process_->predict(cross))) {
      result.push_back(prediction);
    }
  }
  return result;
}

std::optional<std::vector<ProxyModel::Attribution>> GpProxy::attribute(
    std::span<const std::string> canonical_smiles) {
  const ParsedBatch batch(canonical_smiles);
  const std::span<const ParsedMolecule> molecules = batch.all();
  const std::vector<Counts> counts = molecule_features(molecules, features_);
  const torch::Tensor alpha = process_->observation_weights().contiguous();
  std::vector<std::vector<double>> weights;  // per kernel and compound
  for (const double weight : parameters_.weights) {
    const torch::Tensor scaled = weight * alpha;
    weights.emplace_back(scaled.data_ptr<double>(), scaled.data_ptr<double>() + scaled.size(0));
  }
  std::vector<Attribution> result(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) {
        const RDKit::ROMol& molecule = *molecules[i].molecule;
        result[i] = {parameters_.mean, std::vector<double>(molecule.getNumAtoms(), 0.0)};
        for (std::size_t k = 0; k < features_.size(); ++k) {
          add_contributions(molecule, features_[k], counts[k][i], indices_[k], weights[k],
                            result[i]);
        }
      },
      kLongBodies);
  return result;
}

JointPosterior GpProxy::posterior(std::span<const ParsedMolecule> molecules) {
  const std::vector<Counts> counts = molecule_features(molecules, features_);
  std::vector<torch::Tensor> cross, within;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    cross.push_back(similarity_tensor(indices_[k], counts[k]));
    within.push_back(gram(counts[k]));
  }
  const GaussianProcess::Joint joint = process_->joint(cross, within);
  const auto values_of = [](const torch::Tensor& tensor) {
    const torch::Tensor dense = tensor.contiguous();
    const double* values = dense.data_ptr<double>();
    return std::vector<double>(values, values + dense.numel());
  };
  return {values_of(joint.mean), values_of(joint.covariance), parameters_.noise};
}

std::string GpProxy::describe() const {
  const auto bounds = std::count_if(extra_noise_.begin(), extra_noise_.end(),
                                    [](double extra) { return extra > 0; });
  std::string text = fmt::format("Gaussian process on {} molecules{}:", smiles_.size() - bounds,
                                 bounds == 0 ? "" : fmt::format(" and {} bounds", bounds));
  for (std::size_t k = 0; k < features_.size(); ++k) {
    text += fmt::format("{} {:.3f} x Tanimoto({})", k == 0 ? "" : " +", parameters_.weights[k],
                        feature_name(features_[k]));
  }
  return text +
         fmt::format(", noise variance {:.4f}, mean {:.3f}", parameters_.noise, parameters_.mean);
}

void GpProxy::save(SafetensorsFile& file) const {
  const auto size = static_cast<std::int64_t>(smiles_.size());
  file.metadata["kind"] = "gp";
  std::vector<std::string> names;
  for (MoleculeFeature feature : features_) names.push_back(feature_name(feature));
  file.metadata["features"] = join(names, ",");
  file.tensors["gp.smiles"] = TensorData::from_bytes(join(smiles_, "\n"));
  file.tensors["gp.targets"] = TensorData::from_doubles({size}, targets_.data());
  if (!extra_noise_.empty()) {
    file.tensors[kExtraNoise] = TensorData::from_doubles({size}, extra_noise_.data());
  }
  file.tensors["gp.weights"] = TensorData::from_doubles(
      {static_cast<std::int64_t>(parameters_.weights.size())}, parameters_.weights.data());
  const double rest[2] = {parameters_.noise, parameters_.mean};
  file.tensors["gp.noise_and_mean"] = TensorData::from_doubles({2}, rest);
}

std::unique_ptr<GpProxy> GpProxy::load(const SafetensorsFile& file, const std::string& name) {
  const TensorData& text = file.at("gp.smiles");
  std::vector<std::string> smiles(1);
  for (std::uint8_t byte : text.bytes) {
    if (byte == '\n') {
      smiles.emplace_back();
    } else {
      smiles.back() += static_cast<char>(byte);
    }
  }
  const auto doubles = [&](const std::string& key) {
    const TensorData& tensor = file.at(key);
    const double* values = tensor.doubles(key);
    return std::vector<double>(values, values + tensor.num_elements());
  };
  std::vector<double> targets = doubles("gp.targets");
  std::vector<double> extra_noise, rest = doubles("gp.noise_and_mean");
  if (file.tensors.contains(kExtraNoise)) extra_noise = doubles(kExtraNoise);
  GpParameters parameters;
  parameters.weights = doubles("gp.weights");
  std::vector<MoleculeFeature> features;
  const auto listed = file.metadata.find("features");
  std::string names = listed == file.metadata.end() ? "" : listed->second;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    features.push_back(molecule_feature(std::string_view(names).substr(begin, end - begin)));
    begin = end + 1;
  }
  check_size(static_cast<std::int64_t>(smiles.size()));
  const auto positive = [](double value) { return std::isfinite(value) && value > 0; };
  if (targets.size() != smiles.size() || features.size() != parameters.weights.size() ||
      (!extra_noise.empty() && extra_noise.size() != smiles.size()) ||
      !std::all_of(extra_noise.begin(), extra_noise.end(),
                   [](double value) { return std::isfinite(value) && value >= 0; }) ||
      rest.size() != 2 || !positive(rest[0]) || !std::isfinite(rest[1]) ||
      !std::all_of(parameters.weights.begin(), parameters.weights.end(), positive)) {
    user_error("{}: the arrays of the Gaussian process do not belong together", name);
  }
  for (const std::string& one : smiles) {
    if (parse_smiles(one) == nullptr) user_error("{}: '{}' is not a molecule", name, one);
  }
  parameters.noise = rest[0];
  parameters.mean = rest[1];
  const std::vector<Counts> counts = molecule_features(ParsedBatch(smiles).all(), features);
  return std::unique_ptr<GpProxy>(new GpProxy(std::move(smiles), std::move(targets),
                                              std::move(extra_noise), std::move(features),
                                              std::move(parameters), counts));
}

FitAndPredict gp_fit_and_predict(std::span<const std::string> smiles,
                                 std::span<const double> targets, const ProcessBounds& bounds,
                                 bool learn_bounds) {
  check_size(static_cast<std::int64_t>(smiles.size()));
  // Fingerprints and similarities do not depend on the targets: computed once for all folds.
  auto counts = std::make_shared<std::vector<Counts>>(
      molecule_features(ParsedBatch(smiles).all(), all_features()));
  const auto all =
      std::make_shared<Observations>(Observations{{targets.begin(), targets.end()}, bounds});
  return [counts, all, learn_bounds](std::span<const std::int64_t> train,
                                     std::span<const std::int64_t> test, std::uint64_t seed) {
    if (!learn_bounds) {  // bounds come after the measured rows
      const auto first = std::lower_bound(train.begin(), train.end(), all->num_measured());
      train = train.first(first - train.begin());
    }
    const Observations observations = all->subset(train);
    const std::vector<std::int64_t> sample = tuning_rows(observations.size(), seed);
    const torch::Tensor tuning = torch::tensor(sample, torch::kInt64);
    std::vector<torch::Tensor> grams, tuning_grams, cross;
    for (const Counts& of_feature : *counts) {
      const Counts train_counts = select(of_feature, train);
      const CountIndex index(train_counts);
      grams.push_back(similarity_tensor(index, train_counts));
      tuning_grams.push_back(grams.back().index_select(0, tuning).index_select(1, tuning));
      cross.push_back(similarity_tensor(index, select(of_feature, test)));
    }
    const Choice choice = choose(tuning_grams, observations.subset(sample));
    std::vector<torch::Tensor> chosen_grams, chosen_cross;
    for (int feature : choice.features) {
      chosen_grams.push_back(grams[feature]);
      chosen_cross.push_back(cross[feature]);
    }
    const Pseudo pseudo = with_values_for_bounds(chosen_grams, observations, choice.parameters);
    const GaussianProcess process(chosen_grams, to_tensor(pseudo.targets), choice.parameters,
                                  pseudo.extra_tensor());
    return to_predictions(process.predict(chosen_cross));
  };
}

}  // namespace fragflow
