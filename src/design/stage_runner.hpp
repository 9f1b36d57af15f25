// Makes a folder in stages, each from files and settings to files: stages that are up to date are
// skipped, stages affected by a change are made again, and a stop at any moment loses at most the
// current stage.
//
// The folder's record (a JSON file) holds for every stage its settings, the digests of the files it
// read and wrote, whether it is finished, and the facts it reported.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/facts.hpp"
#include "src/base/record_file.hpp"

namespace fragflow {

using Json = nlohmann::ordered_json;

class StageRunner;

struct Stage {
  std::string name;
  Json settings;
  std::vector<std::string> inputs;         // files; relative ones are in the folder; may be missing
  std::vector<std::string> outputs;        // files in the folder that a finished stage leaves
  std::vector<std::string> facts_of = {};  // earlier stages whose facts it reads
  // May be empty. Called before the stage is recorded as begun, with the record of its last
  // beginning (null if none): removes what cannot be continued.
  std::function<void(const Json& before)> prepare = {};
  // Makes the outputs and returns the stage's facts; empty if a signal stopped it. Facts of earlier
  // stages are available from the runner.
  std::function<std::optional<Json>(const StageRunner& runner)> run = {};
};

// The record in the file, without its digest. Throws UserError if it is damaged or of another
// format.
Json read_stage_record(const std::filesystem::path& path);

class StageRunner {
 public:
  // Reads the record if there is one. Throws UserError if it is damaged or of another format.
  StageRunner(std::filesystem::path folder, std::string record_name, std::vector<Stage> stages);

  const std::vector<Stage>& stages() const { return stages_; }
  // Throws UserError, naming the existing stages, for an unknown one.
  std::size_t index_of(const std::string& name) const;

  // Why the stage must be made (again); "" if it is up to date. `again`: it was finished or begun
  // before, with other settings or inputs. An output changed by hand is not a reason: it is used as
  // it is.
  struct Need {
    std::string reason;
    bool again = false;
  };
  Need need(std::size_t stage) const;
  // Finished outputs whose content differs from what their stage wrote.
  std::vector<std::string> edited_outputs(std::size_t stage) const;

  // Runs the stage and writes the record before and after. False if it was stopped.
  bool run(std::size_t stage);

  // Facts of a finished stage; null before.
  const Json& facts(const std::string& stage) const;
  // The same as a struct (src/base/facts.hpp). Throws UserError naming the record, the stage and
  // the key for facts that do not match the struct.
  template <typename Facts>
  Facts read(const std::string& stage) const {
    return read_facts<Facts>(facts(stage), "'" + (folder_ / record_name_).string() +
                                               "', what stage " + stage + " found");
  }
  // A part of the record for use by the caller, saved with it.
  Json& extra() { return record_["extra"]; }
  void save() const;

 private:
  std::filesystem::path path_of(const std::string& file) const;
  Json input_digests(const Stage& stage) const;

  std::filesystem::path folder_;
  std::string record_name_;
  std::vector<Stage> stages_;
  Json record_;
};

// Adapts a function that returns the facts as a struct, or std::nullopt if stopped, to Stage::run.
template <typename Work>
std::function<std::optional<Json>(const StageRunner&)> stage_work(Work work) {
  return [work](const StageRunner& runner) -> std::optional<Json> {
    auto facts = work(runner);
    if constexpr (requires { facts.has_value(); }) {
      if (!facts) return {};
      return facts_json(std::move(*facts));
    } else {
      return facts_json(std::move(facts));
    }
  };
}

}  // namespace fragflow
