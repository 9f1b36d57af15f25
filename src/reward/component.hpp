// A component of the reward computes raw values of molecules. A new one is a function in a .cpp
// file and a line in the table of component_table.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/chem/parsed_molecule.hpp"
#include "src/reward/reward_config.hpp"
#include "src/reward/scoring_context.hpp"

namespace fragflow {

class Component {
 public:
  virtual ~Component() = default;

  // One raw value per molecule, in order; NaN if it has none. May use all threads.
  virtual std::vector<double> values(std::span<const ParsedMolecule> molecules) = 0;
  // Called before the first values of a run: see Reward::work_in.
  virtual void work_in(const ScoringContext&) {}
  // True if values depend on the open slots of the tree, not only on the molecule.
  virtual bool needs_open_slots() const { return false; }
};

// A component whose value is a thread-safe function of one molecule; evaluated in parallel.
std::unique_ptr<Component> function_component(
    std::function<double(const RDKit::ROMol& molecule)> function);

class ProcessScorer;
class ScoringPool;

// Components may share a program if their settings differ only in the output they use.
template <typename Settings>
bool is_same_apart_from_property(Settings a, const Settings& b) {
  a.property = b.property;
  return a == b;
}

// Scorers that components of one reward share.
struct SharedScorers {
  std::vector<std::shared_ptr<ProcessScorer>> programs;
  std::vector<std::shared_ptr<ScoringPool>> pools;
};

struct ComponentType {
  std::string name;
  // Throws UserError for invalid options.
  std::function<std::unique_ptr<Component>(const ComponentConfig&, SharedScorers&)> make;
  // Meaning of "auto"; empty if raw values are not scores and the user has to choose.
  std::optional<TransformConfig> transform;
  // Its own keys in [[reward.component]]; setting any other is an error.
  std::vector<std::string> reads = {};
};

// The table of component types.
const std::vector<ComponentType>& component_types();
// Gives options that the component's type does not read their defaults: in runs of versions that
// let them be set, without effect.
void reset_unread_keys(ComponentConfig& config);
// Adds a row, or replaces the one of that name: for programs with their own scores. Existing
// rewards are not changed. Not thread-safe.
void add_component_type(ComponentType type);

// Makes the component and fills in its defaults (name, transform). Throws UserError for an unknown
// type, suggesting the nearest one, and for invalid options.
std::unique_ptr<Component> make_component(ComponentConfig& config, SharedScorers& shared);

// "process": an output of a user's program. Components with the same command share it.
std::unique_ptr<Component> make_process_component(const ComponentConfig& config,
                                                  SharedScorers& shared);

// "pool": an output of a user's program that is run by worker processes. Components with the same
// command share it.
std::unique_ptr<Component> make_pool_component(const ComponentConfig& config,
                                               SharedScorers& shared);

// "torchscript": an output of a TorchScript module. Loading the module executes its code.
std::unique_ptr<Component> make_torchscript_component(const ComponentConfig& config);

// "domain": similarity to the compounds of a table.
std::unique_ptr<Component> make_domain_component(const ComponentConfig& config);

// "route": from the best synthesis route within a vocabulary of synthons; NaN without a route.
std::unique_ptr<Component> make_route_component(const ComponentConfig& config);

// "proxy": mean - kappa * standard deviation.
std::unique_ptr<Component> make_proxy_component(const ComponentConfig& config);

// "proxy_sum": the same for a weighted sum of the predictions of several models, c_1 y_1 + c_2 y_2
// + ..., such as a difference of two activities (1, -1) or an activity that should be low (-1). The
// models are assumed independent: mean sum c_i m_i, variance sum c_i^2 s_i^2.
std::unique_ptr<Component> make_proxy_sum_component(const ComponentConfig& config);

}  // namespace fragflow
