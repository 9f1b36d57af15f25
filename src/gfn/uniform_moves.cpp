#include "src/base/parallel.hpp"
#include "src/gfn/chain_moves.hpp"
#include "src/gfn/object_moves.hpp"

namespace fragflow {
namespace {

class UniformMoves : public ChainMoves {
 public:
  explicit UniformMoves(const Environment& environment) : environment_(environment) {}

  std::vector<std::optional<ProposedMove>> propose(std::span<const State> from,
                                                   std::vector<Rng>& rngs) override {
    std::vector<std::optional<ProposedMove>> moves(from.size());
    parallel_for(
        static_cast<std::int64_t>(from.size()),
        [&](std::int64_t i) {
          const std::optional<State> to = propose_move(environment_, from[i], rngs[i]);
          if (!to) return;
          moves[i] = ProposedMove{*to, log_move_probability(environment_, *to, from[i]) -
                                           log_move_probability(environment_, from[i], *to)};
        },
        /*chunk=*/1);
    return moves;
  }

 private:
  const Environment& environment_;
};

}  // namespace

std::unique_ptr<ChainMoves> make_uniform_moves(const Environment& environment) {
  return std::make_unique<UniformMoves>(environment);
}

}  // namespace fragflow
