#include "src/run/route_run.hpp"

#include <algorithm>
#include <limits>

#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/eval/molecule_file.hpp"
#include "src/reward/molecule_reward.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kRowsAtOnce = 1000;

FragmentTreeConfig limit_of(int max_reactions) {
  FragmentTreeConfig config;
  config.max_fragments = max_reactions + 1;
  return config;
}

Vocabulary with_reactions(Vocabulary vocabulary, const std::string& source) {
  if (vocabulary.reactions() == nullptr) {
    user_error("{}: has no \"reactions\": make a vocabulary of synthons with fragflow blocks build",
               source);
  }
  return vocabulary;
}

}  // namespace

MoleculeRouter::MoleculeRouter(Vocabulary vocabulary, const std::string& source, int max_reactions)
    : environment_(with_reactions(std::move(vocabulary), source), limit_of(max_reactions)),
      trees_(environment_),
      finder_(environment_.vocabulary()) {}

MoleculeRoutes MoleculeRouter::routes_of(const std::string& canonical,
                                         const RouteLimits& limits) const {
  MoleculeRoutes result;
  result.canonical = canonical;
  const MoleculeTrees::Result found = trees_.find(canonical);
  result.num_trees = found.trees.size();
  result.reason = found.reason;
  for (const State& tree : found.trees) {
    FoundRoutes routes = finder_.find(fragment_nodes(tree), canonical, limits);
    if (routes.routes.empty() && result.reason.empty()) result.reason = routes.reason;
    std::move(routes.routes.begin(), routes.routes.end(), std::back_inserter(result.routes));
  }
  const auto order = [](const Route& route) {
    return std::pair(route.steps.size(),
                     route.price.value_or(std::numeric_limits<double>::infinity()));
  };
  std::stable_sort(result.routes.begin(), result.routes.end(),
                   [&](const Route& a, const Route& b) { return order(a) < order(b); });
  if (static_cast<int>(result.routes.size()) > limits.max_routes) {
    result.routes.resize(limits.max_routes);
    result.reason = fmt::format("only the first {} routes", limits.max_routes);
  } else if (!result.routes.empty() && found.complete) {
    result.reason.clear();
  }
  return result;
}

std::vector<MoleculeRoutes> MoleculeRouter::routes(const std::vector<std::string>& canonical,
                                                   const RouteLimits& limits) const {
  std::vector<MoleculeRoutes> results(canonical.size());
  parallel_for(
      static_cast<std::int64_t>(canonical.size()),
      [&](std::int64_t i) {
        if (!canonical[i].empty()) results[i] = routes_of(canonical[i], limits);
      },
      /*chunk=*/1);
  return results;
}

void find_routes(const RouteRequest& request,
                 const std::function<void(const MoleculeRoutes&, const RouteFinder&)>& visit) {
  const std::string path = find_file(request.vocabulary);
  const MoleculeRouter router(Vocabulary::load(path), path, request.max_reactions);
  MoleculeFile file(request.input, {.smiles = request.smiles_column, .value = "", .name = "name"});
  for (auto rows = file.next(kRowsAtOnce); !rows.empty(); rows = file.next(kRowsAtOnce)) {
    std::vector<std::string> smiles, canonical;
    for (const MoleculeRow& row : rows) smiles.push_back(row.smiles);
    StandardiseCounts counts;
    const std::vector<CanonicalText> read = canonical_batch(smiles, counts);
    for (const CanonicalText& text : read) canonical.push_back(text.smiles);
    std::vector<MoleculeRoutes> results = router.routes(canonical, request.limits);
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].smiles = rows[i].smiles;
      if (canonical[i].empty()) results[i].reason = read[i].reason;
      visit(results[i], router.finder());
    }
  }
}

}  // namespace fragflow
