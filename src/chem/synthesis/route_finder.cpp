#include "src/chem/synthesis/route_finder.hpp"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "src/base/check.hpp"
#include "src/chem/synthesis/reaction_engine.hpp"

namespace fragflow {
namespace {

struct Edge {
  std::array<int, 2> node, site;  // of both ends
  int reaction = -1;
  int first = 0;  // the end with side 0
};

}  // namespace

// Enumerates a plan for each synthon and a reaction for each join, until there are enough routes.
class RouteSearch {
 public:
  RouteSearch(const Vocabulary& vocabulary, const ReactionEngine& engine,
              const std::vector<std::vector<OriginSides>>& origins,
              std::span<const FragmentNode> nodes, const std::string& smiles,
              const RouteLimits& limits)
      : vocabulary_(vocabulary),
        list_(engine.list()),
        engine_(engine),
        origins_(origins),
        nodes_(nodes),
        smiles_(smiles),
        limits_(limits),
        plans_(nodes.size()),
        bought_(nodes.size()),
        edge_of_site_(nodes.size()) {
    for (std::size_t v = 0; v < nodes.size(); ++v) {
      edge_of_site_[v].assign(fragment(v).sites.size(), -1);
    }
    for (int v = 1; v < static_cast<int>(nodes.size()); ++v) {
      edge_of_site_[nodes[v].parent][nodes[v].parent_site] = static_cast<int>(edges_.size());
      edge_of_site_[v][nodes[v].site] = static_cast<int>(edges_.size());
      edges_.push_back({{nodes[v].parent, v}, {nodes[v].parent_site, nodes[v].site}});
    }
  }

  FoundRoutes run() {
    for (const auto& sites : edge_of_site_) {
      for (const int edge : sites) {
        if (edge < 0) {
          result_.reason = "a slot of one of its synthons is not used";
          return std::move(result_);
        }
      }
    }
    choose_plan(0, 0);
    result_.complete = !is_done();
    if (result_.routes.empty() && result_.reason.empty()) {
      result_.reason = result_.complete ? "no order of its steps keeps competing groups apart"
                                        : fmt::format("none within {} tries", limits_.max_tries);
    }
    if (!result_.routes.empty()) result_.reason.clear();
    return std::move(result_);
  }

 private:
  const Fragment& fragment(std::size_t node) const {
    return vocabulary_.fragment(nodes_[node].fragment);
  }
  bool is_done() const {
    return static_cast<int>(result_.routes.size()) >= limits_.max_routes ||
           tries_ >= limits_.max_tries;
  }

  void choose_plan(std::size_t node, GroupMask kept) {
    if (is_done()) return;
    if (node == nodes_.size()) {
      choose_reaction(0, kept);
      return;
    }
    for (const SynthonPlan& plan : fragment(node).plans) {
      const GroupMask all = kept | plan.kept;
      if (std::popcount(all) > kMaxKeptGroups || list_.has_reactive_pair(all)) continue;
      plans_[node] = &plan;
      choose_plan(node + 1, all);
    }
  }

  void choose_reaction(std::size_t index, GroupMask kept) {
    if (is_done()) return;
    if (index == edges_.size()) {
      ++tries_;
      try_route();
      return;
    }
    Edge& edge = edges_[index];
    const auto plan = [&](int end) { return plans_[edge.node[end]]; };
    if (plan(0)->last != edge.site[0] && plan(1)->last != edge.site[1]) return;
    for (int r = 0; r < static_cast<int>(list_.reactions.size()); ++r) {
      if ((list_.forbidden(r) & kept) != 0) continue;
      for (int first = 0; first < 2; ++first) {
        if (!plan(first)->sites[edge.site[first]].test(side_bit(r, 0)) ||
            !plan(1 - first)->sites[edge.site[1 - first]].test(side_bit(r, 1))) {
          continue;
        }
        edge.reaction = r;
        edge.first = first;
        choose_reaction(index + 1, kept);
      }
    }
  }

  // The reaction side used by a node at a site.
  int bit_at(int node, int site) const {
    const Edge& edge = edges_[edge_of_site_[node][site]];
    return side_bit(edge.reaction, edge.node[edge.first] == node ? 0 : 1);
  }

