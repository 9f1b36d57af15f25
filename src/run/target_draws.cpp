#include "src/run/target_draws.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/chain_diagnostics.hpp"
#include "src/gfn/tempered_chains.hpp"
#include "src/run/progress.hpp"

namespace fragflow {

TargetDraws draw_target(const Experiment& experiment, const TargetRequest& request) {
  if (!experiment.environment().stops_by_action()) {
    user_error("target needs objects that are made by a stop: unset environment.forced_stop");
  }
  if (request.chains < 2 || request.moves < 8) {
    user_error("target needs at least 2 chains and 8 moves, not {} and {}", request.chains,
               request.moves);
  }
  const std::int64_t kept = request.moves - request.moves / 2;
  if (request.count > kept * request.chains) {
    user_error("{} draws from {} chains of {} moves: at most {} (half of all)", request.count,
               request.chains, request.moves, kept * request.chains);
  }
  TemperedChains chains(experiment.environment(), experiment.reward(),
                        {request.chains, request.temperatures, request.hottest},
                        mix_seed(request.seed, "target"));
  chains.start();
  const auto num_chains = static_cast<std::size_t>(request.chains);
  std::vector<std::vector<double>> log_rewards(num_chains), sizes(num_chains);
  TargetDraws result;
  std::vector<std::int64_t> drawn(num_chains, 0);
  Progress progress(request.moves, request.quiet);
  for (std::int64_t step = 0; step < request.moves; ++step) {
    if (request.stop.stop_requested()) user_error("stopped before the chains' end");
    chains.step();
    for (std::size_t c = 0; c < num_chains; ++c) {
      const auto index = static_cast<std::int64_t>(c);
      if (step < request.moves - kept) continue;
      const State state = chains.state(index);
      const RewardResult& reward = chains.reward(index);
      log_rewards[c].push_back(reward.log_reward);
      sizes[c].push_back(state.num_nodes);
      // A chain's draws are spaced evenly over the part that is kept.
      const std::int64_t wanted = (request.count + request.chains - 1 - index) / request.chains;
      const std::int64_t at = step - (request.moves - kept);
      if (drawn[c] < wanted && (2 * drawn[c] + 1) * kept / (2 * wanted) == at) {
        result.draws.push_back(
            {reward, state.num_nodes, index, experiment.environment().to_string(state)});
        ++drawn[c];
      }
    }
    progress.update({step + 1, (step + 1) * request.chains, 0, 0, 0, 0, 0});
  }
  result.moved = chains.moved();
  result.exchanged = chains.exchanged();
  result.r_hat_log_reward = split_r_hat(log_rewards);
  result.r_hat_size = split_r_hat(sizes);
  result.effective_size = effective_size(log_rewards);
  result.reward_calls = experiment.reward().num_calls();
  return result;
}

std::string target_csv(const Experiment& experiment, const TargetDraws& draws) {
  std::string text = csv_row({experiment.task->object_column(), "score", "log_reward",
                              "num_fragments", "chain", "fragments"});
  for (const TargetDraw& draw : draws.draws) {
    text += csv_row({draw.reward.object, csv_number(draw.reward.score),
                     csv_number(draw.reward.log_reward), std::to_string(draw.num_nodes),
                     std::to_string(draw.chain), draw.description});
  }
  return text;
}

}  // namespace fragflow
