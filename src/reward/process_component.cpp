#include "src/base/check.hpp"
#include "src/reward/component.hpp"
#include "src/reward/process_scorer.hpp"

namespace fragflow {
namespace {

class ProcessComponent : public Component {
 public:
  ProcessComponent(std::shared_ptr<ProcessScorer> scorer, std::string property)
      : scorer_(std::move(scorer)), property_(std::move(property)) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    return scorer_->values(property_, molecules);
  }

 private:
  std::shared_ptr<ProcessScorer> scorer_;
  std::string property_;
};

}  // namespace

std::unique_ptr<Component> make_process_component(const ComponentConfig& config,
                                                  SharedScorers& shared) {
  const ProcessConfig& process = config.process;
  if (process.command.empty()) {
    user_error("reward component '{}': a process needs process.command = [\"program\", ...]",
               config.name);
  }
  for (const auto& scorer : shared.programs) {
    if (scorer->config().command != process.command) continue;
    if (!is_same_apart_from_property(scorer->config(), process)) {
      user_error(
          "reward component '{}': another component runs the same process.command with other "
          "settings; components that share a program may differ in process.property only",
          config.name);
    }
    return std::make_unique<ProcessComponent>(scorer, process.property);
  }
  shared.programs.push_back(std::make_shared<ProcessScorer>(process, config.name));
  return std::make_unique<ProcessComponent>(shared.programs.back(), process.property);
}

}  // namespace fragflow
