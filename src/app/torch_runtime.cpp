#include "src/app/torch_runtime.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include "models/policy_device.hpp"
#include "src/base/check.hpp"

namespace fragflow {

void require_deterministic_torch() {
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
}

void set_torch_threads(int threads) { at::set_num_threads(threads); }

void set_torch_device(const std::string& name) {
  if (name == "meta") user_error("--device meta: it holds no values");
  set_policy_device(name);
}

}  // namespace fragflow
