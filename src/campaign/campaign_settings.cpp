#include "src/campaign/campaign_settings.hpp"

#include "src/base/check.hpp"

namespace fragflow {

ColumnSettings activity_column(const TableSettings& table) {
  if (table.num_targets() > 1) {
    user_error("a campaign follows one activity: --target is given {} times", table.num_targets());
  }
  return table.column(0);
}

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
