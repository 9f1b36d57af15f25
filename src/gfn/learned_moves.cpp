#include "envs/parents.hpp"
#include "models/adam.hpp"
#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/chain_moves.hpp"
#include "src/gfn/object_moves.hpp"
#include "src/gfn/optimisation.hpp"
#include "src/gfn/scoring.hpp"

namespace fragflow {
namespace {

// A move scored as the trajectory smaller -> larger -> stop: both directions' three factors.
struct MoveTrajectory {
  Trajectory trajectory;
  bool is_addition = true;  // from smaller to larger
};

MoveTrajectory move_trajectory(const Environment& environment, const State& from, const State& to) {
  for (const bool is_addition : {true, false}) {
    const State& smaller = is_addition ? from : to;
    const State& larger = is_addition ? to : from;
    for (const Parent& parent : distinct_parents(environment, larger)) {
      if (parent.state != smaller) continue;
      return {{{smaller, larger, environment.apply(larger, Action::stop())},
               {parent.actions.front(), Action::stop()}},
              is_addition};
    }
  }
  FRAGFLOW_CHECK(false, "no move between {} and {}", environment.to_string(from),
                 environment.to_string(to));
}

class LearnedMoves : public ChainMoves {
 public:
  LearnedMoves(const Environment& environment, PolicyConfig policy, const TrainingConfig& training,
               std::uint64_t seed)
      : environment_(environment), training_(training) {
    policy.learned_backward = true;
    policy_ = make_policy(environment.shape(), policy, mix_seed(seed, "policy"));
    optimiser_ = std::make_unique<Adam>(policy_->parameters(), adam_settings(training));
  }

  std::vector<std::optional<ProposedMove>> propose(std::span<const State> from,
                                                   std::vector<Rng>& rngs) override {
    // One action of the policy each; if it is stop, one step back.
    std::vector<Trajectory> begun(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) begun[i].states.push_back(from[i]);
    advance_trajectories(environment_, *policy_, begun, rngs, Exploration{});
    std::vector<std::optional<State>> to(from.size());
    std::vector<std::size_t> stopped;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const State& next = begun[i].states.back();
      if (next.stopped) {
        stopped.push_back(i);
      } else {
        to[i] = next;
      }
    }
    step_back(from, stopped, rngs, to);

    std::vector<std::optional<ProposedMove>> moves(from.size());
    std::vector<std::size_t> moved;
    std::vector<State> starts, ends;
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (!to[i] || !can_stop(environment_, *to[i])) continue;
      moved.push_back(i);
      starts.push_back(from[i]);
      ends.push_back(*to[i]);
    }
    if (moved.empty()) return moves;
    torch::NoGradGuard no_grad;
    const auto [taken, back] = log_probabilities(starts, ends);
    const torch::Tensor difference = (back - taken).to(torch::kFloat64).contiguous();
    for (std::size_t k = 0; k < moved.size(); ++k) {
      moves[moved[k]] = ProposedMove{ends[k], difference.data_ptr<double>()[k]};
    }
    return moves;
  }

  double learn(std::span<const State> from, std::span<const State> to) override {
    if (from.empty()) return 0;
    const auto [taken, back] = log_probabilities(from, to);
    const torch::Tensor loss = -taken.mean();
    StepObserver silent;
    minimise(loss, *optimiser_, training_.learning_rate, training_, "the proposal", silent);
    return loss.item().toDouble();
  }

  std::int64_t num_parameters() const override { return fragflow::num_parameters(*policy_); }
  void save(SafetensorsFile& file) const override {
    save_parameters(*policy_, file, "proposal");
    optimiser_->save(file, "proposal_optimiser");
  }
  void load(const SafetensorsFile& file) override {
    load_weights(file);
    optimiser_->load(file, "proposal_optimiser");
  }
  void load_weights(const SafetensorsFile& file) override {
    load_parameters(*policy_, file, "proposal");
  }

 private:
  // For the given chains, to[i] becomes a parent drawn by P_B; nothing for s_0.
  void step_back(std::span<const State> from, const std::vector<std::size_t>& chains,
                 std::vector<Rng>& rngs, std::vector<std::optional<State>>& to) {
    std::vector<State> children;
    std::vector<Rng> generators;
    std::vector<std::size_t> kept;
    for (const std::size_t i : chains) {
      if (from[i] == environment_.initial_state()) continue;
      children.push_back(from[i]);
      generators.push_back(rngs[i]);
      kept.push_back(i);
    }
    if (kept.empty()) return;
    const std::vector<Predecessor> parents =
        draw_parents(environment_, *policy_, children, /*learned_backward=*/true, generators);
    for (std::size_t k = 0; k < kept.size(); ++k) {
      to[kept[k]] = parents[k].parent;
      rngs[kept[k]] = generators[k];
    }
  }

  // log q(to | from) and log q(from | to), [moves] each.
  std::pair<torch::Tensor, torch::Tensor> log_probabilities(std::span<const State> from,
                                                            std::span<const State> to) {
    std::vector<Trajectory> trajectories;
    std::vector<std::int64_t> additions;
    for (std::size_t i = 0; i < from.size(); ++i) {
      MoveTrajectory move = move_trajectory(environment_, from[i], to[i]);
      trajectories.push_back(std::move(move.trajectory));
      additions.push_back(move.is_addition);
    }
    const ScoredBatch scored = score_trajectories(environment_, *policy_, trajectories,
                                                  std::vector<double>(trajectories.size(), 0.0),
                                                  /*learned_backward=*/true);
    const torch::Tensor add = scored.log_pf.select(1, 0);
    const torch::Tensor remove = scored.log_pf.select(1, 1) + scored.log_pb.select(1, 0);
    const torch::Tensor is_addition = torch::tensor(additions, torch::kInt64) != 0;
    return {torch::where(is_addition, add, remove), torch::where(is_addition, remove, add)};
  }

  const Environment& environment_;
  TrainingConfig training_;
  std::shared_ptr<Policy> policy_;
  std::unique_ptr<Adam> optimiser_;
};

}  // namespace

std::unique_ptr<ChainMoves> make_learned_moves(const Environment& environment,
                                               const PolicyConfig& policy,
                                               const TrainingConfig& training, std::uint64_t seed) {
  return std::make_unique<LearnedMoves>(environment, policy, training, seed);
}

}  // namespace fragflow
