// The demo configuration, for the benchmarks that need the network or the reward.
#pragma once

#include <memory>

#include "models/make_policy.hpp"
#include "src/base/data_path.hpp"
#include "src/run/experiment.hpp"
#include "tests/bench/inputs.hpp"

namespace fragflow::bench {

inline Experiment demo_experiment() {
  return make_experiment(load_config(data_path("configs/demo.toml")));
}

// Fresh weights of the default size, for the states of `environment`.
inline std::shared_ptr<Policy> fresh_policy(const Environment& environment) {
  return make_policy(environment.shape(), PolicyConfig{}, kSeed);
}

}  // namespace fragflow::bench
