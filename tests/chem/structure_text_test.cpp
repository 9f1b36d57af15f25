#include "src/chem/structure_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

std::string block(const std::string& atoms, const std::string& bonds, int num_atoms, int num_bonds,
                  const std::string& more = "") {
  return fmt::format("\n\n\n{:3}{:3}  0  0  0  0            999 V2000\n", num_atoms, num_bonds) +
         atoms + bonds + more + "M  END\n";
}

std::string atom(const std::string& symbol, int map = 0) {
  return fmt::format("    0.0000    0.0000    0.0000 {:3} 0  0  0  0  0  0  0  0  0{:3}  0  0\n",
                     symbol, map);
}

TEST(SplitStructure, NamesAndExtensions) {
  for (const auto& [cell, structure, name] :
       {std::tuple{"CCO", "CCO", ""}, std::tuple{" CCO\t", "CCO", ""},
        std::tuple{"CCO ethyl alcohol", "CCO", "ethyl alcohol"}, std::tuple{"CCO |r|", "CCO", ""},
        std::tuple{"C[C@H](N)O |&1:1,r|\tname", "C[C@H](N)O", "name"},
        std::tuple{"CC |(0,-2.67,;0,1.5,)| a b", "CC", "a b"},
        std::tuple{"CC |$R 1;$| x", "CC", "x"}, std::tuple{"CC |cut", "CC", ""},
        std::tuple{"", "", ""}}) {
    EXPECT_EQ(split_structure(cell).structure, structure) << cell;
    EXPECT_EQ(split_structure(cell).name, name) << cell;
  }
}

TEST(Molblock, IsStandardisedAsItsSmiles) {
  // Sodium acetate with a charge list, an atom map and explicit hydrogens.
  const std::string acetate =
      block(atom("C", 7) + atom("C") + atom("O") + atom("O") + atom("Na"),
            "  1  2  1  0\n  2  3  2  0\n  2  4  1  0\n", 5, 3, "M  CHG  2   4  -1   5   1\n");
  EXPECT_EQ(standardise(acetate).smiles, "CC(=O)O");
  EXPECT_TRUE(standardise(acetate).largest_fragment);
  EXPECT_TRUE(standardise(acetate).neutralised);
  // A cell whose leading line ends were trimmed.
  EXPECT_EQ(standardise(acetate.substr(3)).smiles, "CC(=O)O");
  EXPECT_EQ(standardise(block(atom("C") + atom("H"), "  1  2  1  0\n", 2, 1)).smiles, "C");
  EXPECT_EQ(smiles_of_molblock(acetate), "CC(=O)[O-].[Na+]");
}

TEST(Molblock, RejectsWithAReason) {
  const auto reason = [](const std::string& text) { return standardise(text).reason; };
  EXPECT_THAT(reason(block(atom("R#"), "", 1, 0)), HasSubstr("R group"));
  EXPECT_THAT(reason(block(atom("A"), "", 1, 0)), HasSubstr("not a"));
  EXPECT_THAT(reason(block(atom("C") + atom("C"), "  1  2  8  0\n", 2, 1)), HasSubstr("bond"));
  EXPECT_THAT(reason(block("", "", 0, 0)), HasSubstr("without atoms"));
  EXPECT_THAT(reason(block(atom("C"), "", 2, 0)), HasSubstr("molblock"));  // an atom is missing
  std::string bonds;
  for (int i = 2; i <= 6; ++i) bonds += fmt::format("  1{:3}  1  0\n", i);
  std::string atoms;
  for (int i = 0; i < 6; ++i) atoms += atom("C");
  EXPECT_THAT(reason(block(atoms, bonds, 6, 5)), HasSubstr("valence"));
  atoms.clear();
  for (int i = 0; i < kMaxHeavyAtoms + 1; ++i) atoms += atom("C");
  EXPECT_THAT(reason(block(atoms, "", kMaxHeavyAtoms + 1, 0)), HasSubstr("the limit is 250"));
}

TEST(ShownStructure, IsOneLine) {
  EXPECT_EQ(shown_structure(" CCO x\ny"), "CCO x");
  EXPECT_EQ(shown_structure(block(atom("C"), "", 1, 0)), "a molblock");
  EXPECT_EQ(shown_structure(std::string(200, 'C')).size(), 80u);
}

}  // namespace
}  // namespace fragflow
