// Genetic operators on fragment trees against brute force on edge lists and enumerated spaces.
#include "envs/tree_operators.hpp"

#include <gtest/gtest.h>

#include <set>

#include "envs/ancestors.hpp"
#include "envs/enumeration.hpp"
#include "src/base/data_path.hpp"
#include "tests/envs/environment_table.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow::test {
namespace {

using States = std::set<State>;

// A tree as the reference sees it.
struct Edge {
  int a, a_site, b, b_site;
};
struct Graph {
  std::vector<int> labels;
  std::vector<Edge> edges;
};

Graph graph_of(const State& state) {
  Graph graph;
  for (int v = 0; v < state.num_nodes; ++v) {
    graph.labels.push_back(state.nodes[v].label);
    if (v == 0) continue;
    graph.edges.push_back(
        {state.nodes[v].parent, state.nodes[v].parent_site, v, state.nodes[v].site});
  }
  return graph;
}

void write_below(const Graph& graph, int node, int above, State& state) {
  const int at = state.num_nodes - 1;
  for (Edge edge : graph.edges) {
    if (edge.b == node) edge = {edge.b, edge.b_site, edge.a, edge.a_site};
    if (edge.a != node || edge.b == above) continue;
    state.nodes[state.num_nodes++] = {
        static_cast<std::int32_t>(graph.labels[edge.b]), static_cast<std::int8_t>(at),
        static_cast<std::uint8_t>(edge.a_site), static_cast<std::uint8_t>(edge.b_site)};
    write_below(graph, edge.b, node, state);
  }
}

// Nodes that hang on `node` when the edge is cut.
std::set<int> side_of(const Graph& graph, std::size_t cut, int node) {
  std::set<int> nodes = {node};
  for (std::size_t before = 0; before != nodes.size();) {
    before = nodes.size();
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      const Edge& edge = graph.edges[e];
      if (e == cut) continue;
      if (nodes.contains(edge.a)) nodes.insert(edge.b);
      if (nodes.contains(edge.b)) nodes.insert(edge.a);
    }
  }
  return nodes;
}

Graph without(const Graph& graph, const std::set<int>& dropped) {
  Graph rest;
  std::vector<int> place;
  for (int v = 0; v < static_cast<int>(graph.labels.size()); ++v) {
    place.push_back(static_cast<int>(rest.labels.size()));
    if (!dropped.contains(v)) rest.labels.push_back(graph.labels[v]);
  }
  for (const Edge& e : graph.edges) {
    if (dropped.contains(e.a) || dropped.contains(e.b)) continue;
    rest.edges.push_back({place[e.a], e.a_site, place[e.b], e.b_site});
  }
  return rest;
}

class Operators : public testing::TestWithParam<const char*> {
 protected:
  Operators()
      : environment_(environment_row(GetParam()).make()),
        tree_(dynamic_cast<const FragmentTree&>(*environment_)),
        operators_(tree_, /*frequency=*/0) {
    const StateGraph graph = enumerate(tree_, 100000);
    terminals_.assign(graph.terminals().begin(), graph.terminals().end());
    legal_ = States(terminals_.begin(), terminals_.end());
  }

  int num_sites(int fragment) const { return tree_.slots().num_sites(fragment); }
  int num_fragments() const { return tree_.vocabulary().size(); }
  int start() const { return tree_.start(); }

  // Adds the graph's state if it is in the enumerated space.
  void add(const Graph& graph, States& found) const {
    if (graph.labels.empty() || graph.labels.size() > kMaxNodes) return;
    State state;
    state.nodes[0].label = static_cast<std::int32_t>(graph.labels[0]);
    state.num_nodes = 1;
    write_below(graph, 0, -1, state);
    State canonical = tree_.canonical(state);
    canonical.stopped = true;
    if (legal_.contains(canonical)) found.insert(canonical);
  }

  // Every assignment of sites to the ends at `node`, from edge e on.
  void assign(Graph& graph, int node, std::size_t e, States& found) const {
    if (e == graph.edges.size()) return add(graph, found);
    Edge& edge = graph.edges[e];
    if (edge.a != node && edge.b != node) return assign(graph, node, e + 1, found);
    for (int s = 0; s < num_sites(graph.labels[node]); ++s) {
      (edge.a == node ? edge.a_site : edge.b_site) = s;
      assign(graph, node, e + 1, found);
    }
  }

