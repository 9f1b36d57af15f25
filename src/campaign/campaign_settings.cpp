#include "src/campaign/campaign_settings.hpp"

namespace fragflow {

DesignSettings design_settings(const CampaignSettings& settings, std::uint64_t seed,
                               std::int64_t steps) {
  DesignSettings design;
  design.activities = settings.activities;
  design.seed = seed;
  design.table = settings.table;
  design.vocabulary = settings.vocabulary;
  design.proxy.model = "gp";
  design.proxy.bounds = settings.campaign.bounds;
  design.run = settings.run;
  design.run.steps = steps;
  return design;
}

}  // namespace fragflow
