#include "src/base/check.hpp"
#include "src/pool/scoring_pool.hpp"
#include "src/reward/component.hpp"

namespace fragflow {
namespace {

class PoolComponent : public Component {
 public:
  PoolComponent(std::shared_ptr<ScoringPool> pool, std::string property)
      : pool_(std::move(pool)), property_(std::move(property)) {}

  void work_in(const ScoringContext& context) override {
    pool_->work_in(context.run_folder, context.stop);
  }

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<std::string> smiles;
    for (const ParsedMolecule& molecule : molecules) smiles.push_back(*molecule.smiles);
    return pool_->values(property_, smiles);
  }

 private:
  std::shared_ptr<ScoringPool> pool_;
  std::string property_;
};

}  // namespace

std::unique_ptr<Component> make_pool_component(const ComponentConfig& config,
                                               SharedScorers& shared) {
  const PoolConfig& settings = config.pool;
  for (const auto& pool : shared.pools) {
    if (is_same_apart_from_property(pool->config(), settings)) {
      return std::make_unique<PoolComponent>(pool, settings.property);
    }
    if (pool->config().folder == settings.folder) {
      user_error(
          "reward component '{}': another component has a pool with other settings in the same "
          "folder; components that share a pool may differ in pool.property only, others need a "
          "pool.folder of their own",
          config.name);
    }
  }
  shared.pools.push_back(std::make_shared<ScoringPool>(settings, config.name));
  return std::make_unique<PoolComponent>(shared.pools.back(), settings.property);
}

}  // namespace fragflow