  States all_changes(const State& parent, TreeChange kind) const {
    States found;
    const Graph graph = graph_of(parent);
    const int n = static_cast<int>(graph.labels.size());
    for (int v = 0; v < n; ++v) {
      std::vector<std::size_t> at;
      for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        if (graph.edges[e].a == v || graph.edges[e].b == v) at.push_back(e);
      }
      for (int f = 0; f < num_fragments() && kind == TreeChange::kReplace; ++f) {
        Graph child = graph;
        child.labels[v] = f;
        assign(child, v, 0, found);
      }
      if (kind == TreeChange::kRemove && graph.labels[v] != start()) {
        Graph child = graph;
        if (at.size() == 2) {
          const auto far = [&](const Edge& e) {
            return e.a == v ? std::pair{e.b, e.b_site} : std::pair{e.a, e.a_site};
          };
          const auto [x, x_site] = far(graph.edges[at[0]]);
          const auto [y, y_site] = far(graph.edges[at[1]]);
          child.edges.push_back({x, x_site, y, y_site});
        }
        if (at.size() <= 2) add(without(child, {v}), found);
      }
      for (int f = 0; f < num_fragments() && kind == TreeChange::kAdd; ++f) {
        for (int s = 0; s < num_sites(graph.labels[v]); ++s) {
          for (int t = 0; t < num_sites(f); ++t) {
            Graph child = graph;
            child.labels.push_back(f);
            child.edges.push_back({v, s, n, t});
            add(child, found);
          }
        }
      }
    }
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      const Edge edge = graph.edges[e];
      for (int f = 0; f < num_fragments() && kind == TreeChange::kInsert; ++f) {
        for (int s = 0; s < num_sites(f); ++s) {
          for (int t = 0; t < num_sites(f); ++t) {
            Graph child = graph;
            child.labels.push_back(f);
            child.edges[e] = {edge.a, edge.a_site, n, s};
            child.edges.push_back({n, t, edge.b, edge.b_site});
            add(child, found);
          }
        }
      }
      if (kind != TreeChange::kMove) continue;
      for (const bool first : {true, false}) {
        for (const int u : side_of(graph, e, first ? edge.a : edge.b)) {
          for (int s = 0; s < num_sites(graph.labels[u]); ++s) {
            Graph child = graph;
            child.edges[e] =
                first ? Edge{u, s, edge.b, edge.b_site} : Edge{edge.a, edge.a_site, u, s};
            add(child, found);
          }
        }
      }
    }
    found.erase(parent);
    return found;
  }

  struct Half {
    Graph graph;
    int node, site;
  };
  std::vector<Half> halves(const State& state) const {
    const Graph graph = graph_of(state);
    std::vector<Half> result;
    const auto add_half = [&](const std::set<int>& dropped, int node, int site) {
      int place = 0;
      for (int v = 0; v < node; ++v) place += dropped.contains(v) ? 0 : 1;
      result.push_back({without(graph, dropped), place, site});
    };
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      const Edge& edge = graph.edges[e];
      add_half(side_of(graph, e, edge.b), edge.a, edge.a_site);
      add_half(side_of(graph, e, edge.a), edge.b, edge.b_site);
    }
    for (int v = 0; v < static_cast<int>(graph.labels.size()); ++v) {
      for (int s = 0; s < num_sites(graph.labels[v]); ++s) add_half({}, v, s);
    }
    return result;
  }

  States all_crossovers(const State& a, const State& b) const {
    States found;
    for (const Half& x : halves(a)) {
      for (const Half& y : halves(b)) {
        const auto starts = [&](const Half& half) {
          return std::count(half.graph.labels.begin(), half.graph.labels.end(), start());
        };
        if (start() >= 0 && (starts(x) != 1 || starts(y) != 0)) continue;
        Graph child = x.graph;
        const int shift = static_cast<int>(child.labels.size());
        child.labels.insert(child.labels.end(), y.graph.labels.begin(), y.graph.labels.end());
        for (const Edge& e : y.graph.edges) {
          child.edges.push_back({e.a + shift, e.a_site, e.b + shift, e.b_site});
        }
        child.edges.push_back({x.node, x.site, y.node + shift, y.site});
        add(child, found);
      }
    }
    found.erase(a);
    found.erase(b);
    return found;
  }

  std::vector<State> some_terminals() const {
    std::vector<State> some;
    const std::size_t stride = std::max<std::size_t>(terminals_.size() / 7, 1);
    for (std::size_t i = 0; i < terminals_.size(); i += stride) some.push_back(terminals_[i]);
    some.push_back(terminals_.back());
    return some;
  }

  std::unique_ptr<Environment> environment_;
  const FragmentTree& tree_;
  TreeOperators operators_;
  std::vector<State> terminals_;
  States legal_;
};

