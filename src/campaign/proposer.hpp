// From candidates to a batch: model predictions, and the choice of a strategy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/campaign/campaign_settings.hpp"
#include "src/chem/activity_table.hpp"
#include "src/reward/proxy_data.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {

// At most this many candidates, best acquisition first, are considered jointly: a joint posterior
// takes the time and memory of a matrix, and a batch is far smaller.
inline constexpr std::size_t kMostJoint = 1000;

struct BatchRequest {
  const ActivityTable* known = nullptr;  // molecules and bounds, in the campaign's unit
  bool higher_is_better = true;
  // Canonical SMILES, ascending and distinct; excludes known and proposed ones. The order breaks
  // ties, so that it must not depend on the order of a file.
  std::vector<std::string> candidates;
  std::vector<std::string> open;  // proposed and not measured: taken into account, never chosen
  BatchSettings batch;
  std::uint64_t seed = 0;
};

// In the campaign's unit, except the acquisition, for which more is always better (if lower
// activities are better it uses the negated activity, like the model).
struct ChosenCompound {
  std::size_t candidate = 0;
  double predicted = 0, deviation = 0;  // of a new measurement
  double acquisition = 0;
  bool relaxed = false;     // more similar to others of the batch than requested
  std::size_t nearest = 0;  // index into known->molecules
  double nearest_similarity = 0;
};

struct BatchAnswer {
  std::vector<ChosenCompound> chosen;  // in the order of choice
  std::size_t joint = 0;               // number of candidates considered jointly
};

// model: of the known activities, oriented so that more is better; null if the strategy needs none
// (predictions are NaN). A function of its arguments, up to the last bits of LibTorch's sums.
BatchAnswer choose_compounds(ProxyModel* model, const BatchRequest& request);

// Training data of the model: the known activities, negated if lower ones are better.
ProxyData model_data(const ActivityTable& known, bool higher_is_better);

}  // namespace fragflow
