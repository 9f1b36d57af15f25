#include "src/reward/forest_proxy.hpp"

#include <GraphMol/RWMol.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/descriptors.hpp"
#include "src/chem/fingerprint.hpp"

namespace fragflow {
namespace {

// Metadata: the kinds of columns.
constexpr const char* kFeatures = "morgan_counts,descriptors";
constexpr int kNumDescriptors = 8;
constexpr std::int64_t kNumFeatures = kFingerprintBits + kNumDescriptors;

SparseRow features_of(const RDKit::ROMol& molecule) {
  SparseRow row;
  for (const auto& [bin, count] : morgan_counts(molecule, /*radius=*/2).bins) {
    row.emplace_back(bin, static_cast<float>(count));
  }
  const Descriptors d = descriptors(molecule);
  const double values[kNumDescriptors] = {d.molecular_weight,
                                          d.logp,
                                          d.tpsa,
                                          static_cast<double>(d.hbd),
                                          static_cast<double>(d.hba),
                                          static_cast<double>(d.rotatable_bonds),
                                          static_cast<double>(d.heavy_atoms),
                                          static_cast<double>(d.rings)};
  for (int k = 0; k < kNumDescriptors; ++k) {
    row.emplace_back(kFingerprintBits + k, static_cast<float>(values[k]));
  }
  return row;
}

std::vector<SparseRow> features_of(std::span<const ParsedMolecule> molecules) {
  std::vector<SparseRow> rows(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) { rows[i] = features_of(*molecules[i].molecule); }, kLongBodies);
  return rows;
}

std::vector<ProxyModel::Prediction> to_predictions(
    const std::vector<RandomForest::Prediction>& of_forest) {
  std::vector<ProxyModel::Prediction> result;
  for (const auto& [mean, std] : of_forest) result.push_back({mean, std});
  return result;
}

}  // namespace

std::unique_ptr<ForestProxy> ForestProxy::fit(std::span<const std::string> smiles,
                                              std::span<const double> targets, std::uint64_t seed) {
  return std::unique_ptr<ForestProxy>(new ForestProxy(RandomForest::fit(
      features_of(ParsedBatch(smiles).all()), targets, kNumFeatures, ForestConfig(), seed)));
}

std::vector<ProxyModel::Prediction> ForestProxy::predict_parsed(
    std::span<const ParsedMolecule> molecules) {
  return to_predictions(forest_.predict(features_of(molecules)));
}

std::string ForestProxy::describe() const {
  return fmt::format("random forest of {} trees", forest_.num_trees());
}

void ForestProxy::save(SafetensorsFile& file) const {
  file.metadata["kind"] = "forest";
  file.metadata["features"] = kFeatures;
  forest_.save(file);
}

std::unique_ptr<ForestProxy> ForestProxy::load(const SafetensorsFile& file,
                                               const std::string& name) {
  const auto features = file.metadata.find("features");
  RandomForest forest = RandomForest::load(file, name);
  if (features == file.metadata.end() || features->second != kFeatures ||
      forest.num_features() != kNumFeatures) {
    user_error("{}: a random forest on {} features '{}'; this program has {}, '{}'", name,
               forest.num_features(), features == file.metadata.end() ? "" : features->second,
               kNumFeatures, kFeatures);
  }
  return std::unique_ptr<ForestProxy>(new ForestProxy(std::move(forest)));
}

FitAndPredict forest_fit_and_predict(std::span<const std::string> smiles,
                                     std::span<const double> targets) {
  const auto rows =
      std::make_shared<std::vector<SparseRow>>(features_of(ParsedBatch(smiles).all()));
  const std::vector<double> all_targets(targets.begin(), targets.end());
  return [rows, all_targets](std::span<const std::int64_t> train,
                             std::span<const std::int64_t> test, std::uint64_t seed) {
    std::vector<SparseRow> train_rows, test_rows;
    std::vector<double> train_targets;
    for (const std::int64_t row : train) {
      train_rows.push_back((*rows)[row]);
      train_targets.push_back(all_targets[row]);
    }
    for (const std::int64_t row : test) test_rows.push_back((*rows)[row]);
    if (train_rows.empty()) {  // possible if all molecules have one scaffold
      return std::vector<ProxyModel::Prediction>(test.size());
    }
    return to_predictions(
        RandomForest::fit(train_rows, train_targets, kNumFeatures, ForestConfig(), seed)
            .predict(test_rows));
  };
}

}  // namespace fragflow
