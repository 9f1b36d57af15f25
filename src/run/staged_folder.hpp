// Folders of the stages of a run: RUN/stage-1, RUN/stage-2 and so on, each a complete run folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace fragflow {

// Folder of stage k, counted from 0.
std::filesystem::path stage_folder(const std::filesystem::path& run, std::size_t k);

// run.json of the folder; {} if it is missing or not JSON.
nlohmann::json run_metadata(const std::filesystem::path& folder);

// True if run.json in the folder lists stages.
bool holds_stages(const std::filesystem::path& run);

// The last stage that was started; empty if the folder has no stages or none was started.
std::optional<std::filesystem::path> latest_stage(const std::filesystem::path& run);
// The last stage that is finished.
std::optional<std::filesystem::path> finished_stage(const std::filesystem::path& run);

// True if all files of a finished run exist.
bool is_finished_run(const std::filesystem::path& folder);

// "stage 2 of 3 (refine): " for the folder of a stage, "" for any other.
std::string stage_in_words(const std::filesystem::path& folder);

}  // namespace fragflow
