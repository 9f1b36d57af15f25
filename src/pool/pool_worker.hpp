// A worker: asks a run for batches of molecules and scores them, until it is asked to stop or the
// run is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/pool/pool_client.hpp"
#include "src/pool/pool_row.hpp"

namespace fragflow {

// How a batch is to be scored, as the run says.
struct BatchTerms {
  std::string protocol;  // PoolConfig::protocol
  bool echo = true;
  double seconds = 0;  // for the whole batch
};

// Where a run is, and the scorer with which this worker would score for it.
struct FoundRun {
  PoolClient client;
  std::string version;  // PoolConfig::version
  std::string command;  // as one line; "" if the run is not to compare it with its own
};

struct WorkerRequest {
  // It is asked again after each failure, as a run that goes on may be somewhere else. Throws
  // UserError while it cannot be told.
  std::function<FoundRun()> find_run;
  // One row for each SMILES. Throws UserError, saying why, if the batch failed.
  std::function<std::vector<PoolRow>(const std::vector<std::string>&, const BatchTerms&)> score;
  std::string name;       // for people
  double patience = 300;  // seconds without the run until the worker ends
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
