// `fragflow design`: decides which stages run, checks requests and reports results.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "src/base/stop_token.hpp"
#include "src/design/design_settings.hpp"

namespace fragflow {

struct DesignRequest {
  DesignSettings settings;
  std::filesystem::path folder;
  std::string stage;       // only this one; "": all that are out of date
  bool overwrite = false;  // earlier results made differently may be replaced
  bool quiet = false;
  std::string command;  // as typed
  // Called by stages that can be stopped and resumed; until then a signal ends the program.
  std::function<StopToken()> listen = [] { return StopToken(); };
};

struct DesignOutcome {
  bool finished = false;        // every stage is up to date
  nlohmann::ordered_json json;  // everything the stages reported
  std::string text;             // the summary, or how to continue
};

// Makes the design in its folder, or its missing stages. A stage whose settings or inputs have
// changed is made again, together with those that depend on it; once training has begun this
// requires `overwrite`. Throws UserError; existing results are then kept.
DesignOutcome run_design(const DesignRequest& request);

// The settings of the design in `folder`. Throws UserError if there is none.
DesignSettings recorded_design(const std::filesystem::path& folder);

}  // namespace fragflow
