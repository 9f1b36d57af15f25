// Synthesis routes to given molecules within a vocabulary of synthons.
#pragma once

#include <string>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/chem/synthesis/route_finder.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {

struct MoleculeRoutes {
  std::string smiles;         // as given
  std::string canonical;      // "": not a molecule
  std::vector<Route> routes;  // fewest steps first, then cheapest
  std::string reason;         // why there is no route, or which limit was reached
};

// Finds routes within a vocabulary of synthons. Thread-safe after construction.
class MoleculeRouter {
 public:
  // start: environment.start, a compound that every route uses; "": none. Throws UserError,
  // naming the source, for a vocabulary without reactions.
  MoleculeRouter(Vocabulary vocabulary, const std::string& source, int max_reactions,
                 const std::string& start = "");

  // Takes canonical SMILES; runs in parallel.
  std::vector<MoleculeRoutes> routes(const std::vector<std::string>& canonical,
                                     const RouteLimits& limits) const;
  const RouteFinder& finder() const { return finder_; }

 private:
  MoleculeRoutes routes_of(const std::string& canonical, const RouteLimits& limits) const;

  FragmentTree environment_;
  MoleculeTrees trees_;
  RouteFinder finder_;
};

}  // namespace fragflow
