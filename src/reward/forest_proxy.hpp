// A random forest on Morgan counts and descriptors as a proxy. It predicts means of measured values
// and so never more than the best of them: a conservative second opinion.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/random_forest.hpp"
#include "src/reward/cross_validation.hpp"

namespace fragflow {

class ForestProxy : public ProxyModel {
 public:
  static std::unique_ptr<ForestProxy> fit(std::span<const std::string> smiles,
                                          std::span<const double> targets, std::uint64_t seed);

  std::string kind() const override { return "forest"; }
  // The deviation is over the trees.
  std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) override;
  std::string describe() const;

  void save(SafetensorsFile& file) const;
  static std::unique_ptr<ForestProxy> load(const SafetensorsFile& file, const std::string& name);

 private:
  explicit ForestProxy(RandomForest forest) : forest_(std::move(forest)) {}

  RandomForest forest_;
};

// For cross-validation.
FitAndPredict forest_fit_and_predict(std::span<const std::string> smiles,
                                     std::span<const double> targets);

}  // namespace fragflow
