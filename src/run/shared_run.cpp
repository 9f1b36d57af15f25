#include "src/run/shared_run.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "src/base/blas.hpp"
#include "src/base/check.hpp"
#include "src/base/ended_elsewhere.hpp"
#include "src/base/processor.hpp"
#include "src/gfn/training_blocks.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

// Returns on every rank the text that `make` returns on rank 0, or its error as in share_config().
std::string share_text(Communicator& group, const std::function<std::string()>& make) {
  constexpr char kText = '+', kError = '-';
  if (!group.is_first()) {
    std::string text = group.broadcast("");
    if (text.empty() || text[0] != kText) throw EndedElsewhere();
    return text.substr(1);
  }
  std::string text;
  try {
    text = make();
  } catch (...) {
    group.broadcast(std::string(1, kError));
    throw;
  }
  if (group.size() > 1) group.broadcast(kText + text);
  return text;
}

void check_same(Communicator& group, const std::string& what, const std::string& own) {
  const std::vector<std::string> all = group.gather(own);
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] == all[0]) continue;
    const std::string message =
        fmt::format("the processes of a run need the same {}: rank 0 has '{}', rank {} has '{}'",
                    what, all[0], rank, all[rank]);
    if (group.is_first()) throw UserError(message);
    throw EndedElsewhere();
  }
}

// A program caches the answer for one list of molecules, so that it would be started for every
// block and again for every component.
void check_programs(const Config& config) {
  if (config.training.blocks == 1) return;
  std::vector<std::vector<std::string>> commands;
  for (const ComponentConfig& component : config.reward.components) {
    const std::vector<std::string>& command = component.process.command;
    if (component.type != "process" || command.empty()) continue;
    if (std::find(commands.begin(), commands.end(), command) != commands.end()) {
      user_error(
          "reward component '{}': another component asks the same process.command, which "
          "training.blocks = {} would run anew for each block and component: use "
          "training.blocks = 1, or let the program give one output",
          component.name, config.training.blocks);
    }
    commands.push_back(command);
  }
}

}  // namespace

void check_can_be_shared(const Config& config, int ranks) {
  check_programs(config);
  if (ranks == 1) return;
  const auto refuse = [&](bool used, const std::string& what, const char* instead) {
    if (used) user_error("{} cannot be shared among {} processes: {}", what, ranks, instead);
  };
  refuse(!config.stages.empty(), "a run with [[stage]]",
         "train it in one process, or its stages one after the other with --init-from");
  refuse(config.method.name != "gflownet", "method.name = \"" + config.method.name + "\"",
         "train it in one process; only \"gflownet\" can be shared");
  refuse(config.policy.backend != "native", "policy.backend = \"" + config.policy.backend + "\"",
         "every process must compute the same bits, which only \"native\" promises");
  for (const ComponentConfig& component : config.reward.components) {
    refuse(component.type == "pool", "reward component '" + component.name + "' of type \"pool\"",
           "its workers are shared already; train it in one process");
  }
  check_blocks(config.objective, config.training, ranks);
}

Config share_config(Communicator& group, const std::filesystem::path& folder,
                    const std::function<Config()>& read) {
  Config config;
  const std::string text = share_text(group, [&] {
    config = read();
    check_can_be_shared(config, group.size());
    return group.size() > 1 ? print_config(config) : std::string();
  });
  if (!group.is_first()) config = parse_config(text, "the configuration of rank 0", folder);
  return config;
}

void check_same_everywhere(Communicator& group, const Experiment& experiment) {
  if (group.size() == 1) return;
  check_same(group, "version of fragflow", version_line());
  check_same(group, "objects", experiment.task->identity());
  check_same(group, "kernels (OPENBLAS_CORETYPE chooses them)",
             blas_name() + "; " + vector_instructions());
}

void share_state(Communicator& group, Experiment& experiment, Learner& learner,
                 const std::function<void()>& prepare) {
  const std::string text = share_text(group, [&] {
    prepare();
    if (group.size() == 1) return std::string();
    SafetensorsFile file;
    learner.save(file);
    experiment.reward().save(file);
    return serialise_safetensors(file);
  });
  if (group.is_first()) return;
  const SafetensorsFile file = parse_safetensors(text, "what rank 0 sent");
  experiment.reward().load(file);
  learner.load(file);
}

bool all_go_on(Communicator& group, bool done, const StopToken& stop) {
  const bool ends = (done && group.is_first()) || stop.stop_requested();
  bool go_on = true;
  for (const std::string& text : group.gather(ends ? "ends" : "goes")) go_on &= text == "goes";
  return go_on;
}

void check_in_step(Communicator& group, const Learner& learner) {
  if (group.size() == 1) return;
  SafetensorsFile file;
  learner.save(file);
  check_same(group, "weights after a step (a fault: please report it)",
             fmt::format("step {}, {:016x}", learner.steps_done(),
                         std::hash<std::string>()(serialise_safetensors(file))));
}

}  // namespace fragflow
