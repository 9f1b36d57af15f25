// A worker: requests batches of molecules from a run and scores them, until it is asked to stop or
// the run is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/pool/pool_client.hpp"
#include "src/pool/pool_row.hpp"

namespace fragflow {

// How to score a batch, as specified by the run.
struct BatchTerms {
  std::string protocol;  // PoolConfig::protocol
  bool echo = true;
  double seconds = 0;  // for the whole batch
};

// The location of a run, and the scorer that this worker would use for it.
struct FoundRun {
  PoolClient client;
  std::string version;  // PoolConfig::version
  std::string command;  // as one line; "" if the run should not compare it with its own
};

struct WorkerRequest {
  // Called again after each failure, since a resumed run may have moved. Throws UserError if the
  // run cannot be found.
  std::function<FoundRun()> find_run;
  // One row for each SMILES. Throws UserError with a reason if the batch failed.
  std::function<std::vector<PoolRow>(const std::vector<std::string>&, const BatchTerms&)> score;
  std::string name;       // for display
  double patience = 300;  // seconds without contact after which the worker ends
  StopToken stop;
};

struct WorkerOutcome {
  std::int64_t molecules = 0, batches = 0;  // answered and accepted
  std::int64_t failed = 0, refused = 0;     // batches
  bool was_connected = false;
  std::string last_problem;  // with the run; "" if it was asked to stop
};

// Batches are scored on the calling thread.
WorkerOutcome work(const WorkerRequest& request);

}  // namespace fragflow
