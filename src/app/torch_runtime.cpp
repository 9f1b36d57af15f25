#include "src/app/torch_runtime.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

namespace fragflow {

void require_deterministic_torch() {
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
}

void set_torch_threads(int threads) { at::set_num_threads(threads); }

}  // namespace fragflow
