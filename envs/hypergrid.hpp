// The hypergrid of Bengio et al. (NeurIPS 2021, section 4.1): from the corner (0, ..., 0) add 1 to
// one coordinate at a time, then stop. Small enough for exact distributions.
#pragma once

#include "envs/environment.hpp"
#include "src/base/fields.hpp"

namespace fragflow {

struct HypergridConfig {
  int dimension = 2;
  int height = 8;
  bool forced_stop = false;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("dimension", dimension, {1, kMaxNodes}, "hypergrid: number of coordinates");
    visit.number("height", height, {2, 65536}, "hypergrid: cells along each coordinate");
    visit.flag(
        "forced_stop", forced_stop,
        "hypergrid: end as soon as a coordinate is height - 1, as the first codes did; cells "
        "with two such coordinates are then unreachable");
  }
};

class Hypergrid : public Environment {
 public:
  // Throws UserError for values outside the ranges of HypergridConfig.
  explicit Hypergrid(const HypergridConfig& config);

  const HypergridConfig& config() const { return config_; }

  State initial_state() const override;
  void legal_actions(const State& state, ActionSet& actions) const override;
  State apply(const State& state, Action action) const override;
  void legal_backward_actions(const State& state,
                              std::vector<BackwardAction>& actions) const override;
  Predecessor undo(const State& state, BackwardAction action) const override;
  bool stops_by_action() const override { return !config_.forced_stop; }
  State canonical(const State& state) const override { return state; }
  int max_length() const override;
  Shape shape() const override;
  // "(3, 5)"
  std::string to_string(const State& state) const override;

 private:
  // Number of coordinates at the far side, height - 1.
  int num_at_end(const State& state) const;

  HypergridConfig config_;
};

}  // namespace fragflow
