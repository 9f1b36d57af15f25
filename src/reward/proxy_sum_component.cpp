#include <cmath>

#include "src/base/check.hpp"
#include "src/reward/component.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {
namespace {

class ProxySumComponent : public Component {
 public:
  explicit ProxySumComponent(const ComponentConfig& config) : kappa_(config.kappa) {
    for (const ProxyTermConfig& term : config.terms) {
      terms_.push_back({load_proxy(term.file), term.coefficient});
    }
  }

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<double> means(molecules.size()), variances(molecules.size());
    for (const Term& term : terms_) {
      const auto predictions = term.model->predict_parsed(molecules);
      for (std::size_t i = 0; i < molecules.size(); ++i) {
        means[i] += term.coefficient * predictions[i].mean;
        variances[i] += std::pow(term.coefficient * predictions[i].std, 2);
      }
    }
    for (std::size_t i = 0; i < molecules.size(); ++i) means[i] -= kappa_ * std::sqrt(variances[i]);
    return means;
  }

 private:
  struct Term {
    std::unique_ptr<ProxyModel> model;
    double coefficient = 1;
  };
  std::vector<Term> terms_;
  double kappa_;
};

}  // namespace

std::unique_ptr<Component> make_proxy_sum_component(const ComponentConfig& config) {
  if (config.terms.empty()) {
    user_error(
        "reward component '{}': proxy_sum needs [[reward.component.term]] with a file, written by "
        "fragflow proxy train, and its coefficient",
        config.name);
  }
  for (const ProxyTermConfig& term : config.terms) {
    if (term.file.empty()) {
      user_error("reward component '{}': a term has no file = \"...\"", config.name);
    }
  }
  return std::make_unique<ProxySumComponent>(config);
}

}  // namespace fragflow
