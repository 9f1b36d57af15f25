#include "src/design/design_run.hpp"

#include <algorithm>
#include <map>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/alerts.hpp"
#include "src/config/config_toml.hpp"
#include "src/design/design_objective.hpp"
#include "src/design/design_stages.hpp"
#include "src/run/folder_lock.hpp"
#include "src/run/run_folder.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecord = "design.json";

const std::map<std::string, std::string> kTitles = {
    {"table", "reading the activities"},
    {"vocabulary", "fragments to build from"},
    {"proxy", "model of activity, cross-validated"},
    {"config", "what a molecule is worth"},
    {"train", "training the sampler, drawing molecules"},
    {"shortlist", "choosing candidates, writing the report"}};

std::string print_settings(DesignSettings settings) { return print_toml(list_fields(settings)); }

void require_design_folder(const fs::path& folder) {
  if (!fs::exists(folder) || fs::exists(folder / kRecord)) return;
  if (!fs::is_directory(folder)) user_error("'{}' is a file, no folder", folder.string());
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == ".lock") continue;
    user_error("'{}' is not empty and holds no design (it has '{}'); choose another --out",
               folder.string(), entry.path().filename().string());
  }
}

class Design {
 public:
  explicit Design(const DesignRequest& request)
      : request_(request),
        paths_(request.folder),
        lock_(request.folder),
        runner_(request.folder, kRecord,
                design_stages(request.settings, paths_,
                              {request.quiet, request.command, request.listen})) {}

  DesignOutcome run() {
    request_.stage.empty() ? refuse_losses() : require_earlier();
    runner_.extra()["settings"] = print_settings(request_.settings);
    DesignOutcome outcome;
    outcome.finished = request_.stage.empty() ? run_all() : run_one();
    describe(outcome);
    return outcome;
  }

 private:
  bool has_run() const { return fs::exists(RunPaths(paths_.run()).checkpoint()); }

  // Called before any change, so that no trained run, shortlist or edited file is lost unasked.
  void refuse_losses() const {
    if (request_.overwrite) return;
    for (std::size_t i = 0; i < runner_.stages().size(); ++i) {
      const StageRunner::Need need = runner_.need(i);
      if (need.reason.empty()) continue;
      const std::vector<std::string> edited = runner_.edited_outputs(i);
      if (!edited.empty()) {
        user_error(
            "'{}' would be made again ({}), and {} was changed by hand; keep a copy and give "
            "--overwrite",
            runner_.stages()[i].name, need.reason, join(edited));
      }
      if (!need.again || !has_run()) return;
      std::vector<std::string> later;
      for (std::size_t k = i; k < runner_.stages().size(); ++k) {
        later.push_back(runner_.stages()[k].name);
      }
      user_error(
          "'{}' holds a design made otherwise: stage {}: {}; --overwrite makes {} again and "
          "replaces what is there; or choose another --out",
          request_.folder.string(), runner_.stages()[i].name, need.reason, join(later));
    }
  }

  void require_earlier() const {
    const std::size_t wanted = runner_.index_of(request_.stage);
    for (std::size_t i = 0; i < wanted; ++i) {
      const StageRunner::Need need = runner_.need(i);
      if (need.reason.empty()) continue;
      user_error("--stage {} needs stage {} first ({}); run the command without --stage",
                 request_.stage, runner_.stages()[i].name, need.reason);
    }
  }

  bool run_all() {
    const std::size_t count = runner_.stages().size();
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& name = runner_.stages()[i].name;
      const StageRunner::Need need = runner_.need(i);
      if (need.reason.empty()) {
        for (const std::string& file : runner_.edited_outputs(i)) {
          spdlog::info("{}/{} {}: {} was changed by hand; it is used as it is", i + 1, count, name,
                       file);
        }
        spdlog::info("{}/{} {}: up to date", i + 1, count, name);
        continue;
      }
      spdlog::info("{}/{} {}: {}{}", i + 1, count, name, kTitles.at(name),
                   need.again ? fmt::format(" (again; {})", need.reason) : "");
      if (!run_stage(i)) return false;
    }
    return true;
  }

  bool run_stage(std::size_t index) {
    stopped_ = !runner_.run(index);
    return !stopped_;
  }

  bool run_one() {
    const std::size_t wanted = runner_.index_of(request_.stage);
    if (request_.stage == "train" && request_.overwrite && has_run()) {
      RunFolder(paths_.run(), ExistingRun::kOverwrite);
    }
    spdlog::info("{}/{} {}: {}", wanted + 1, runner_.stages().size(), request_.stage,
                 kTitles.at(request_.stage));
    if (!run_stage(wanted)) return false;
    for (std::size_t i = wanted + 1; i < runner_.stages().size(); ++i) {
      const StageRunner::Need need = runner_.need(i);
      if (need.reason.empty()) continue;
      const std::string& name = runner_.stages()[i].name;
      if (need.again) {
        spdlog::warn("stage {} is out of date now ({}); the command without --stage makes it again",
                     name, need.reason);
      } else {
        spdlog::info("stage {} comes next ({}); the command without --stage goes on", name,
                     need.reason);
      }
      return false;
    }
    return true;
  }

  void describe(DesignOutcome& outcome) const {
    outcome.json = {{"out", request_.folder.string()}, {"finished", outcome.finished}};
    for (const Stage& stage : runner_.stages()) {
      const Json& facts = runner_.facts(stage.name);
      if (!facts.is_null()) outcome.json[stage.name] = facts;
    }
    if (outcome.finished) {
      outcome.text = read_file(paths_.summary());
    } else if (stopped_) {
      outcome.text = fmt::format("stopped; continue with: fragflow design --out {}\n",
                                 request_.folder.string());
    } else {
      outcome.text = fmt::format("stage {} is done\n", request_.stage);
    }
  }

  const DesignRequest& request_;
  DesignPaths paths_;
  FolderLock lock_;
  StageRunner runner_;
  bool stopped_ = false;  // by a signal
};

}  // namespace

DesignOutcome run_design(const DesignRequest& request) {
  require_design_folder(request.folder);
  if (!fs::exists(request.settings.activities)) {
    user_error("there is no file '{}' with activities", request.settings.activities);
  }
  // Checked before anything is read or written.
  parse_objective(request.settings.score.objective);
  for (std::size_t t = 0; t < request.settings.table.num_targets(); ++t) {
    request.settings.table.column(t);
  }
  const std::string& core = request.settings.run.keep_core;
  if (!core.empty() && core != "auto") SmartsPattern{core};  // throws for what is none
  return Design(request).run();
}

DesignSettings recorded_design(const fs::path& folder) {
  const fs::path path = folder / kRecord;
  if (!fs::exists(path)) {
    user_error("'{}' holds no design to continue; name the table of activities", folder.string());
  }
  const Json record = read_stage_record(path);
  const Json settings_text = record.value("extra", Json::object()).value("settings", Json());
  if (!settings_text.is_string()) {
    user_error("'{}' is damaged: it does not hold the settings", path.string());
  }
  DesignSettings settings;
  FieldList fields = list_fields(settings);
  read_toml(settings_text.get<std::string>(), "'" + path.string() + "'", folder, fields);
  return settings;
}

}  // namespace fragflow
