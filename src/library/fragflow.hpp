// fragflow as a library: train a sampler, also with your own scores, draw molecules from it, and
// compute their likelihoods. This header is all that a program needs:
//
//     #include <fragflow/fragflow.hpp>
//     find_package(fragflow REQUIRED)                                # in CMakeLists.txt
//     target_link_libraries(my_program fragflow::fragflow)
//
// Failures throw an Error that says what would be right. Functions use all processors
// (OMP_NUM_THREADS limits them) and must not be called from several threads at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(__GNUC__)
#define FRAGFLOW_API __attribute__((visibility("default")))
#else
#define FRAGFLOW_API
#endif

namespace fragflow::api {

// An invalid argument, configuration or file.
class FRAGFLOW_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Values of molecules (canonical SMILES), in order; NaN for molecules without a value. Called on
// the thread that called train() or another function here; not called again for molecules already
// scored. Its exceptions end that function and propagate from it.
using Score = std::function<std::vector<double>(std::span<const std::string> smiles)>;

// Makes available in configurations
//     [[reward.component]]
//     type = "NAME"
// The values must be scores from 0 to 1, unless the component has a transform. Replaces an earlier
// score with this name.
FRAGFLOW_API void add_score(const std::string& name, Score score);

struct TrainOptions {
  std::filesystem::path folder;             // folder of the run
  std::filesystem::path config;             // a TOML file ...
  std::string config_text;                  // ... or its text
  std::vector<std::string> set;             // "section.key=value", applied over the configuration
  bool resume = false;                      // resumes a stopped run with its own configuration
  bool quiet = true;                        // no progress on standard error
  const std::atomic<bool>* stop = nullptr;  // polled; true ends the run, which can be resumed
};

struct TrainResult {
  bool finished = false;  // false: stopped
  std::int64_t steps = 0, trajectories = 0;
  std::int64_t samples = 0;                                   // in samples.csv
  double mean_score = 0, unique_share = 0, top_100_mean = 0;  // of the samples
  double log_z = 0;  // natural logarithm of the learned sum of all rewards
};

// Like `fragflow train`: the folder then holds weights, metrics, samples and report.html.
FRAGFLOW_API TrainResult train(const TrainOptions& options);

// Drawn objects with one value each; NaN for missing values.
struct Molecules {
  std::vector<std::string> smiles;
  std::vector<double> score, log_reward, log_pf;  // log P_F of the drawn trajectory
  std::int64_t drawn = 0;                         // number of draws needed
};

struct SampleOptions {
  std::int64_t count = 1000;
  std::uint64_t seed = 0;  // the same seed, the same molecules
  bool unique = false;     // each once
  bool scored = true;      // false: faster, all scores NaN
  double min_score = -std::numeric_limits<double>::infinity();
};

// A trained run.
class FRAGFLOW_API Sampler {
 public:
  explicit Sampler(const std::filesystem::path& folder);
  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;
  ~Sampler();

  // Fewer than requested if not enough suitable ones can be found.
  Molecules sample(const SampleOptions& options) const;

  // The exact log p(molecule), summed over all ways to build it; NaN for what cannot be built.
  std::vector<double> log_likelihood(std::span<const std::string> smiles) const;

  // The score used in training; NaN for SMILES that RDKit rejects.
  std::vector<double> score(std::span<const std::string> smiles) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One line: fragflow and the versions of its libraries.
FRAGFLOW_API std::string version();

}  // namespace fragflow::api
