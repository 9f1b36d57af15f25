// The drawn scheme of a route of synthesis: what a chemist reads, step by step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

struct SchemeCompound {
  std::string smiles;
  std::string note;   // name and price of what is bought; "" if nothing is known
  int from_step = 0;  // the step that made it, from 1; 0: it is bought
};

struct SchemeStep {
  std::string reaction;    // its name
  std::string conditions;  // with the yield, where one is known; may be ""
  std::vector<SchemeCompound> reactants;
  std::string product;  // SMILES
};

struct RouteScheme {
  std::vector<SchemeStep> steps;  // the last one gives the molecule
  std::string remark;             // price and yield of the whole, or why there is no route
};

// Of RouteFinder::json(), which has everything. Throws for anything else.
RouteScheme scheme_of_json(const std::string& route);
// Of the column "route" of tables (RouteFinder::text()), which has no names of compounds, prices
// and conditions. Nothing if the text is no route.
std::optional<RouteScheme> scheme_of_text(std::string_view route);

// One block per step: reactants, an arrow with the reaction, the product. A compound that a step
// before made is named, not drawn again. Safe to put into a page as it is.
std::string route_scheme_html(const RouteScheme& scheme);

}  // namespace fragflow