// Seed 1. The rarest change has a probability above 1/2000 here, so that 40,000 tries miss one with
// a probability below 1e-8.
constexpr int kTries = 40000;

TEST_P(Operators, ChangesAreExactlyThoseOfBruteForce) {
  int total = 0;
  for (const State& parent : some_terminals()) {
    for (int kind = 0; kind < kNumTreeChanges; ++kind) {
      const States expected = all_changes(parent, static_cast<TreeChange>(kind));
      total += static_cast<int>(expected.size());
      States found;
      for (int i = 0; i < kTries && (found.size() < expected.size() || i < 100); ++i) {
        Rng rng(1, kind, i);
        const auto child = operators_.change(parent, static_cast<TreeChange>(kind), rng);
        if (child) found.insert(*child);
      }
      EXPECT_EQ(found, expected) << "change " << kind << " of " << tree_.to_string(parent) << ": "
                                 << found.size() << " of " << expected.size();
    }
  }
  EXPECT_GT(total, 50);
}

TEST_P(Operators, CrossoversAreExactlyThoseOfBruteForce) {
  std::size_t total = 0;
  const std::vector<State> parents = some_terminals();
  for (std::size_t k = 0; k + 1 < parents.size(); ++k) {
    const States expected = all_crossovers(parents[k + 1], parents[k]);
    total += expected.size();
    States found;
    for (int i = 0; i < kTries && (found.size() < expected.size() || i < 100); ++i) {
      Rng rng(2, k, i);
      const auto child = operators_.crossover(parents[k + 1], parents[k], rng);
      if (child) found.insert(*child);
    }
    EXPECT_EQ(found, expected) << tree_.to_string(parents[k + 1]) << " with "
                               << tree_.to_string(parents[k]) << ": " << found.size() << " of "
                               << expected.size();
  }
  EXPECT_GT(total, 10u);
}

