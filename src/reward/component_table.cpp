#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmartsWrite.h>

#include <algorithm>

#include "src/base/changed_fields.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/descriptors.hpp"
#include "src/chem/fast/calc_clogp.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/chem/qed.hpp"
#include "src/chem/sa_score.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/component.hpp"
#include "src/reward/transform.hpp"

namespace fragflow {
namespace {

class FunctionComponent : public Component {
 public:
  explicit FunctionComponent(std::function<double(const RDKit::ROMol&)> function)
      : function_(std::move(function)) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<double> result(molecules.size());
    parallel_for(
        static_cast<std::int64_t>(molecules.size()),
        [&](std::int64_t i) { result[i] = function_(*molecules[i].molecule); }, kLongBodies);
    return result;
  }

 private:
  std::function<double(const RDKit::ROMol&)> function_;
};

// Number of open slots that must be filled; 0 for a molecule that is not from a tree.
class MustFillComponent : public Component {
 public:
  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<double> result;
    for (const ParsedMolecule& molecule : molecules) {
      result.push_back(molecule.open_slots == nullptr ? 0 : molecule.open_slots->must_fill);
    }
    return result;
  }
  bool needs_open_slots() const override { return true; }
};

using Make = std::function<std::unique_ptr<Component>(const ComponentConfig&, SharedScorers&)>;

// A type without shared scorers.
Make alone(std::unique_ptr<Component> (*make)(const ComponentConfig&)) {
  return [make](const ComponentConfig& config, SharedScorers&) { return make(config); };
}

// A type without options.
Make plain(double (*function)(const RDKit::ROMol&)) {
  return [function](const auto&, auto&) { return function_component(function); };
}

std::unique_ptr<Component> make_must_fill(const ComponentConfig&) {
  return std::make_unique<MustFillComponent>();
}

std::unique_ptr<Component> make_logp(const ComponentConfig&) {
  return function_component(
      [p = std::make_shared<CrippenLogP>()](const auto& m) { return (*p)(m); });
}

std::unique_ptr<Component> make_qed(const ComponentConfig&) {
  return function_component([qed = std::make_shared<Qed>()](const auto& m) { return (*qed)(m); });
}

std::unique_ptr<Component> make_sa(const ComponentConfig&) {
  return function_component([sa = std::make_shared<SaScore>()](const auto& m) { return (*sa)(m); });
}

std::unique_ptr<Component> make_alerts(const ComponentConfig& config) {
  const auto catalog = std::make_shared<AlertCatalog>(config.catalogs);
  return function_component([catalog](const auto& m) { return catalog->count(m); });
}

std::unique_ptr<Component> pattern_component(const std::vector<std::string>& smarts,
                                             const std::string& mode) {
  const auto patterns = std::make_shared<std::vector<SmartsPattern>>();
  for (const std::string& text : smarts) patterns->emplace_back(text);
  return function_component([patterns, mode](const RDKit::ROMol& m) -> double {
    const auto found = [&](const SmartsPattern& pattern) { return pattern.matches(m); };
    if (mode == "require") return std::all_of(patterns->begin(), patterns->end(), found);
    if (mode == "forbid") return std::none_of(patterns->begin(), patterns->end(), found);
    int count = 0;
    for (const SmartsPattern& pattern : *patterns) count += pattern.count(m);
    return count;
  });
}

std::unique_ptr<Component> make_smarts(const ComponentConfig& config) {
  if (config.smarts.empty()) {
    user_error("reward component '{}': smarts needs smarts = [\"...\"]", config.name);
  }
  return pattern_component(config.smarts, config.mode);
}

// Molecules as patterns: their atoms with element, charge and aromaticity, and their bonds; other
// properties of the atoms are ignored.
std::unique_ptr<Component> make_substructure(const ComponentConfig& config) {
  if (config.molecules.empty()) {
    user_error("reward component '{}': substructure needs molecules = [\"SMILES\", ...]",
               config.name);
  }
  std::vector<std::string> smarts;
  for (const std::string& smiles : config.molecules) {
    std::string reason;
    const auto molecule = parse_smiles(smiles, &reason);
    if (!molecule || molecule->getNumAtoms() == 0) {
      user_error("reward component '{}': molecule '{}': {}", config.name, smiles,
                 reason.empty() ? "it has no atoms" : reason);
    }
    for (const RDKit::Atom* atom : molecule->atoms()) {
      if (atom->getAtomicNum() == 0) {
        user_error(
            "reward component '{}': molecule '{}' has a *: use type = \"smarts\" for "
            "patterns",
            config.name, smiles);
      }
    }
    smarts.push_back(RDKit::MolToSmarts(*molecule, /*doIsomericSmarts=*/false));
  }
  return pattern_component(smarts, config.mode);
}

