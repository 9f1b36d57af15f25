// The scores of molecules from worker processes: looked up in the store, otherwise lent to workers
// until every molecule has a score or is given up. Which worker scores what, and in which order
// they answer, makes no difference to the result.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/pool/pool_config.hpp"

namespace fragflow {

class ScoringPool {
 public:
  // component: who wants scores, for messages. Nothing is opened before there is a molecule to
  // score. Throws UserError without a command.
  ScoringPool(const PoolConfig& config, std::string component);
  ~ScoringPool();
  ScoringPool(const ScoringPool&) = delete;
  ScoringPool& operator=(const ScoringPool&) = delete;

  const PoolConfig& config() const;

  // The folder that config.folder and config.store fall back to, and what ends the waiting.
  void work_in(const std::filesystem::path& run_folder, const StopToken& stop);

  // One value of the output `property` (the only one if empty) for each of the canonical SMILES,
  // which may repeat; NaN for one that was given up, with a warning that says why. Waits for
  // workers as long as it takes; throws Stopped if it was asked to stop, and UserError if the store
  // cannot be read or written, if the output is unknown, or if molecule after molecule is given up
  // and none was ever scored. What was scored until then is stored.
  std::vector<double> values(const std::string& property, std::span<const std::string> smiles);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace fragflow
