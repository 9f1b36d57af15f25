// Routes to the molecules of a file within a vocabulary of synthons.
#pragma once

#include <functional>
#include <string>

#include "src/reward/molecule_router.hpp"

namespace fragflow {

struct RouteRequest {
  std::string input;       // file of molecules
  std::string vocabulary;  // of synthons; looked up in the data folder, too
  std::string smiles_column;
  int max_reactions = 3;
  RouteLimits limits{.max_routes = 20, .max_tries = 2000};  // for each molecule
};

// Calls visit(row, finder) for each molecule of the file, in its order. Throws UserError for a
// missing file and a vocabulary without reactions.
void find_routes(const RouteRequest& request,
                 const std::function<void(const MoleculeRoutes&, const RouteFinder&)>& visit);

}  // namespace fragflow
