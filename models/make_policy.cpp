#include "models/make_policy.hpp"

#include <map>

#include "models/fragment_policy.hpp"
#include "models/policy_device.hpp"
#include "models/reference_policy.hpp"
#include "models/vector_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {

namespace {

std::shared_ptr<Policy> make_native(const Environment::Shape& shape, const PolicyConfig& config,
                                    std::uint64_t seed, const std::vector<float>& condition) {
  if (shape.is_vector) return std::make_shared<VectorPolicy>(shape, config, seed, condition);
  return std::make_shared<FragmentPolicy>(shape, config, seed, condition);
}

std::shared_ptr<Policy> make_torch(const Environment::Shape& shape, const PolicyConfig& config,
                                   std::uint64_t seed, const std::vector<float>& condition) {
  if (shape.is_vector) return std::make_shared<VectorPolicy>(shape, config, seed, condition);
  return std::make_shared<ReferencePolicy>(shape, config, seed, condition);
}

std::map<std::string, PolicyFactory>& factories() {
  static std::map<std::string, PolicyFactory> table = {{"native", make_native},
                                                       {"torch", make_torch}};
  return table;
}

}  // namespace

std::shared_ptr<Policy> make_policy(const Environment::Shape& shape, const PolicyConfig& config,
                                    std::uint64_t seed, const std::vector<float>& condition) {
  const auto found = factories().find(config.backend);
  if (found == factories().end()) {
    user_error("policy.backend must be one of {}, not \"{}\"", join(policy_backends()),
               config.backend);
  }
  const torch::Device device = policy_device();
  if (!device.is_cpu() && config.backend == "native") {
    user_error(
        "--device {} needs policy.backend = \"torch\": the native backend computes on processors",
        device.str());
  }
  return found->second(shape, config, seed, condition);
}

void add_policy(const std::string& name, PolicyFactory make) {
  FRAGFLOW_CHECK(!factories().contains(name), "there is a policy {} already", name);
  factories().emplace(name, make);
  policy_backends().push_back(name);
}

std::int64_t num_parameters(const torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

void save_parameters(const torch::nn::Module& module, SafetensorsFile& file,
                     const std::string& prefix) {
  for (const auto& item : module.named_parameters()) {
    const torch::Tensor value = item.value().detach().contiguous();
    file.tensors[prefix + "." + item.key()] =
        TensorData::from_floats(value.sizes().vec(), value.data_ptr<float>());
  }
}

void load_parameters(torch::nn::Module& module, const SafetensorsFile& file,
                     const std::string& prefix) {
  torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    const std::string name = prefix + "." + item.key();
    const TensorData& data = file.at(name);
    if (data.shape != item.value().sizes().vec()) {
      user_error(
          "weights '{}' have another shape than this network: were they written with another "
          "vocabulary or [policy]?",
          name);
    }
    std::copy_n(data.floats(name), data.num_elements(), item.value().data_ptr<float>());
  }
}

}  // namespace fragflow
