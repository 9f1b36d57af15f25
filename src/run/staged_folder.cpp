#include "src/run/staged_folder.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "src/base/file.hpp"
#include "src/run/run_folder.hpp"

namespace fragflow {

namespace fs = std::filesystem;

nlohmann::json run_metadata(const fs::path& folder) {
  const fs::path path = RunPaths(folder).metadata();
  if (!fs::exists(path)) return nlohmann::json::object();
  const nlohmann::json json = nlohmann::json::parse(read_file(path), nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

namespace {

nlohmann::json stages_of(const fs::path& run) {
  const nlohmann::json stages = run_metadata(run).value("stages", nlohmann::json::array());
  return stages.is_array() ? stages : nlohmann::json::array();
}

template <typename Condition>
std::optional<fs::path> last_stage(const fs::path& run, Condition condition) {
  std::optional<fs::path> last;
  for (std::size_t k = 0; k < stages_of(run).size(); ++k) {
    const fs::path folder = stage_folder(run, k);
    if (condition(folder)) last = folder;
  }
  return last;
}

}  // namespace

fs::path stage_folder(const fs::path& run, std::size_t k) {
  return run / fmt::format("stage-{}", k + 1);
}

bool holds_stages(const fs::path& run) { return !stages_of(run).empty(); }

std::optional<fs::path> latest_stage(const fs::path& run) {
  return last_stage(run, [](const fs::path& folder) { return fs::exists(folder); });
}

std::optional<fs::path> finished_stage(const fs::path& run) {
  return last_stage(run, is_finished_run);
}

bool is_finished_run(const fs::path& folder) {
  // The report is the last file that a run writes.
  return run_metadata(folder).value("finished", false) && fs::exists(RunPaths(folder).report());
}

std::string stage_in_words(const fs::path& folder) {
  const fs::path run = folder.parent_path();
  const nlohmann::json stages = stages_of(run);
  for (std::size_t k = 0; k < stages.size(); ++k) {
    if (stage_folder(run, k) != folder) continue;
    const std::string name = stages[k].is_object() ? stages[k].value("name", "") : "";
    return fmt::format("stage {} of {}{}: ", k + 1, stages.size(),
                       name.empty() ? "" : " (" + name + ")");
  }
  return "";
}

}  // namespace fragflow
