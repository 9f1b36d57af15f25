#include "src/pool/scoring_pool.hpp"

#include <cmath>
#include <limits>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/child_process.hpp"
#include "src/base/stopped.hpp"
#include "src/base/text.hpp"
#include "src/pool/pool_desk.hpp"

namespace fragflow {
namespace {

double value_of(const PoolRow& row, const std::string& property, const std::string& component) {
  if (!row.failure.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (property.empty() && row.values.size() == 1) return row.values.begin()->second;
  const auto found = row.values.find(property);
  if (found != row.values.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : row.values) names.push_back(name);
  if (property.empty()) {
    user_error(
        "reward component '{}': its program answers several outputs ({}): choose one with "
        "pool.property",
        component, join(names));
  }
  user_error("reward component '{}': its program has no output '{}' (pool.property){}; it has: {}",
             component, property, did_you_mean(property, names), join(names));
}

}  // namespace

class ScoringPool::State {
 public:
  State(const PoolConfig& config, std::string component)
      : config_(config), component_(std::move(component)) {
    if (config_.command.empty()) {
      user_error("reward component '{}': a pool needs pool.command = [\"program\", ...]",
                 component_);
    }
  }

  const PoolConfig& config() const { return config_; }

  void work_in(const std::filesystem::path& run_folder, const StopToken& stop) {
    run_folder_ = run_folder;
    stop_ = stop;
  }

  std::vector<double> values(const std::string& property, std::span<const std::string> smiles) {
    if (!desk_) desk_ = std::make_unique<PoolDesk>(config_, component_, folder(), store());
    const auto rows = desk_->rows_of(smiles, stop_);
    std::vector<double> values;
    for (const std::string& text : smiles) {
      values.push_back(value_of(rows.at(text), property, component_));
    }
    return values;
  }

 private:
  std::filesystem::path folder() const {
    if (!config_.folder.empty()) return std::filesystem::absolute(config_.folder);
    if (!run_folder_.empty()) return std::filesystem::absolute(run_folder_);
    user_error(
        "reward component '{}': workers find this run by a folder, and it has none: set "
        "pool.folder (and pool.store) to a path",
        component_);
  }
  std::filesystem::path store() const {
    return config_.store.empty() ? folder() / "scores.sqlite"
                                 : std::filesystem::absolute(config_.store);
  }

  PoolConfig config_;
  std::string component_;
  std::filesystem::path run_folder_;
  StopToken stop_;
  std::unique_ptr<PoolDesk> desk_;
};

ScoringPool::ScoringPool(const PoolConfig& config, std::string component)
    : state_(std::make_unique<State>(config, std::move(component))) {}
ScoringPool::~ScoringPool() = default;

const PoolConfig& ScoringPool::config() const { return state_->config(); }

void ScoringPool::work_in(const std::filesystem::path& run_folder, const StopToken& stop) {
  state_->work_in(run_folder, stop);
}

std::vector<double> ScoringPool::values(const std::string& property,
                                        std::span<const std::string> smiles) {
  return state_->values(property, smiles);
}

}  // namespace fragflow
