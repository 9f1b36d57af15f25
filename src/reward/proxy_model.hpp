// A learned model of activity: SMILES in, mean and standard deviation out.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

class ProxyModel {
 public:
  virtual ~ProxyModel() = default;

  // "gp", "mpnn" or "seh".
  virtual std::string kind() const = 0;

  struct Prediction {
    double mean = 0;  // in the units of the training target
    double std = 0;   // of the prediction, same units; 0 where the model has no notion of it
  };

  // One prediction per canonical SMILES, in order. Batched; may use all threads. Throws
  // InternalError for SMILES that RDKit refuses: callers pass what they have already parsed.
  virtual std::vector<Prediction> predict(std::span<const std::string> canonical_smiles) = 0;
};

// Reads a file written by `fragflow proxy train`. Throws UserError if it is not one.
std::unique_ptr<ProxyModel> load_proxy(const std::filesystem::path& path);

}  // namespace fragflow
