// Steps shared by the stages of every design (src/design/design_stages.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "src/config/field_list.hpp"
#include "src/design/design_config.hpp"
#include "src/design/design_settings.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/model_facts.hpp"
#include "src/design/reward_facts.hpp"
#include "src/design/table_facts.hpp"

namespace fragflow {

// Settings as stored in the record.
template <typename Settings>
Json settings_json(Settings settings) {
  Json json = Json::object();
  for (const Field& field : list_fields(settings)) {
    std::visit(
        [&]<typename Target>(const Target& target) {
          if constexpr (std::is_pointer_v<Target>) json[field.name] = *target;
        },
        field.target);
  }
  return json;
}
// The same; options of a single column are not a list, as in records from before lists.
Json table_json(const TableSettings& settings);

// The model of one activity column and the one that checks it, with cross-validation: writes both,
// returns the figures; empty if stopped. table: the result of make_table.
std::optional<ProxyFacts> make_proxy(const DesignSettings& settings, const DesignPaths& paths,
                                     const TableFacts& table, const DesignContext& context);

// Writes design.toml: `text` with the user's settings applied. Throws UserError for inconsistent
// settings.
void write_config(std::string text, const DesignSettings& settings, const DesignPaths& paths);

// The stages of a design with several activity columns or an objective
// (src/design/design_targets.hpp): those of design_stages, with the models before the vocabulary,
// because compounds not measured for all columns are ranked by predictions.
std::vector<Stage> objective_stages(const DesignSettings& settings, const DesignPaths& paths,
                                    const DesignContext& context);

// What the reward of one activity depends on besides the compounds.
struct RewardBasis {
  bool higher_is_better = true, in_potency = false;  // of the table
  MotifFacts motifs;
  std::int64_t max_fragments = 5;           // of a molecule
  std::optional<ActivityRange> range = {};  // replaces activity_range of the table
  std::vector<std::string> origin = DesignExtras().origin;
};
// Makes the reward of a design of one activity column, and writes design.toml.
ConfigFacts make_config(const DesignSettings& settings, const DesignPaths& paths,
                        const RewardBasis& basis);

// Training, from design.toml to run/; empty if stopped.
std::optional<TrainFacts> run_training(const DesignPaths& paths, const DesignContext& context);
// Removes a run that cannot be continued because its models or vocabulary have changed.
void drop_stale_run(const DesignPaths& paths, const Json& before);

}  // namespace fragflow
