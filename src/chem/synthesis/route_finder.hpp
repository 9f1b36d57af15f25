// Routes to a tree of synthons: ordered steps from purchasable compounds, each verified by RDKit's
// reaction engine.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/chem/assembly.hpp"
#include "src/chem/synthesis/reaction_engine.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

struct RouteReactant {
  std::string smiles;
  int step = -1;  // the step that made it, -1: purchased
  std::string name;
  std::optional<double> price;
};

struct RouteStep {
  int reaction = 0;  // of Vocabulary::reactions()
  std::array<RouteReactant, 2> reactants;
  std::string product;  // canonical SMILES
};

struct Route {
  std::vector<RouteStep> steps;  // the last one gives the molecule
  std::optional<double> price;   // for one unit of each purchased compound, if all have one
  std::optional<double> yield;   // product over the steps, if all reactions have one
};

struct RouteLimits {
  int max_routes = 1;
  int max_tries = 200;  // of orders and reactions
};

struct FoundRoutes {
  std::vector<Route> routes;  // distinct in some reaction or the order
  std::string reason;         // why there is no route
  bool complete = true;       // false: a limit was reached, there may be more
};

// Thread-safe after construction; keeps a reference to the vocabulary, which must have reactions.
class RouteFinder {
 public:
  explicit RouteFinder(const Vocabulary& vocabulary);
  ~RouteFinder();
  RouteFinder(const RouteFinder&) = delete;
  RouteFinder& operator=(const RouteFinder&) = delete;

  // smiles: the molecule of the tree, as written by Assembler. A route is reported only if every
  // step, run forward on its reactants, has exactly one product, and the last one is the molecule.
  // If several compounds give a synthon, the first that fits is used; `blocks build` writes the
  // cheapest first.
  FoundRoutes find(std::span<const FragmentNode> nodes, const std::string& smiles,
                   const RouteLimits& limits = {}) const;

  // steps, price, yield and text() of a route for tables: columns steps, price, yield, route. ""
  // for an unknown price or yield; numbers are formatted by `number`.
  std::vector<std::string> cells(const Route& route, std::string (*number)(double)) const;
  // One line: "reaction: A.B>>C ; reaction: C.D>>E".
  std::string text(const Route& route) const;
  // A JSON object: steps with reaction, class, conditions, yield, reactants (smiles, name, price of
  // bought ones, step of made ones, counted from 1), product; price, yield.
  std::string json(const Route& route) const;

 private:
  const Vocabulary& vocabulary_;
  std::unique_ptr<const ReactionEngine> engine_;
  std::vector<std::vector<OriginSides>> origins_;  // [fragment][origin], lists per site
};

}  // namespace fragflow
