// What the stages of every design share (src/design/design_stages.cpp).
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

// Settings as the record keeps them.
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
// The same; what is said of one column is no list, as before there could be several.
Json table_json(const TableSettings& settings);

// The model of one activity column and the one that judges it, with their cross-validation: writes
// both, returns the figures; nothing if it was stopped. table: what make_table returned.
std::optional<ProxyFacts> make_proxy(const DesignSettings& settings, const DesignPaths& paths,
                                     const TableFacts& table, const DesignContext& context);

// Writes design.toml: `text` with what the user sets. Throws UserError for settings that do not
// fit.
void write_config(std::string text, const DesignSettings& settings, const DesignPaths& paths);

// The stages of a design with several activity columns or an objective
// (src/design/design_targets.hpp): those of design_stages, with the models before the vocabulary,
// because compounds that were not measured for all columns are ranked by predictions.
std::vector<Stage> objective_stages(const DesignSettings& settings, const DesignPaths& paths,
                                    const DesignContext& context);

// What the reward of one activity follows from besides the compounds.
struct RewardBasis {
  bool higher_is_better = true, in_potency = false;  // of the table
  MotifFacts motifs;
  std::int64_t max_fragments = 5;           // of a molecule
  std::optional<ActivityRange> range = {};  // in place of activity_range of the table
  std::vector<std::string> origin = DesignExtras().origin;
};
// The reward of a design of one activity column, and design.toml with it.
ConfigFacts make_config(const DesignSettings& settings, const DesignPaths& paths,
                        const RewardBasis& basis);

// Training, from design.toml to run/; nothing if it was stopped.
std::optional<TrainFacts> run_training(const DesignPaths& paths, const DesignContext& context);
// A run whose models or vocabulary are others now cannot be continued, whatever its settings say.
void drop_stale_run(const DesignPaths& paths, const Json& before);

}  // namespace fragflow
