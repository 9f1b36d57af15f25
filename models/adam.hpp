// Adam (Kingma & Ba, ICLR 2015) as a fused step over one flat buffer; checkpoints store the moments
// as two arrays.
#pragma once

#include "models/torch.hpp"

#include <span>
#include <string>
#include <vector>

#include "src/base/safetensors.hpp"

namespace fragflow {

struct AdamSettings {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

// Owns the moments of a list of float32 parameters, which it moves into one contiguous buffer (the
// parameters become views of it). Reads the gradients from the parameters' .grad(); an undefined
// gradient counts as 0.
class Adam {
 public:
  Adam(std::vector<torch::Tensor> parameters, AdamSettings settings);

  // Total L2 norm of the gradients; not finite if any gradient is not.
  double gradient_norm() const;
  // One update with gradients scaled by gradient_scale (for clipping by total norm).
  void step(double learning_rate, double gradient_scale = 1.0);
  // Makes all gradients undefined, so that LibTorch assigns the next ones without adding.
  void zero_grad();
  // All gradients in order, [num_parameters]: copied from, or written to, the parameters.
  void copy_gradients(std::span<float> to) const;
  void set_gradients(std::span<const float> from);

  // All parameter values in order, [num_parameters].
  torch::Tensor values() const { return values_; }
  std::int64_t num_parameters() const { return values_.numel(); }

  // Array names: "<prefix>.m", "<prefix>.v", "<prefix>.step".
  void save(SafetensorsFile& file, const std::string& prefix) const;
  void load(const SafetensorsFile& file, const std::string& prefix);

 private:
  // A part of one parameter, for one thread.
  struct Slice {
    std::size_t parameter;
    std::int64_t begin, size;  // in the parameter
    std::int64_t offset;       // in the buffer
  };

  // Calls body(slice number, gradient of the slice).
  template <typename Body>
  void for_each_slice(Body&& body) const;

  AdamSettings settings_;
  std::vector<torch::Tensor> parameters_;
  std::vector<Slice> slices_;
  torch::Tensor values_;
  std::vector<float> first_, second_;
  std::int64_t steps_ = 0;
};

}  // namespace fragflow