  // The order of the sites: the last one last, the others ascending.
  std::vector<int> order_of(int node) const {
    std::vector<int> order(fragment(node).sites.size());
    std::iota(order.begin(), order.end(), 0);
    std::erase(order, plans_[node]->last);
    order.push_back(plans_[node]->last);
    return order;
  }

  // Whether a compound can be used in this order for these reactions, for any mapping to the
  // synthon.
  bool fits(int node, const OriginSides& origin) const {
    const std::vector<int> order = order_of(node);
    if (origin.kept != plans_[node]->kept) return false;
    for (const auto& permutation : fragment(node).automorphisms) {
      OriginSides image = origin;
      for (std::size_t s = 0; s < permutation.size(); ++s) {
        image.sides[permutation[s]] = origin.sides[s];
        image.open[permutation[s]] = origin.open[s];
        image.may_be_last[permutation[s]] = origin.may_be_last[s];
      }
      const SynthonPlan plan = plan_in_order(list_, image, order);
      if (std::all_of(order.begin(), order.end(),
                      [&](int s) { return plan.sites[s].test(bit_at(node, s)); })) {
        return true;
      }
    }
    return false;
  }

  bool choose_compounds() {
    for (int v = 0; v < static_cast<int>(nodes_.size()); ++v) {
      const auto& known = origins_[nodes_[v].fragment];
      const auto found = std::find_if(known.begin(), known.end(),
                                      [&](const OriginSides& o) { return fits(v, o); });
      if (found == known.end()) return false;
      bought_[v] = &fragment(v).origins[found - known.begin()];
    }
    return true;
  }

  void try_route() {
    if (!choose_compounds()) return;
    const auto root = std::find_if(edges_.begin(), edges_.end(), [&](const Edge& edge) {
      return plans_[edge.node[0]]->last == edge.site[0] &&
             plans_[edge.node[1]]->last == edge.site[1];
    });
    if (root == edges_.end()) return;
    Route route;
    auto a = make(route, root->node[0]);
    auto b = a ? make(route, root->node[1]) : std::nullopt;
    const auto last = b ? react(route, *root, *a, *b) : std::nullopt;
    if (!last) return;
    if (last->smiles != smiles_) {
      result_.reason = "its steps lead to " + last->smiles;
      return;
    }
    add_totals(route);
    std::string key;
    for (const RouteStep& step : route.steps) {
      key += fmt::format("{} {}.{};", step.reaction, step.reactants[0].smiles,
                         step.reactants[1].smiles);
    }
    if (seen_.insert(std::move(key)).second) result_.routes.push_back(std::move(route));
  }

  // The intermediate of a node after all its slots except the last are used.
  std::optional<RouteReactant> make(Route& route, int node) {
    RouteReactant here{bought_[node]->smiles, -1, bought_[node]->name, bought_[node]->price};
    const std::vector<int> order = order_of(node);
    for (std::size_t k = 0; k + 1 < order.size(); ++k) {
      const Edge& edge = edges_[edge_of_site_[node][order[k]]];
      const int end = edge.node[0] == node ? 0 : 1;
      const auto other = make(route, edge.node[1 - end]);
      if (!other) return {};
      const auto made =
          end == 0 ? react(route, edge, here, *other) : react(route, edge, *other, here);
      if (!made) return {};
      here = *made;
    }
    return here;
  }

  // a, b: at the ends 0 and 1 of the join.
  std::optional<RouteReactant> react(Route& route, const Edge& edge, const RouteReactant& a,
                                     const RouteReactant& b) {
    RouteStep step{edge.reaction, {edge.first == 0 ? a : b, edge.first == 0 ? b : a}, ""};
    const auto products =
        engine_.products(edge.reaction, step.reactants[0].smiles, step.reactants[1].smiles);
    if (products.size() != 1) {
      result_.reason = fmt::format("the step {} of {} and {} has {} products",
                                   list_.reactions[edge.reaction].name, step.reactants[0].smiles,
                                   step.reactants[1].smiles, products.size());
      return {};
    }
    step.product = products[0];
    route.steps.push_back(step);
    return RouteReactant{products[0], static_cast<int>(route.steps.size()) - 1, "", {}};
  }

