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
    double std = 0;   // of the prediction, same units; 0 where the model has no notion of it
  };

  // A predicted mean as a sum: constant + the contributions of the atoms.
  struct Attribution {
    double constant = 0;
    std::vector<double> atoms;  // in the order of the SMILES
  };

  // One prediction per molecule, in order. Batched; may use all threads.
  virtual std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) = 0;
  // What is believed of the molecules together. Throws InternalError where the model has no notion
  // of it: only "gp" has. Memory: some 32 bytes for each pair.
  virtual JointPosterior posterior(std::span<const ParsedMolecule> molecules);
  // Predictions from canonical SMILES. Throws InternalError for SMILES that RDKit refuses: callers
  // pass what they have already parsed.
  std::vector<Prediction> predict(std::span<const std::string> canonical_smiles) {
    return predict_parsed(ParsedBatch(canonical_smiles).all());
  }
  // Which atoms raise and lower the mean; no value where the model has no exact split of that kind.
  virtual std::optional<std::vector<Attribution>> attribute(
      std::span<const std::string> /*canonical_smiles*/) {
    return std::nullopt;
  }
};

// In the metadata of a file written by `fragflow proxy train`.
inline constexpr const char* kProxyFormat = "fragflow proxy 1";
// The same where a Gaussian process has learned from bounds: rows with a noise of their own.
inline constexpr const char* kProxyFormatWithBounds = "fragflow proxy 2";

// Reads a file written by `fragflow proxy train`, or the weights of the sEH network. Throws
// UserError if it is neither, and if the model is to read open slots but is not the sEH network.
std::unique_ptr<ProxyModel> load_proxy(const std::filesystem::path& path, bool open_slots = false);

}  // namespace fragflow
