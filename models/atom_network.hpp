// A message-passing network over atom graphs (Gilmer et al., ICML 2017, with one matrix per bond
// class as in Schlichtkrull et al., ESWC 2018) that predicts one number per molecule.
#pragma once

#include "models/torch.hpp"

#include <functional>
#include <string>
#include <vector>

#include "models/atom_graph.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

struct AtomNetworkConfig {
  int num_features = 0;  // feature columns of an atom
  int width = 48;
  int num_layers = 4;
};

// h_0 = relu(W x);  h_{t+1} = h_t + relu(A h_t + sum over bonds B_class h_neighbour);
// readout = MLP(sum of h / 16, mean of h).
class AtomNetworkImpl : public torch::nn::Module {
 public:
  explicit AtomNetworkImpl(const AtomNetworkConfig& config);

  // [num_molecules] float32, standardised target. Molecules have at least one atom. The batch must
  // outlive the backward pass.
  torch::Tensor forward(const AtomGraph& batch);

 private:
  AtomNetworkConfig config_;
  torch::nn::Linear input_{nullptr};
  torch::nn::ModuleList layers_;
  torch::nn::Linear hidden_{nullptr}, output_{nullptr};
};
TORCH_MODULE(AtomNetwork);

struct AtomTrainingConfig {
  AtomNetworkConfig network;
  int num_steps = 1500;  // at most; rounded up to whole epochs
  int patience = 40;     // epochs without improvement of the validation error
  int batch_size = 32;
  double learning_rate = 3e-3;
  double validation_fraction = 0.1;
  std::function<void()> on_epoch;  // called before each epoch; may throw to stop
};

// An ensemble of networks with different initialisations and inner splits; mean and spread.
class AtomEnsemble {
 public:
  // graphs[i] belongs to targets[i]; targets are standardised internally. Each member keeps the
  // weights of its best epoch on its own validation split. Deterministic in seed.
  static AtomEnsemble fit(const std::vector<const AtomGraph*>& graphs,
                          const std::vector<double>& targets, const AtomTrainingConfig& config,
                          int num_members, std::uint64_t seed);

  struct Output {
    std::vector<double> mean;
    std::vector<double> std;  // sqrt((spread of the members)^2 + validation error^2)
  };
  Output predict(const std::vector<const AtomGraph*>& graphs) const;

  int num_members() const { return static_cast<int>(members_.size()); }

  // Arrays are named "mpnn.*".
  void save(SafetensorsFile& file) const;
  // Throws UserError naming the array that is missing or has the wrong shape.
  static AtomEnsemble load(const SafetensorsFile& file, int num_features, const std::string& name);

 private:
  AtomNetworkConfig config_;
  std::vector<AtomNetwork> members_;
  double target_mean_ = 0, target_scale_ = 1;
  double validation_rmse_ = 0;  // in units of the target
};

}  // namespace fragflow
