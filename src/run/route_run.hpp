// Routes to given molecules within a vocabulary of synthons.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/chem/synthesis/route_finder.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {

struct RouteRequest {
  std::string input;       // file of molecules
  std::string vocabulary;  // of synthons; looked up in the data folder, too
  std::string smiles_column;
  int max_reactions = 3;
  RouteLimits limits{.max_routes = 20, .max_tries = 2000};  // for each molecule
};

struct MoleculeRoutes {
  std::string smiles;     // as given
  std::string canonical;  // "": no molecule
  std::size_t num_trees = 0;
  std::vector<Route> routes;  // fewest steps first, then cheapest
  std::string reason;         // why there is none, or which limit was met
};

// Routes within a vocabulary of synthons. Thread-safe after construction.
class MoleculeRouter {
 public:
  // Throws UserError, naming the source, for a vocabulary without reactions.
  MoleculeRouter(Vocabulary vocabulary, const std::string& source, int max_reactions);

  // For canonical SMILES, in parallel.
  std::vector<MoleculeRoutes> routes(const std::vector<std::string>& canonical,
                                     const RouteLimits& limits) const;
  const RouteFinder& finder() const { return finder_; }

 private:
  MoleculeRoutes routes_of(const std::string& canonical, const RouteLimits& limits) const;

  FragmentTree environment_;
  MoleculeTrees trees_;
  RouteFinder finder_;
};

// Calls visit(row, finder) for each molecule of the file, in its order. Throws UserError for a
// missing file and a vocabulary without reactions.
void find_routes(const RouteRequest& request,
                 const std::function<void(const MoleculeRoutes&, const RouteFinder&)>& visit);

}  // namespace fragflow
