// A Gaussian process over molecules as a proxy: Tanimoto kernels on count fingerprints (Ralaivola
// et al., Neural Networks 2005), hyper-parameters by marginal likelihood.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/censored_process.hpp"
#include "models/gaussian_process.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/cross_validation.hpp"
#include "src/reward/molecule_features.hpp"

namespace fragflow {

// An exact Gaussian process keeps an n x n matrix: 0.8 GB at this size.
inline constexpr std::int64_t kMaxGpRows = 10000;
// Hyper-parameters are fitted on at most this many rows, drawn at random.
inline constexpr std::int64_t kMaxGpTuningRows = 1200;

// Array name in a file: noise of rows beyond measurement noise. Present only if the model learned
// from bounds.
inline constexpr const char* kExtraNoise = "gp.extra_noise";

class GpProxy : public ProxyModel {
 public:
  // Chooses among three kernels (Morgan bits; Morgan counts; Morgan counts + atom pairs) and fits
  // their parameters by marginal likelihood on the given rows: first those with targets, then those
  // with bounds. Throws UserError beyond kMaxGpRows.
  static std::unique_ptr<GpProxy> fit(std::vector<std::string> smiles, std::vector<double> targets,
                                      std::uint64_t seed, const ProcessBounds& bounds = {});

  std::string kind() const override { return "gp"; }
  std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) override;
  JointPosterior posterior(std::span<const ParsedMolecule> molecules) override;

  // Exact. With weights a_j of the training compounds j, kernel weights w and counts x_f, r_jf,
  //
  //   mean(x) = m + sum_f c_f,   c_f = sum_j w a_j min(x_f, r_jf) / sum_g max(x_g, r_jg)
  //
  // summed over the kernels: the similarity to each compound is split over the features of its
  // numerator, with the denominator held fixed (as Balfer and Bajorath, J. Chem. Inf. Model. 2015,
  // 55, 1136, for support vector machines with this kernel). c_f is divided equally among the
  // occurrences of f, and each of these among its atoms (feature_atoms.hpp). Features that no
  // compound has get 0, although they reduce the similarity to all. Leaving out an atom's features
  // (Riniker and Landrum, J. Cheminform. 2013) would count them, but does not add up to the
  // prediction. The constant is m, the mean of the process.
  std::optional<std::vector<Attribution>> attribute(
      std::span<const std::string> canonical_smiles) override;

  const std::vector<MoleculeFeature>& features() const { return features_; }
  const GpParameters& parameters() const { return parameters_; }
  // One readable line: kernels, weights, noise.
  std::string describe() const;

  // Saves molecules, targets and parameters; matrices are recomputed on loading. Bounds are saved
  // as pseudo-observations (models/censored_process.hpp).
  void save(SafetensorsFile& file) const;
  static std::unique_ptr<GpProxy> load(const SafetensorsFile& file, const std::string& name);

 private:
  GpProxy(std::vector<std::string> smiles, std::vector<double> targets,
          std::vector<double> extra_noise, std::vector<MoleculeFeature> features,
          GpParameters parameters, std::span<const std::vector<FeatureCounts>> counts);

  std::vector<std::string> smiles_;
  std::vector<double> targets_;
  std::vector<double> extra_noise_;  // beyond measurement noise; empty without bounds
  std::vector<MoleculeFeature> features_;
  GpParameters parameters_;
  std::vector<CountIndex> indices_;  // one per feature
  std::optional<GaussianProcess> process_;
};

// For cross-validation: chooses kernel and parameters from the training rows only. Rows as for
// GpProxy::fit; bounds among the training rows are ignored unless learn_bounds.
FitAndPredict gp_fit_and_predict(std::span<const std::string> smiles,
                                 std::span<const double> targets, const ProcessBounds& bounds = {},
                                 bool learn_bounds = true);

}  // namespace fragflow
