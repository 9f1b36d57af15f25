#include "src/base/check.hpp"
#include "src/reward/component.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {
namespace {

class ProxyComponent : public Component {
 public:
  explicit ProxyComponent(const ComponentConfig& config)
      : model_(load_proxy(config.file, config.open_slots)),
        kappa_(config.kappa),
        open_slots_(config.open_slots) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<double> result;
    for (const auto& [mean, std] : model_->predict_parsed(molecules)) {
      result.push_back(mean - kappa_ * std);
    }
    return result;
  }

  bool needs_open_slots() const override { return open_slots_; }

 private:
  std::unique_ptr<ProxyModel> model_;
  double kappa_;
  bool open_slots_;
};

}  // namespace

std::unique_ptr<Component> make_proxy_component(const ComponentConfig& config) {
  if (config.file.empty()) {
    user_error(
        "reward component '{}': a proxy needs file = \"...\", written by fragflow proxy train",
        config.name);
  }
  return std::make_unique<ProxyComponent>(config);
}

}  // namespace fragflow
