// Sizes of the policy network.
#pragma once

#include <string>
#include <vector>

#include "src/base/fields.hpp"

namespace fragflow {

// Allowed values of policy.backend, extended by add_policy() of make_policy.hpp; kept here because
// a configuration is read without LibTorch.
inline std::vector<std::string>& policy_backends() {
  static std::vector<std::string> names = {"native", "torch"};
  return names;
}

struct PolicyConfig {
  int width = 128;  // features per node
  int layers = 4;   // message-passing layers (fragment tree), hidden layers (hypergrid)
  std::string backend = "native";
  bool learned_backward = false;  // P_B from a head of the same network instead of uniform

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("width", width, {4, 4096}, "features per node of the network");
    visit.number("layers", layers, {1, 32},
                 "message-passing layers (fragment tree) or hidden layers (hypergrid)");
    visit.choice("backend", backend, policy_backends(),
                 "native: loops of our own; torch: the same network in LibTorch's operations, by "
                 "which they are defined (models/reference_policy.hpp); slower, and its last bits "
                 "may depend on the number of threads");
    visit.flag("learned_backward", learned_backward,
               "learn P_B with a head of the same network; false: uniform over distinct parents");
  }
};

}  // namespace fragflow