std::unique_ptr<Component> make_similarity(const ComponentConfig& config) {
  if (config.molecules.empty()) {
    user_error("reward component '{}': similarity needs molecules = [\"SMILES\", ...]",
               config.name);
  }
  const FingerprintKind kind = fingerprint_kind(config.fingerprint);
  const auto targets = std::make_shared<std::vector<Fingerprint>>();
  for (const std::string& smiles : config.molecules) {
    const Standardised target = standardise(smiles);
    if (!target.ok()) {
      user_error("reward component '{}': molecule '{}': {}", config.name, smiles, target.reason);
    }
    targets->push_back(fingerprint(*target.molecule, kind));
  }
  return function_component([targets, kind](const RDKit::ROMol& m) {
    const Fingerprint own = fingerprint(m, kind);
    double largest = 0;
    for (const Fingerprint& target : *targets) largest = std::max(largest, tanimoto(own, target));
    return largest;
  });
}

}  // namespace

std::unique_ptr<Component> function_component(std::function<double(const RDKit::ROMol&)> function) {
  return std::make_unique<FunctionComponent>(std::move(function));
}

namespace {

std::vector<ComponentType> built_in_types() {
  const std::optional<TransformConfig> choose;
  const TransformConfig none = {.type = "none"};
  // Ertl's score runs from 1 (easy) to 10 (hard).
  const TransformConfig easy_is_one = {.type = "linear", .low = 10, .high = 1};
  const TransformConfig without_any = {.type = "left_step", .low = 0};
  // Typical values of compounds with new scaffolds in tables of one target (docs/rewards.md).
  const TransformConfig near_enough = {.type = "sigmoid", .low = 0.2, .high = 0.6};
  return {
      {"proxy", alone(make_proxy_component), none, {"file", "kappa", "open_slots"}},
      {"proxy_sum", alone(make_proxy_sum_component), choose, {"term", "kappa"}},
      {"process", make_process_component, choose, {"process", "poses"}},
      {"pool", make_pool_component, choose, {"pool", "poses"}},
      {"torchscript", alone(make_torchscript_component), choose, {"file", "torchscript"}},
      {"qed", alone(make_qed), none},
      {"sa", alone(make_sa), easy_is_one},
      {"molecular_weight", plain(molecular_weight), choose},
      {"logp", alone(make_logp), choose},
      {"tpsa", plain(tpsa), choose},
      {"hbd", plain(hydrogen_bond_donors), choose},
      {"hba", plain(hydrogen_bond_acceptors), choose},
      {"rotatable_bonds", plain(rotatable_bonds), choose},
      {"alerts", alone(make_alerts), without_any, {"catalogs"}},
      {"must_fill", alone(make_must_fill), without_any},
      {"smarts", alone(make_smarts), none, {"smarts", "mode"}},
      {"substructure", alone(make_substructure), none, {"molecules", "mode"}},
      {"similarity", alone(make_similarity), none, {"molecules", "fingerprint"}},
      {"domain",
       alone(make_domain_component),
       near_enough,
       {"file", "smiles_column", "neighbours"}},
      {"route", alone(make_route_component), choose, {"file", "route"}},
  };
}

std::vector<ComponentType>& types() {
  static std::vector<ComponentType> table = built_in_types();
  return table;
}

std::vector<std::string> keys_read(const ComponentType& type) {
  std::vector<std::string> read = {"name", "type", "weight", "filter", "transform"};
  read.insert(read.end(), type.reads.begin(), type.reads.end());
  return read;
}

// Options that the type does not read are errors.
void refuse_unread(const ComponentConfig& config, const ComponentType& type) {
  const std::vector<std::string> read = keys_read(type);
  const std::vector<std::string> unread = unread_fields(config, read);
  if (unread.empty()) return;
  user_error("reward component '{}': type = \"{}\" does not read {}; it reads {}", config.name,
             config.type, join(unread), join(read));
}

}  // namespace

const std::vector<ComponentType>& component_types() { return types(); }

void reset_unread_keys(ComponentConfig& config) {
  for (const ComponentType& type : types()) {
    if (type.name == config.type) reset_unread(config, keys_read(type));
  }
}

void add_component_type(ComponentType type) {
  for (ComponentType& known : types()) {
    if (known.name != type.name) continue;
    known = std::move(type);
    return;
  }
  types().push_back(std::move(type));
}

std::unique_ptr<Component> make_component(ComponentConfig& config, SharedScorers& shared) {
  std::vector<std::string> names;
  for (const ComponentType& type : component_types()) names.push_back(type.name);
  const auto index = std::find(names.begin(), names.end(), config.type) - names.begin();
  if (index == static_cast<std::ptrdiff_t>(names.size())) {
    user_error("reward component '{}': unknown type '{}'{}; known: {}", config.name, config.type,
               did_you_mean(config.type, names), join(names));
  }
  const ComponentType& type = component_types()[index];
  if (config.name.empty()) config.name = config.type;
  refuse_unread(config, type);
  if (config.transform.type == "auto") {
    const bool counts =
        (config.type == "smarts" || config.type == "substructure") && config.mode == "count";
    if (!type.transform || counts) {
      user_error("reward component '{}': {} is no score; choose transform.type", config.name,
                 counts ? "a number of matches" : config.type);
    }
    config.transform = *type.transform;
  }
  check_transform(config.transform, config.name);
  return type.make(config, shared);
}

}  // namespace fragflow
