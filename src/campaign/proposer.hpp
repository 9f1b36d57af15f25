// From candidates to a batch: what the model says of them, and a strategy's choice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/campaign/campaign_settings.hpp"
#include "src/chem/activity_table.hpp"
#include "src/reward/proxy_data.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {

// Of more candidates those with the best acquisition, each seen by itself, are looked at together:
// what is believed of pairs takes the time and memory of a matrix, and a batch is far smaller.
inline constexpr std::size_t kMostJoint = 1000;

struct BatchRequest {
  const ActivityTable* known = nullptr;  // molecules and bounds, in the campaign's unit
  bool higher_is_better = true;
  // Canonical SMILES, ascending and distinct: none known, none proposed before. The order decides
  // among equals, so that it must not depend on that of a file.
  std::vector<std::string> candidates;
  std::vector<std::string> open;  // proposed and not measured: reckoned with, never chosen
  BatchSettings batch;
  std::uint64_t seed = 0;
};

// In the campaign's unit, but for the acquisition, of which more is always better (where lower
// activities are better it is of their negative, as the model is).
struct ChosenCompound {
  std::size_t candidate = 0;
  double predicted = 0, deviation = 0;  // of a new measurement
  double acquisition = 0;
  bool relaxed = false;     // more similar to others of the batch than was asked for
  std::size_t nearest = 0;  // of known->molecules
  double nearest_similarity = 0;
};

struct BatchAnswer {
  std::vector<ChosenCompound> chosen;  // in the order of choice
  std::size_t joint = 0;               // candidates that were looked at together
};

// model: of the known activities, made so that more is better; null for a strategy that asks none:
// predictions are NaN then. A function of its arguments, but for the last bits of LibTorch's sums.
BatchAnswer choose_compounds(ProxyModel* model, const BatchRequest& request);

// What the model learns from: the known activities, turned round where lower ones are better.
ProxyData model_data(const ActivityTable& known, bool higher_is_better);

}  // namespace fragflow
