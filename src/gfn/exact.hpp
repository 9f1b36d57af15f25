// The exact distribution of a policy network on an enumerated environment.
#pragma once

#include "envs/enumeration.hpp"

namespace fragflow {

class Policy;

// log P_F of every edge of the graph under the policy (equivalent actions summed), computed in
// double precision from the network's logits.
std::vector<double> edge_log_probabilities(const Environment& environment, Policy& policy,
                                           const StateGraph& graph);

}  // namespace fragflow
