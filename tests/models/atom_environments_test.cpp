#include "models/atom_environments.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace fragflow {
namespace {

constexpr int kMaxRadius = 4;

struct Molecules {
  AtomGraph graph;
  std::vector<float> factors;
};

struct TestBond {
  int first, second, bond_class;
};

// colours: a feature column of each atom.
void append(Molecules& molecules, const std::vector<int>& colours,
            const std::vector<TestBond>& bonds) {
  AtomGraph& graph = molecules.graph;
  const auto shift = static_cast<int>(graph.num_atoms());
  for (std::size_t i = 0; i < colours.size(); ++i) {
    for (const TestBond& bond : bonds) {
      if (bond.first != static_cast<int>(i) && bond.second != static_cast<int>(i)) continue;
      const int other = bond.first == static_cast<int>(i) ? bond.second : bond.first;
      graph.neighbour.push_back(shift + other);
      graph.bond_class.push_back(bond.bond_class);
    }
    graph.neighbour_offset.push_back(static_cast<std::int32_t>(graph.neighbour.size()));
    graph.feature_column.push_back(colours[i]);
    graph.feature_offset.push_back(static_cast<std::int32_t>(graph.feature_column.size()));
    molecules.factors.push_back(static_cast<float>(colours[i] % 2));
  }
  graph.molecule_offset.push_back(static_cast<std::int32_t>(graph.num_atoms()));
}

// The surroundings written out: the atom and, sorted, its bonds with what lies behind each.
std::string written(const Molecules& molecules, int atom, int radius) {
  const AtomGraph& graph = molecules.graph;
  const std::string own = fmt::format("{}", graph.feature_column[graph.feature_offset[atom]]);
  if (radius == 0) return own;
  std::vector<std::string> bonds;
  for (int k = graph.neighbour_offset[atom]; k < graph.neighbour_offset[atom + 1]; ++k) {
    bonds.push_back(fmt::format("{}{}", graph.bond_class[k],
                                written(molecules, graph.neighbour[k], radius - 1)));
  }
  if (bonds.empty()) bonds.push_back("loop" + written(molecules, atom, radius - 1));
  std::sort(bonds.begin(), bonds.end());
  return fmt::format("({} {})", own + written(molecules, atom, radius - 1), fmt::join(bonds, ","));
}

// Chains and rings of equal atoms, single atoms, and random trees with few kinds of atoms, which
// share many surroundings.
Molecules test_molecules() {
  Molecules molecules;
  append(molecules, {1}, {});
  append(molecules, {2}, {});
  append(molecules, {1, 1}, {{0, 1, 0}});
  append(molecules, {1, 1, 1}, {{0, 1, 0}, {1, 2, 0}});
  append(molecules, {1, 1, 1, 1}, {{0, 1, 0}, {2, 1, 1}, {2, 3, 0}});
  append(molecules, {1, 1, 1, 1}, {{0, 1, 3}, {1, 2, 3}, {2, 3, 3}, {3, 0, 3}});
  std::mt19937 random(0);
  for (int tree = 0; tree < 30; ++tree) {
    std::vector<int> colours;
    std::vector<TestBond> bonds;
    for (int i = 0; i < 14; ++i) {
      colours.push_back(static_cast<int>(random() % 2));
      if (i > 0) {
        bonds.push_back({i, static_cast<int>(random() % i), static_cast<int>(random() % 2)});
      }
    }
    std::shuffle(bonds.begin(), bonds.end(), random);
    append(molecules, colours, bonds);
  }
  return molecules;
}

TEST(AtomEnvironments, KeysAreEqualExactlyIfTheSurroundingsAre) {
  const Molecules molecules = test_molecules();
  const int num_atoms = static_cast<int>(molecules.graph.num_atoms());
  AtomEnvironments surroundings(molecules.graph, molecules.factors);
  for (int radius = 0; radius <= kMaxRadius; ++radius) {
    std::map<std::string, AtomEnvironmentKey> key_of;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> text_of;
    for (int i = 0; i < num_atoms; ++i) {
      const std::string text = written(molecules, i, radius);
      const AtomEnvironmentKey key = surroundings.keys()[i];
      EXPECT_EQ(key_of.try_emplace(text, key).first->second, key) << text;
      EXPECT_EQ(text_of.try_emplace({key.first, key.second}, text).first->second, text);
      // One half alone tells them apart too.
      EXPECT_EQ(text_of.try_emplace({key.first, 0}, text).first->second, text);
      EXPECT_EQ(text_of.try_emplace({0, key.second}, text).first->second, text);
    }
    EXPECT_LT(key_of.size(), static_cast<std::size_t>(num_atoms));  // some are shared
    surroundings.widen();
  }
}

TEST(AtomEnvironments, BondsOfEqualSurroundingsStandInTheSameOrder) {
  const Molecules molecules = test_molecules();
  AtomEnvironments surroundings(molecules.graph, molecules.factors);
  for (int radius = 1; radius <= kMaxRadius; ++radius) {
    surroundings.widen();
    std::map<std::string, std::string> order_of;
    for (int i = 0; i < surroundings.num_atoms(); ++i) {
      std::string order;
      for (const auto& bond : surroundings.bonds(i)) {
        order +=
            fmt::format("{} {};", bond.bond_class, written(molecules, bond.source, radius - 1));
      }
      const std::string text = written(molecules, i, radius);
      EXPECT_EQ(order_of.try_emplace(text, order).first->second, order) << text;
    }
  }
}

TEST(AtomEnvironments, FactorsCount) {
  Molecules molecules;
  append(molecules, {0, 0}, {{0, 1, 0}});
  molecules.factors = {2, 3};
  AtomEnvironments surroundings(molecules.graph, molecules.factors);
  EXPECT_NE(surroundings.keys()[0], surroundings.keys()[1]);
}

}  // namespace
}  // namespace fragflow
