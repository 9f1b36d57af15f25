#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"
#include "src/chem/vocabulary_spec.hpp"
#include "src/reward/component.hpp"
#include "src/reward/molecule_router.hpp"

namespace fragflow {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
// Per molecule: more routes than almost any molecule of three reactions has.
constexpr RouteLimits kLimits{.max_routes = 20, .max_tries = 200};

// Canonical SMILES of the molecules of a file.
std::unordered_set<std::string> read_stock(const ComponentConfig& config) {
  const std::string& path = config.route.stock;
  if (path.empty()) {
    user_error("reward component '{}': route.value = \"in_stock\" needs route.stock = \"...\"",
               config.name);
  }
  const CsvTable table = read_whole(TableReader(path, ""));
  const std::size_t column = find_smiles_column(table, "", path);
  std::vector<std::string> texts;
  for (const auto& row : table.rows) texts.emplace_back(split_structure(row[column]).structure);
  StandardiseCounts counts;
  std::unordered_set<std::string> stock;
  for (CanonicalText& text : canonical_batch(texts, counts)) {
    if (!text.smiles.empty()) stock.insert(std::move(text.smiles));
  }
  if (stock.empty()) user_error("reward component '{}': '{}' has no molecule", config.name, path);
  return stock;
}

double fraction_bought_in(const std::unordered_set<std::string>& stock, const Route& route) {
  double bought = 0, found = 0;
  for (const RouteStep& step : route.steps) {
    for (const RouteReactant& reactant : step.reactants) {
      if (reactant.step >= 0) continue;
      ++bought;
      found += stock.contains(reactant.smiles) ? 1 : 0;
    }
  }
  return found / bought;
}

// If several compounds give a synthon, a route uses the first that fits: those in stock come first.
Vocabulary with_stock_first(const std::string& file, const std::unordered_set<std::string>& stock) {
  VocabularySpec spec = parse_vocabulary_json(read_file(file), file);
  for (FragmentSpec& fragment : spec.fragments) {
    std::stable_partition(
        fragment.origins.begin(), fragment.origins.end(),
        [&](const SynthonOrigin& origin) { return stock.contains(origin.smiles); });
  }
  return Vocabulary::from_spec(spec, file);
}

class RouteComponent : public Component {
 public:
  explicit RouteComponent(const ComponentConfig& config)
      : value_(config.route.value),
        stock_(value_ == "in_stock" ? read_stock(config) : std::unordered_set<std::string>()),
        router_(with_stock_first(config.file, stock_), config.file, config.route.max_reactions) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<std::string> smiles;
    for (const ParsedMolecule& molecule : molecules) smiles.push_back(*molecule.smiles);
    std::vector<double> values;
    for (const MoleculeRoutes& found : router_.routes(smiles, kLimits)) {
      values.push_back(best(found.routes));
    }
    return values;
  }

 private:
  double value_of(const Route& route) const {
    if (value_ == "steps") return static_cast<double>(route.steps.size());
    if (value_ == "price") return route.price.value_or(kUnknown);
    if (value_ == "yield") return route.yield.value_or(kUnknown);
    return fraction_bought_in(stock_, route);
  }

  // NaN if no route has a value.
  double best(const std::vector<Route>& routes) const {
    const bool small_is_good = value_ == "steps" || value_ == "price";
    double best = kUnknown;
    for (const Route& route : routes) {
      const double value = value_of(route);
      // fmin and fmax ignore NaN.
      best = small_is_good ? std::fmin(best, value) : std::fmax(best, value);
    }
    return best;
  }

  std::string value_;
  std::unordered_set<std::string> stock_;
  MoleculeRouter router_;
};

}  // namespace

std::unique_ptr<Component> make_route_component(const ComponentConfig& config) {
  if (config.file.empty()) {
    user_error(
        "reward component '{}': route needs file = \"...\", a vocabulary of synthons such as "
        "\"synthons.json\"",
        config.name);
  }
  return std::make_unique<RouteComponent>(config);
}

}  // namespace fragflow
