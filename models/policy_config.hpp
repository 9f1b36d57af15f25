// Sizes of the policy network.
#pragma once

#include "src/base/fields.hpp"

namespace fragflow {

struct PolicyConfig {
  int width = 128;  // features per node
  int layers = 4;   // message-passing layers (fragment tree), hidden layers (hypergrid)
  bool learned_backward = false;  // P_B from a head of the same network instead of uniform

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("width", width, {4, 4096}, "features per node of the network");
    visit.number("layers", layers, {1, 32},
                 "message-passing layers (fragment tree) or hidden layers (hypergrid)");
    visit.flag("learned_backward", learned_backward,
               "learn P_B with a head of the same network; false: uniform over distinct parents");
  }
};

}  // namespace fragflow
