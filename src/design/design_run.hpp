// `fragflow design`: which stages run, what is refused, what is said.
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
  std::string stage;       // only this one; "": all that are not up to date
  bool overwrite = false;  // earlier results made otherwise may be replaced
  bool quiet = false;
  std::string command;  // as typed
  // Called by the stages that can be stopped and continued; until then a signal ends the program.
  std::function<StopToken()> listen = [] { return StopToken(); };
};

struct DesignOutcome {
  bool finished = false;        // every stage is up to date
  nlohmann::ordered_json json;  // everything the stages reported
  std::string text;             // the summary, or how to go on
};

// Makes the design in its folder, or what is missing of it. A stage whose settings or inputs have
// changed is made again, with those that depend on it; once training has begun that needs
// `overwrite`. Throws UserError; what was there then stays.
DesignOutcome run_design(const DesignRequest& request);

// The settings of the design in `folder`. Throws UserError if there is none.
DesignSettings recorded_design(const std::filesystem::path& folder);

}  // namespace fragflow
