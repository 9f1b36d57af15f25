#include "src/design/stage_runner.hpp"

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "fragflow stages 1";

// The differences of two flat objects: "steps 1000 -> 200, seed 0 -> 1".
std::string difference(const Json& before, const Json& now) {
  std::vector<std::string> parts;
  const auto text = [](const Json& object, const std::string& key) {
    return object.contains(key) ? json_text(object[key]) : std::string("nothing");
  };
  for (const auto& [key, value] : now.items()) {
    if (!before.contains(key) || before[key] != value) {
      parts.push_back(fmt::format("{} {} -> {}", key, text(before, key), json_text(value)));
    }
  }
  for (const auto& [key, value] : before.items()) {
    if (!now.contains(key)) parts.push_back(fmt::format("{} {} -> nothing", key, json_text(value)));
  }
  return join(parts);
}

// Names of the files whose digests differ.
std::string changed_files(const Json& before, const Json& now) {
  std::vector<std::string> names;
  for (const auto& [name, digest] : now.items()) {
    if (!before.contains(name) || before[name] != digest) names.push_back(name);
  }
  return join(names);
}

}  // namespace

Json read_stage_record(const fs::path& path) { return read_record(path, kFormat); }

StageRunner::StageRunner(fs::path folder, std::string record_name, std::vector<Stage> stages)
    : folder_(std::move(folder)),
      record_name_(std::move(record_name)),
      stages_(std::move(stages)),
      record_({{"format", kFormat}, {"extra", Json::object()}, {"stages", Json::object()}}) {
  const fs::path path = folder_ / record_name_;
  if (!fs::exists(path)) return;
  record_ = read_stage_record(path);
}

fs::path StageRunner::path_of(const std::string& file) const {
  return folder_ / file;  // absolute paths are unchanged
}

std::size_t StageRunner::index_of(const std::string& name) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].name == name) return i;
    names.push_back(stages_[i].name);
  }
  user_error("there is no stage '{}'; the stages are: {}", name, join(names));
}

Json StageRunner::input_digests(const Stage& stage) const {
  Json digests = Json::object();
  for (const std::string& file : stage.inputs) digests[file] = file_digest(path_of(file));
  for (const std::string& name : stage.facts_of) {
    digests["what " + name + " found"] = text_digest(json_text(facts(name)));
  }
  return digests;
}

StageRunner::Need StageRunner::need(std::size_t index) const {
  const Stage& stage = stages_[index];
  const auto found = record_["stages"].find(stage.name);
  if (found == record_["stages"].end()) return {"not done yet", false};
  const Json& entry = *found;
  if (entry["settings"] != stage.settings) {
    return {"settings changed: " + difference(entry["settings"], stage.settings), true};
  }
  const Json digests = input_digests(stage);
  if (entry["inputs"] != digests) {
    return {"changed: " + changed_files(entry["inputs"], digests), true};
  }
  if (!entry["done"].get<bool>()) return {"not finished", false};
  for (const std::string& file : stage.outputs) {
    if (!fs::exists(path_of(file))) return {fmt::format("'{}' is missing", file), false};
  }
  return {};
}

std::vector<std::string> StageRunner::edited_outputs(std::size_t index) const {
  const Stage& stage = stages_[index];
  std::vector<std::string> edited;
  const auto found = record_["stages"].find(stage.name);
  if (found == record_["stages"].end() || !(*found)["done"].get<bool>()) return edited;
  for (const std::string& file : stage.outputs) {
    const std::string digest = file_digest(path_of(file));
    if (!digest.empty() && (*found)["outputs"].value(file, "") != digest) edited.push_back(file);
  }
  return edited;
}

bool StageRunner::run(std::size_t index) {
  const Stage& stage = stages_[index];
  Json entry = {{"settings", stage.settings}, {"inputs", input_digests(stage)}, {"done", false}};
  if (stage.prepare) stage.prepare(record_["stages"].value(stage.name, Json()));
  record_["stages"][stage.name] = entry;
  save();
  std::optional<Json> facts = stage.run(*this);
  if (!facts) return false;
  entry["done"] = true;
  entry["outputs"] = Json::object();
  for (const std::string& file : stage.outputs) {
    entry["outputs"][file] = file_digest(path_of(file));
  }
  entry["facts"] = std::move(*facts);
  record_["stages"][stage.name] = std::move(entry);
  save();
  return true;
}

const Json& StageRunner::facts(const std::string& stage) const {
  static const Json nothing;
  const Json& stages = record_["stages"];
  if (!stages.contains(stage) || !stages[stage].contains("facts")) return nothing;
  return stages[stage]["facts"];
}

void StageRunner::save() const { write_record(folder_ / record_name_, record_); }

}  // namespace fragflow
