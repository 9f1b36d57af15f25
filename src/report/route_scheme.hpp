// The drawn scheme of a synthesis route, step by step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

struct SchemeCompound {
  std::string smiles;
  std::string note;   // name and price of a purchased compound; "" if unknown
  int from_step = 0;  // the step that made it, from 1; 0: purchased
};

struct SchemeStep {
  std::string reaction;    // its name
  std::string conditions;  // with the yield, if known; may be ""
  std::vector<SchemeCompound> reactants;
  std::string product;  // SMILES
};

struct RouteScheme {
  std::vector<SchemeStep> steps;  // the last one gives the molecule
  std::string remark;             // price and yield of the whole route, or why there is none
};

// From RouteFinder::json(), which is complete. Throws for anything else.
RouteScheme scheme_of_json(const std::string& route);
// From the column "route" of tables (RouteFinder::text()), which lacks compound names, prices and
// conditions. Empty if the text is not a route.
std::optional<RouteScheme> scheme_of_text(std::string_view route);

// One block per step: reactants, an arrow with the reaction, the product. A compound made in an
// earlier step is named, not drawn again. Escaped, so safe to insert into a page.
std::string route_scheme_html(const RouteScheme& scheme);

}  // namespace fragflow
