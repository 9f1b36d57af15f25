// A learned model of activity: SMILES in, mean and standard deviation out.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/chem/parsed_molecule.hpp"
#include "src/reward/joint_posterior.hpp"

namespace fragflow {

class ProxyModel {
 public:
  virtual ~ProxyModel() = default;

  // "gp", "mpnn", "forest" or "seh".
  virtual std::string kind() const = 0;

  struct Prediction {
    double mean = 0;  // in the units of the training target
    double std = 0;   // of the prediction, same units; 0 if the model provides none
  };

  // A predicted mean as a sum: constant + the contributions of the atoms.
  struct Attribution {
    double constant = 0;
    std::vector<double> atoms;  // in the order of the SMILES
  };

  // One prediction per molecule, in order. Computed in batches; may use all threads.
  virtual std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) = 0;
  // The joint posterior of the molecules. Throws InternalError if the model has none: only "gp"
  // does. Memory: about 32 bytes per pair.
  virtual JointPosterior posterior(std::span<const ParsedMolecule> molecules);
  // Predictions from canonical SMILES. Throws InternalError if RDKit rejects a SMILES: callers pass
  // only SMILES that they have parsed.
  std::vector<Prediction> predict(std::span<const std::string> canonical_smiles) {
    return predict_parsed(ParsedBatch(canonical_smiles).all());
  }
  // Contributions of atoms to the mean; empty if the model has no exact decomposition.
  virtual std::optional<std::vector<Attribution>> attribute(
      std::span<const std::string> /*canonical_smiles*/) {
    return std::nullopt;
  }
};

// In the metadata of files written by `fragflow proxy train`.
inline constexpr const char* kProxyFormat = "fragflow proxy 1";
// The same for a Gaussian process trained with bounds: some rows have their own noise.
inline constexpr const char* kProxyFormatWithBounds = "fragflow proxy 2";

// Reads a file written by `fragflow proxy train`, or the weights of the sEH network. Throws
// UserError if it is neither, and if open_slots is set but the model is not the sEH network.
std::unique_ptr<ProxyModel> load_proxy(const std::filesystem::path& path, bool open_slots = false);

}  // namespace fragflow
