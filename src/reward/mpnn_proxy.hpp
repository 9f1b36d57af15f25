// An ensemble of atom networks as a proxy.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/atom_network.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/cross_validation.hpp"

namespace fragflow {

class MpnnProxy : public ProxyModel {
 public:
  // poll: called frequently during training; may throw to stop it.
  static std::unique_ptr<MpnnProxy> fit(std::span<const std::string> smiles,
                                        std::span<const double> targets, int num_members,
                                        std::uint64_t seed, const std::function<void()>& poll = {});

  std::string kind() const override { return "mpnn"; }
  std::vector<Prediction> predict_parsed(std::span<const ParsedMolecule> molecules) override;
  std::string describe() const;

  void save(SafetensorsFile& file) const;
  static std::unique_ptr<MpnnProxy> load(const SafetensorsFile& file, const std::string& name);

 private:
  explicit MpnnProxy(AtomEnsemble ensemble) : ensemble_(std::move(ensemble)) {}

  AtomEnsemble ensemble_;
};

// For cross-validation.
FitAndPredict mpnn_fit_and_predict(std::span<const std::string> smiles,
                                   std::span<const double> targets, int num_members,
                                   const std::function<void()>& poll = {});

}  // namespace fragflow