  void add_totals(Route& route) const {
    route.price = 0;
    route.yield = 1;
    for (const RouteStep& step : route.steps) {
      const auto& yield = list_.reactions[step.reaction].yield;
      if (!yield) route.yield.reset();
      if (route.yield) *route.yield *= *yield;
      for (const RouteReactant& reactant : step.reactants) {
        if (reactant.step >= 0) continue;
        if (!reactant.price) route.price.reset();
        if (route.price) *route.price += *reactant.price;
      }
    }
  }

  const Vocabulary& vocabulary_;
  const ReactionList& list_;
  const ReactionEngine& engine_;
  const std::vector<std::vector<OriginSides>>& origins_;
  std::span<const FragmentNode> nodes_;
  const std::string& smiles_;
  const RouteLimits limits_;
  std::vector<Edge> edges_;
  std::vector<const SynthonPlan*> plans_;
  std::vector<const SynthonOrigin*> bought_;
  std::vector<std::vector<int>> edge_of_site_;
  std::set<std::string> seen_;
  int tries_ = 0;
  FoundRoutes result_;
};

RouteFinder::RouteFinder(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {
  FRAGFLOW_CHECK(vocabulary.reactions() != nullptr, "routes need a vocabulary with reactions");
  engine_ = std::make_unique<const ReactionEngine>(*vocabulary.reactions(), "the vocabulary",
                                                   /*check_examples=*/false);
  for (const Fragment& fragment : vocabulary.fragments()) {
    std::vector<int> sites(fragment.sites.size());
    std::iota(sites.begin(), sites.end(), 0);
    auto& sides = origins_.emplace_back();
    for (const SynthonOrigin& origin : fragment.origins) {
      sides.push_back(origin_sides(*vocabulary.reactions(), origin, sites, fragment.smiles));
    }
  }
}

RouteFinder::~RouteFinder() = default;

FoundRoutes RouteFinder::find(std::span<const FragmentNode> nodes, const std::string& smiles,
                              const RouteLimits& limits) const {
  FRAGFLOW_CHECK(!nodes.empty(), "a route to nothing");
  return RouteSearch(vocabulary_, *engine_, origins_, nodes, smiles, limits).run();
}

std::vector<std::string> RouteFinder::cells(const Route& route,
                                            std::string (*number)(double)) const {
  const auto known = [&](const std::optional<double>& value) {
    return value ? number(*value) : "";
  };
  return {std::to_string(route.steps.size()), known(route.price), known(route.yield), text(route)};
}

std::string RouteFinder::text(const Route& route) const {
  std::string text;
  for (const RouteStep& step : route.steps) {
    if (!text.empty()) text += " ; ";
    text += fmt::format("{}: {}.{}>>{}", engine_->list().reactions[step.reaction].name,
                        step.reactants[0].smiles, step.reactants[1].smiles, step.product);
  }
  return text;
}

std::string RouteFinder::json(const Route& route) const {
  nlohmann::ordered_json json = {{"steps", nlohmann::ordered_json::array()}};
  for (const RouteStep& step : route.steps) {
    const Reaction& reaction = engine_->list().reactions[step.reaction];
    nlohmann::ordered_json out = {
        {"reaction", reaction.name}, {"class", reaction.kind}, {"conditions", reaction.conditions}};
    if (reaction.yield) out["yield"] = *reaction.yield;
    for (const RouteReactant& reactant : step.reactants) {
      nlohmann::ordered_json part = {{"smiles", reactant.smiles}};
      if (!reactant.name.empty()) part["name"] = reactant.name;
      if (reactant.price) part["price"] = *reactant.price;
      if (reactant.step >= 0) part["step"] = reactant.step + 1;
      out["reactants"].push_back(part);
    }
    out["product"] = step.product;
    json["steps"].push_back(out);
  }
  if (route.price) json["price"] = *route.price;
  if (route.yield) json["yield"] = *route.yield;
  return json.dump();
}

}  // namespace fragflow
