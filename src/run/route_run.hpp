// Synthesis routes for the molecules of a file, within a vocabulary of synthons.
#pragma once

#include <functional>
#include <string>

#include "src/reward/molecule_router.hpp"

namespace fragflow {

struct RouteRequest {
  std::string input;       // file of molecules
  std::string vocabulary;  // of synthons; also searched for in the data folder
  std::string smiles_column;
  int max_reactions = 3;
  RouteLimits limits{.max_routes = 20, .max_tries = 2000};  // per molecule
};

// Calls visit(row, finder) for each molecule of the file, in order. Throws UserError for a missing
// file, or a vocabulary without reactions.
void find_routes(const RouteRequest& request,
                 const std::function<void(const MoleculeRoutes&, const RouteFinder&)>& visit);

}  // namespace fragflow
