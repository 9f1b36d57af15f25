// Adam (Kingma & Ba, ICLR 2015) over one flat buffer: a fused step, and moments that are two arrays
// in a checkpoint.
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
// parameters become views of it). Gradients are taken where LibTorch leaves them; a parameter
// without one has a gradient of 0.
class Adam {
 public:
  Adam(std::vector<torch::Tensor> parameters, AdamSettings settings);

  // Total L2 norm of the gradients; not finite if any gradient is not.
  double gradient_norm() const;
  // One update with gradients scaled by gradient_scale (for clipping by total norm).
  void step(double learning_rate, double gradient_scale = 1.0);
  // No parameter has a gradient then: LibTorch keeps the next ones as they come, without adding.
  void zero_grad();
  // All gradients in order, [num_parameters]: out of the parameters, and into them.
  void copy_gradients(std::span<float> to) const;
  void set_gradients(std::span<const float> from);

  // All parameter values in order, [num_parameters].
  torch::Tensor values() const { return values_; }
  std::int64_t num_parameters() const { return values_.numel(); }

  // Under "<prefix>.m", "<prefix>.v", "<prefix>.step".
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
