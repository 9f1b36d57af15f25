#include "src/base/parallel.hpp"
#include "src/gfn/chain_moves.hpp"
#include "src/gfn/object_moves.hpp"

namespace fragflow {
namespace {

// Rebuildings are larger and rarely accepted, but without them some objects are unreachable.
constexpr std::size_t kRebuildOneIn = 4;

std::optional<ProposedMove> propose_one(const Environment& environment, const State& from,
                                        Rng& rng) {
  if (rng.below(kRebuildOneIn) == 0) {
    const std::optional<RebuiltObject> rebuilt = propose_rebuilding(environment, from, rng);
    return rebuilt ? std::optional(ProposedMove{rebuilt->to, rebuilt->log_hastings}) : std::nullopt;
  }
  const std::optional<State> to = propose_move(environment, from, rng);
  if (!to) return {};
  return ProposedMove{*to, log_move_probability(environment, *to, from) -
                               log_move_probability(environment, from, *to)};
}

class UniformMoves : public ChainMoves {
 public:
  explicit UniformMoves(const Environment& environment) : environment_(environment) {}

  std::vector<std::optional<ProposedMove>> propose(std::span<const State> from,
                                                   std::vector<Rng>& rngs) override {
    std::vector<std::optional<ProposedMove>> moves(from.size());
    parallel_for(
        static_cast<std::int64_t>(from.size()),
        [&](std::int64_t i) { moves[i] = propose_one(environment_, from[i], rngs[i]); },
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
