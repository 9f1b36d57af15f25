#include "src/reward/molecule_router.hpp"

#include <algorithm>
#include <limits>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/vocabulary_steering.hpp"
#include "src/reward/molecule_reward.hpp"

namespace fragflow {
namespace {

FragmentTree environment_of(Vocabulary vocabulary, const std::string& source, int max_reactions,
                            const std::string& start) {
  if (vocabulary.reactions() == nullptr) {
    user_error("{}: has no \"reactions\": make a vocabulary of synthons with fragflow blocks build",
               source);
  }
  FragmentTreeConfig limits;
  limits.max_fragments = max_reactions + 1;
  if (start.empty()) return FragmentTree(std::move(vocabulary), limits);
  Vocabulary extended = with_start(vocabulary, start);
  const int index = extended.size() - 1;
  return FragmentTree(std::move(extended), limits, index);
}

}  // namespace

MoleculeRouter::MoleculeRouter(Vocabulary vocabulary, const std::string& source, int max_reactions,
                               const std::string& start)
    : environment_(environment_of(std::move(vocabulary), source, max_reactions, start)),
      trees_(environment_),
      finder_(environment_.vocabulary()) {}

MoleculeRoutes MoleculeRouter::routes_of(const std::string& canonical,
                                         const RouteLimits& limits) const {
  MoleculeRoutes result;
  result.canonical = canonical;
  const MoleculeTrees::Result found = trees_.find(canonical);
  result.reason = found.reason;
  // One more than requested shows whether there are more.
  const RouteLimits one_more{limits.max_routes + 1, limits.max_tries};
  bool complete = found.complete;
  for (const State& tree : found.trees) {
    FoundRoutes routes = finder_.find(fragment_nodes(tree), canonical, one_more);
    complete = complete && routes.complete;
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
  } else if (!result.routes.empty()) {
    if (complete) {
      result.reason.clear();
    } else if (result.reason.empty()) {
      result.reason =
          fmt::format("there may be more: the search stopped after {} tries", limits.max_tries);
    }
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

}  // namespace fragflow
