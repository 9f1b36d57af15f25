#include "envs/parents.hpp"

#include <algorithm>

namespace fragflow {

std::vector<Parent> distinct_parents(const Environment& environment, const State& child) {
  std::vector<BackwardAction> backward;
  environment.legal_backward_actions(child, backward);
  std::vector<Parent> parents;
  parents.reserve(backward.size());
  for (const BackwardAction action : backward) {
    const Predecessor predecessor = environment.undo(child, action);
    auto found = std::find_if(parents.begin(), parents.end(), [&](const Parent& parent) {
      return parent.state == predecessor.parent;
    });
    if (found == parents.end()) {
      found = parents.insert(parents.end(), Parent{predecessor.parent, {}, {}});
    }
    found->actions.push_back(predecessor.action);
    found->backward_actions.push_back(action);
  }
  for (Parent& parent : parents) std::sort(parent.actions.begin(), parent.actions.end());
  std::sort(parents.begin(), parents.end(),
            [](const Parent& a, const Parent& b) { return a.state < b.state; });
  return parents;
}

}  // namespace fragflow
