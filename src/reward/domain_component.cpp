#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/component.hpp"
#include "src/reward/training_domain.hpp"

namespace fragflow {
namespace {

class DomainComponent : public Component {
 public:
  explicit DomainComponent(TrainingDomain domain) : domain_(std::move(domain)) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    return domain_.similarities(molecules);
  }

 private:
  TrainingDomain domain_;
};

// Distinct compounds of the table; invalid molecules are dropped, as in the training of models.
std::vector<std::string> read_compounds(const ComponentConfig& config) {
  const CsvTable table = read_csv(config.file);
  const std::size_t column = table.column(config.smiles_column, "'" + config.file + "'");
  std::vector<std::string> compounds;
  std::unordered_set<std::string> seen;
  std::string first_problem;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::string& text = table.rows[i][column];
    const Standardised compound = standardise(text);
    if (compound.ok()) {
      if (seen.insert(compound.smiles).second) compounds.push_back(compound.smiles);
    } else if (first_problem.empty()) {
      first_problem =
          fmt::format("; line {}: '{}': {}", table.line_numbers[i], text, compound.reason);
    }
  }
  if (compounds.empty()) {
    user_error("reward component '{}': '{}' has no compound in column '{}'{}", config.name,
               config.file, config.smiles_column, first_problem);
  }
  return compounds;
}

}  // namespace

std::unique_ptr<Component> make_domain_component(const ComponentConfig& config) {
  if (config.file.empty()) {
    user_error(
        "reward component '{}': domain needs file = \"...\", a table of the compounds that the "
        "model was made from",
        config.name);
  }
  return std::make_unique<DomainComponent>(
      TrainingDomain(read_compounds(config), config.neighbours));
}

}  // namespace fragflow
