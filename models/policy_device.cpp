#include "models/policy_device.hpp"

#include <torch/cuda.h>

#include <cstdlib>
#include <regex>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

torch::Device& chosen() {
  static torch::Device device(torch::kCPU);
  return device;
}

torch::Tensor copied(const torch::Tensor& tensor, torch::Device device) {
  return tensor.defined() ? tensor.to(device) : tensor;
}

}  // namespace

void set_policy_device(const std::string& name) {
  static const std::regex wanted("cpu|meta|cuda(:[0-9]{1,3})?");
  if (!std::regex_match(name, wanted)) {
    user_error("--device must be cpu, cuda or cuda:N, not \"{}\"", name);
  }
  const torch::Device device(name);
  if (device.is_cuda()) {
    // Required for reproducible cuBLAS results; read when cuBLAS starts.
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
    const auto count = static_cast<int>(torch::cuda::device_count());
    if (!torch::cuda::is_available() || device.index() >= count) {
      user_error("--device {}: LibTorch finds {} CUDA devices here{}", name, count,
                 count == 0 ? " (Debian's LibTorch is built without CUDA: docs/install.md)" : "");
    }
  }
  chosen() = device;
}

torch::Device policy_device() { return chosen(); }

StateBatch copy_for_network(const StateBatch& batch, torch::Device device) {
  StateBatch copy;
  copy.num_states = batch.num_states;
  for (torch::Tensor StateBatch::*part :
       {&StateBatch::num_nodes, &StateBatch::node_label, &StateBatch::node_state,
        &StateBatch::edge_source, &StateBatch::edge_target, &StateBatch::edge_source_site,
        &StateBatch::edge_target_site, &StateBatch::place_node, &StateBatch::place_site,
        &StateBatch::place_state, &StateBatch::leaf_node, &StateBatch::leaf_state,
        &StateBatch::condition}) {
    copy.*part = copied(batch.*part, device);
  }
  return copy;
}

torch::OrderedDict<std::string, torch::Tensor> copy_parameters(const torch::nn::Module& module,
                                                               torch::Device device) {
  torch::OrderedDict<std::string, torch::Tensor> copies;
  for (const auto& item : module.named_parameters()) {
    copies.insert(item.key(), copied(item.value(), device));
  }
  return copies;
}

PolicyOutput answer_on(torch::Device device, const StateBatch& batch,
                       const std::function<PolicyOutput(const StateBatch&)>& answer) {
  const torch::Device home = batch.num_nodes.device();
  if (device == home) return answer(batch);
  const PolicyOutput there = answer(copy_for_network(batch, device));
  return {copied(there.place_logits, home), copied(there.stop_logits, home),
          copied(there.log_flow, home), copied(there.backward_logits, home)};
}

}  // namespace fragflow
