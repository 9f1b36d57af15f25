#include "src/reward/reward_config.hpp"

#include "src/base/data_path.hpp"

namespace fragflow {

void find_files(RewardConfig& reward) {
  for (ComponentConfig& component : reward.components) {
    component.file = find_file(component.file);
    component.route.stock = find_file(component.route.stock);
    for (ProxyTermConfig& term : component.terms) term.file = find_file(term.file);
  }
}

}  // namespace fragflow
