#include "src/chem/fast/symmetrize_sssr.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>

#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/chem/standardise.hpp"
#include "tests/chem/same_molecule.hpp"

namespace fragflow {
namespace {

std::unique_ptr<RDKit::RWMol> unsanitised(const std::string& smiles) {
  RDKit::SmilesParserParams parameters;
  parameters.sanitize = parameters.removeHs = false;
  return std::unique_ptr<RDKit::RWMol>(RDKit::SmilesToMol(smiles, parameters));
}

// The rings as sets of bonds.
std::multiset<std::set<int>> rings_of(const RDKit::ROMol& molecule) {
  std::multiset<std::set<int>> rings;
  for (const auto& ring : molecule.getRingInfo()->bondRings()) {
    rings.insert(std::set<int>(ring.begin(), ring.end()));
  }
  return rings;
}

// Each atom of a ring is bonded to the next by the bond in the same place.
void expect_in_order(const RDKit::ROMol& molecule) {
  const auto& atoms = molecule.getRingInfo()->atomRings();
  const auto& bonds = molecule.getRingInfo()->bondRings();
  ASSERT_EQ(atoms.size(), bonds.size());
  for (std::size_t r = 0; r < atoms.size(); ++r) {
    ASSERT_EQ(atoms[r].size(), bonds[r].size());
    for (std::size_t i = 0; i < atoms[r].size(); ++i) {
      const RDKit::Bond* bond =
          molecule.getBondBetweenAtoms(atoms[r][i], atoms[r][(i + 1) % atoms[r].size()]);
      ASSERT_NE(bond, nullptr);
      EXPECT_EQ(static_cast<int>(bond->getIdx()), bonds[r][i]);
    }
  }
}

// Whether rings were found; if so they are RDKit's.
bool finds_rdkits_rings(RDKit::RWMol molecule) {
  if (!fast_symmetrize_sssr(molecule)) return false;
  expect_in_order(molecule);
  const auto found = rings_of(molecule);
  RDKit::MolOps::symmetrizeSSSR(molecule);
  EXPECT_EQ(found, rings_of(molecule));
  return true;
}

TEST(SymmetrizeSssr, WhichRingSystemsAreSmall) {
  for (const char* smiles :
       {"CCO", "C", "CC.CC", "c1ccccc1", "C1CC1C2CC2", "C1CC2(C1)CCC2", "c1ccc2ccccc2c1",
        "C1CC2CCC1C2", "c1ccc2[nH]ccc2c1", "c1cc2cccccc2c1", "C1CCCCC1CCC1CC2CCC1C2.C1CC1",
        "C1CC2CC2C1", "C1C2C1C2", "c1ncc2nc[nH]c2n1", "C1CCCCCCCCCCC1", "C1=CC2(CC1)CCCCC2"}) {
    EXPECT_TRUE(finds_rdkits_rings(*unsanitised(smiles))) << smiles;
  }
  // Three rings in one system, other rings of the same size, and dative bonds.
  for (const char* smiles :
       {"C1CC2CCC1CC2", "C12C3C4C1C5C2C3C45", "C1C2CC3CC1CC(C2)C3", "c1ccc2c(c1)Cc1ccccc12",
        "CC1(C)C2CCC(C)C1C2", "c1ccccc1.C1CN2CCC1CC2", "N1CCN->[Pt]1"}) {
    EXPECT_FALSE(finds_rdkits_rings(*unsanitised(smiles))) << smiles;
  }
}

// Three paths of all lengths between two atoms, the atoms and bonds in random order.
TEST(SymmetrizeSssr, TwoRingsOfAllSizes) {
  std::mt19937 random(0);
  int num_found = 0;
  for (int a = 1; a <= 6; ++a) {
    for (int b = std::max(a, 2); b <= 6; ++b) {
      for (int c = b; c <= 6; ++c) {
        for (int order = 0; order < 5; ++order) {
          std::vector<std::pair<int, int>> bonds;
          int num_atoms = 2;
          for (const int length : {a, b, c}) {
            int last = 0;
            for (int i = 1; i < length; ++i) {
              bonds.emplace_back(last, num_atoms);
              last = num_atoms++;
            }
            bonds.emplace_back(last, 1);
          }
          std::vector<int> name(num_atoms);
          std::iota(name.begin(), name.end(), 0);
          std::shuffle(name.begin(), name.end(), random);
          std::shuffle(bonds.begin(), bonds.end(), random);
          RDKit::RWMol molecule;
          for (int i = 0; i < num_atoms; ++i) {
            molecule.addAtom(new RDKit::Atom(6), /*updateLabel=*/false, /*takeOwnership=*/true);
          }
          for (const auto& [first, second] : bonds) {
            molecule.addBond(name[first], name[second], RDKit::Bond::SINGLE);
          }
          // Unless the two shorter paths are equal there is one choice.
          EXPECT_EQ(finds_rdkits_rings(molecule), a != b) << a << ' ' << b << ' ' << c;
          num_found += a != b;
        }
      }
    }
  }
  EXPECT_GT(num_found, 100);
}

// What parse_smiles gives is what RDKit gives, in everything but the order of rings.
TEST(SymmetrizeSssr, ParsedMoleculesAreRdkits) {
  const CsvTable table = read_csv(data_path("chembl2321810.csv"));
  int num_found = 0, num_molecules = 0;
  for (const auto& row : table.rows) {
    const std::string smiles = standardise(row[table.column("smiles", "activities")]).smiles;
    if (smiles.empty()) continue;
    const std::unique_ptr<RDKit::RWMol> rdkits(RDKit::SmilesToMol(smiles));
    const auto ours = parse_smiles(smiles);
    ASSERT_TRUE(ours);
    EXPECT_EQ(whole_molecule(*ours), whole_molecule(*rdkits)) << smiles;
    ++num_molecules;
    num_found += fast_symmetrize_sssr(*ours);
  }
  EXPECT_GT(num_found, num_molecules / 2);
}

// A molecule that RDKit refuses is refused, for its reason.
TEST(SymmetrizeSssr, RefusalsStay) {
  for (const char* smiles : {"c1cccc1", "C(C)(C)(C)(C)C", "c1ccc2ccccc2c1N(=O)(C)C(C)(C)(C)(C)C"}) {
    std::string reason, expected;
    EXPECT_EQ(parse_smiles(smiles, &reason), nullptr) << smiles;
    try {
      delete RDKit::SmilesToMol(smiles);
    } catch (const std::exception& error) {
      expected = error.what();
    }
    EXPECT_EQ(reason, expected) << smiles;
  }
}

}  // namespace
}  // namespace fragflow
