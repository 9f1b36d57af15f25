// The measurements of `fragflow bench`: the speed of a configuration on this machine.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/run/experiment.hpp"

namespace fragflow {

struct BenchmarkRequest {
  Config config;
  double seconds = 8;  // per measurement
};

struct BenchmarkResult {
  // Everything a run does per step except writing files: Trainer::step and recording.
  double training_trajectories_per_second = 0;
  // All the work of `sample`: draw, assemble, SMILES round trip, validity, score, log P_F, CSV.
  double sampling_molecules_per_second = 0;
  // The same without scores: SMILES round trip and validity.
  double sampling_without_scores_per_second = 0;
  double sampling_valid_share = 0;
  // From SMILES to predictions; 0 without a proxy in the reward.
  double proxy_molecules_per_second = 0;
  // Name and mean milliseconds of each part of a training step, in order.
  std::vector<std::pair<std::string, double>> phases_ms;
  // Float32 matrix products of a training step, forward and backward, proxies included.
  double matrix_operations_per_step = 0;
  // Operations per second of the fastest product on this machine, measured between the timed steps:
  // averaged over all that time, since step times are also means and other programs slow down both,
  // and in its best millisecond.
  double matrix_product_rate = 0, best_matrix_product_rate = 0;
  std::int64_t training_steps = 0, sampled = 0, predicted = 0;  // sizes of the measurements
};

// Starts from fresh weights, so that a result does not depend on a run. Throws UserError for an
// inconsistent configuration.
BenchmarkResult run_benchmark(BenchmarkRequest request);

}  // namespace fragflow
