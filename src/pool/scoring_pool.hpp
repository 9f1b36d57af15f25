// Scores molecules by worker processes: looks them up in the store, otherwise lends them to workers
// until every molecule has a score or is given up. The result does not depend on which worker
// scores what, or on the order of their answers.
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
  // component: name of the requester, for messages. Nothing is opened before the first molecule to
  // score. Throws UserError without a command.
  ScoringPool(const PoolConfig& config, std::string component);
  ~ScoringPool();
  ScoringPool(const ScoringPool&) = delete;
  ScoringPool& operator=(const ScoringPool&) = delete;

  const PoolConfig& config() const;

  // Sets the default of config.folder and config.store, and the token that ends waiting.
  void work_in(const std::filesystem::path& run_folder, const StopToken& stop);

  // One value of the output `property` (the only one if empty) for each of the canonical SMILES,
  // which may be repeated; NaN for molecules that were given up, with a warning that says why.
  // Waits for workers indefinitely; throws Stopped if it was asked to stop, and UserError if the
  // store cannot be read or written, if the output is unknown, or if many molecules in a row are
  // given up and none was ever scored. Scores obtained until then are stored.
  std::vector<double> values(const std::string& property, std::span<const std::string> smiles);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace fragflow