// A walk of 100,000 tries through the space: nothing illegal, and most of the space is met.
TEST_P(Operators, NothingIllegalIsEverMade) {
  std::vector<State> members = some_terminals();
  States met;
  for (int i = 0; i < 100000; ++i) {
    Rng rng(3, 0, i);
    const State& a = members[rng.below(members.size())];
    const State& b = members[rng.below(members.size())];
    std::optional<State> child;
    const auto kind = rng.below(3);
    if (kind == 0) {
      child = operators_.crossover(a, b, rng);
    } else if (kind == 1 || i % 50 != 0) {
      child = operators_.mutate(a, rng);
    } else {
      child = operators_.recombine(rng);
    }
    if (!child) continue;
    ASSERT_TRUE(legal_.contains(*child)) << tree_.to_string(*child);
    met.insert(*child);
    members[rng.below(members.size())] = *child;
  }
  EXPECT_GT(met.size(), legal_.size() * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(Spaces, Operators,
                         testing::Values("rings", "rings_from_scaffold", "rings_without_methanol",
                                         "rings_of_8_heavy_atoms", "atoms", "mixed", "typed"),
                         [](const auto& info) { return std::string(info.param); });

// The vocabulary of the demo: legality by walking back to s0.
TEST(TreeOperators, LargeTreesAreReachable) {
  const FragmentTree tree(Vocabulary::load(data_path("vocabulary.json")),
                          {.max_fragments = 8, .min_fragments = 2, .max_heavy_atoms = 40});
  const TreeOperators operators(tree, /*frequency=*/1);
  std::vector<State> members;
  for (int i = 0; i < 200; ++i) {
    Rng rng(4, 0, i);
    members.push_back(operators.recombine(rng));
    ASSERT_TRUE(is_reachable(tree, members.back())) << tree.to_string(members.back());
  }
  int made = 0, largest = 0;
  for (int i = 0; i < 5000; ++i) {
    Rng rng(5, 0, i);
    const State& a = members[rng.below(members.size())];
    const State& b = members[rng.below(members.size())];
    const auto child =
        rng.below(2) == 0 ? operators.crossover(a, b, rng) : operators.mutate(a, rng);
    if (!child) continue;
    ASSERT_TRUE(is_reachable(tree, *child)) << tree.to_string(*child);
    ++made;
    largest = std::max<int>(largest, child->num_nodes);
    members[rng.below(members.size())] = *child;
  }
  EXPECT_GT(made, 4500);
  EXPECT_EQ(largest, 8);
}

// A linker that was always seen with both ends joined, to a cap or to another linker.
TEST(TreeOperators, RecombinationFillsThePatterns) {
  const FragmentTree tree(make_vocabulary(R"({"fragments": [
    {"smiles": "CC", "slots": [{"atom": 0, "types": ["a"]}, {"atom": 1, "types": ["a"]}],
     "patterns": [[[0, "a"], [1, "a"]]], "count": 1},
    {"smiles": "c1ccccc1", "slots": [{"atom": 0, "types": ["b"]}], "count": 3}],
    "joins": [["a", "a"], ["a", "b"]]})"),
                          {.max_fragments = 6});
  const TreeOperators operators(tree, /*frequency=*/1);
  std::vector<int> sizes(7, 0);
  constexpr int kTrees = 2000;
  for (int i = 0; i < kTrees; ++i) {
    Rng rng(6, 0, i);
    const State state = operators.recombine(rng);
    ++sizes[state.num_nodes];
    int caps = 0;
    for (int v = 0; v < state.num_nodes; ++v) caps += state.nodes[v].label == 1;
    EXPECT_EQ(caps, 2) << tree.to_string(state);
  }
  // Wanted are 3, 4, 5 or 6 fragments, alike. An end is a cap with probability 3/4, so that three
  // come at once more often than not, and six, which want four linkers in a row, are rare even
  // among sixteen trees.
  EXPECT_GT(sizes[3], kTrees / 4 - 100);
  EXPECT_GT(sizes[4], kTrees / 4 - 100);
  for (int n = 3; n <= 6; ++n) EXPECT_GT(sizes[n], kTrees / 20) << n;
  EXPECT_EQ(sizes[3] + sizes[4] + sizes[5] + sizes[6], kTrees);
}

// Blocks for a slot in proportion to counts, whatever the number of shared types: 40,000 draws.
TEST(FragmentDraw, FollowsTheCounts) {
  const FragmentTree tree(make_vocabulary(R"({"fragments": [
    {"smiles": "C", "slots": [{"atom": 0, "types": ["a", "b"]}], "count": 4},
    {"smiles": "N", "slots": [{"atom": 0, "types": ["a"]}], "count": 1},
    {"smiles": "CO", "slots": [{"atom": 0, "types": ["b"]}, {"atom": 1, "types": ["c"]}],
     "count": 10},
    {"smiles": "S", "slots": [{"atom": 0, "types": ["c"]}], "count": 100}],
    "joins": [["a", "a"], ["a", "b"], ["c", "c"]]})"),
                          {.max_fragments = 6});
  TypeMask a = 0;
  for (int t = 1; t < tree.vocabulary().num_types(); ++t) {
    if (tree.vocabulary().type_name(t) == "a") a = TypeMask{1} << t;
  }
  const auto counts = [&](double frequency, int num_slots) {
    const FragmentDraw draw(tree, frequency);
    std::vector<double> result(4, 0);
    for (int i = 0; i < 40000; ++i) {
      Rng rng(7, 0, i);
      const auto block = draw.block(a, num_slots, rng);
      if (block) result[block->fragment] += 1;
    }
    return result;
  };
  const auto expect_fractions = [](const std::vector<double>& found, std::vector<double> expected) {
    double total = 0;
    for (const double e : expected) total += e;
    for (std::size_t f = 0; f < expected.size(); ++f) {
      const double p = expected[f] / total;
      EXPECT_NEAR(found[f], 40000 * p, 5 * std::sqrt(40000 * p * (1 - p))) << f;
    }
  };
  // Methanol has two blocks, of which one fits. S does not join "a".
  expect_fractions(counts(1, 1), {4, 1, 5, 0});
  expect_fractions(counts(0, 1), {1, 1, 0.5, 0});
  expect_fractions(counts(0.5, 1), {2, 1, std::sqrt(10) / 2, 0});
  expect_fractions(counts(1, 2), {0, 0, 1, 0});
}

}  // namespace
}  // namespace fragflow::test
