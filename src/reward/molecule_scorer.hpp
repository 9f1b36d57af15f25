// Scores molecules: components, transforms, aggregation, and a cache by canonical SMILES (and by
// open slots, if a component depends on them).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/safetensors.hpp"
#include "src/reward/component.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

struct MoleculeScore {
  bool valid = false;
  std::string reason;  // why it is not valid
  double score = 0;
  double log_reward = 0;
  std::vector<double> raw;          // per component; empty if not valid
  std::vector<double> transformed;  // per component; empty if not valid
};

class MoleculeScorer {
 public:
  // About 60 MB, which bounds the memory of runs of any length.
  static constexpr std::size_t kCacheCapacity = 200'000;

  // Loads models and catalogs. Throws UserError for an inconsistent configuration. The cache holds
  // the cache_capacity molecules scored last.
  explicit MoleculeScorer(RewardConfig config, std::size_t cache_capacity = kCacheCapacity);

  // The configuration with defaults filled in (names, transforms).
  const RewardConfig& config() const { return config_; }
  // Names of the components; unique.
  std::vector<std::string> names() const;

  // See Reward::work_in.
  void work_in(const ScoringContext& context) {
    for (const auto& component : components_) component->work_in(context);
  }

  // One result per molecule, in order. Repeated molecules are scored once, and results do not
  // depend on the number of threads.
  std::vector<MoleculeScore> score(std::span<const ParsedMolecule> molecules);
  // The same from canonical SMILES; for unparsable text the result is not valid.
  std::vector<MoleculeScore> score(std::span<const std::string> canonical_smiles);

  // The result of a molecule that could not be scored.
  MoleculeScore failed(std::string reason) const;

  // Number of molecules scored; those answered from the cache are not counted.
  std::int64_t num_calls() const { return num_calls_; }

  // Stores the cache, so that a resumed run scores and counts like an uninterrupted one. load
  // replaces it and throws UserError if the components differ.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  using Cache = std::unordered_map<std::string, std::vector<double>>;  // raw values

  std::string key_of(const ParsedMolecule& molecule) const;
  void remember(std::string key, std::vector<double> raw);
  void forget_oldest();  // down to the cache's capacity
  MoleculeScore result_of(const std::vector<double>& raw) const;

  RewardConfig config_;
  std::vector<std::unique_ptr<Component>> components_;
  bool needs_open_slots_ = false;
  std::size_t cache_capacity_;
  std::atomic<std::int64_t> num_calls_ = 0;  // readable while another thread scores
  Cache cache_;
  std::deque<const Cache::value_type*> order_;  // cache entries in order of scoring
};

}  // namespace fragflow
