// InChIs of PubChem and of Open Babel against the SMILES of the same compounds.
#include "src/chem/inchi.hpp"

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "src/base/check.hpp"
#include "src/chem/inchi_layers.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// As read, with all parts, charges and isotopes.
std::string smiles_of(const std::string& inchi) {
  std::string reason;
  const auto molecule = parse_inchi(inchi, reason);
  return molecule ? RDKit::MolToSmiles(*molecule) : reason;
}

std::string canonical(const std::string& smiles) {
  return RDKit::MolToSmiles(*parse_smiles(smiles));
}

struct Pair {
  const char* name;
  const char* smiles;
  const char* inchi;  // behind "InChI=1S/"
};

constexpr Pair kPairs[] = {
    {"ethanol", "CCO", "C2H6O/c1-2-3/h3H,2H2,1H3"},
    {"aspirin", "CC(=O)Oc1ccccc1C(=O)O",
     "C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)"},
    {"caffeine", "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
     "C8H10N4O2/c1-10-4-9-6-5(10)7(13)12(3)8(14)11(6)2/h4H,1-3H3"},
    {"phenanthrene", "c1ccc2c(c1)ccc1ccccc12",
     "C14H10/c1-3-7-13-11(5-1)9-10-12-6-2-4-8-14(12)13/h1-10H"},
    {"estradiol", "CC12CCC3c4ccc(O)cc4CCC3C1CCC2O",
     "C18H24O2/c1-18-9-8-14-13-5-3-12(19)10-11(13)2-4-15(14)16(18)6-7-17(18)20/"
     "h3,5,10,14-17,19-20H,2,4,6-9H2,1H3"},
    {"toluquinone", "CC1=CC(=O)C=CC1=O", "C7H6O2/c1-5-4-6(8)2-3-7(5)9/h2-4H,1H3"},
    // Hydrogens that several atoms share.
    {"paracetamol", "CC(=O)Nc1ccc(O)cc1",
     "C8H9NO2/c1-6(10)9-7-2-4-8(11)5-3-7/h2-5,11H,1H3,(H,9,10)"},
    {"uracil", "O=c1cc[nH]c(=O)[nH]1", "C4H4N2O2/c7-3-1-2-5-4(8)6-3/h1-2H,(H2,5,6,7,8)"},
    {"2-pyridone", "O=c1cccc[nH]1", "C5H5NO/c7-5-3-1-2-4-6-5/h1-4H,(H,6,7)"},
    {"nicotinamide", "NC(=O)c1cccnc1", "C6H6N2O/c7-6(9)5-2-1-3-8-4-5/h1-4H,(H2,7,9)"},
    {"1-acetyl-N-methylprolinamide", "CNC(=O)C1CCCN1C(C)=O",
     "C8H14N2O2/c1-6(11)10-5-3-4-7(10)8(12)9-2/h7H,3-5H2,1-2H3,(H,9,12)"},
    {"phthalimide", "O=C1NC(=O)c2ccccc21",
     "C8H5NO2/c10-7-5-3-1-2-4-6(5)8(11)9-7/h1-4H,(H,9,10,11)"},
    {"sulfathiazole", "Nc1ccc(S(=O)(=O)Nc2nccs2)cc1",
     "C9H9N3O2S2/c10-7-1-3-8(4-2-7)16(13,14)12-9-11-5-6-15-9/h1-6H,10H2,(H,11,12)"},
    {"1H-indazole", "c1ccc2[nH]ncc2c1", "C7H6N2/c1-2-4-7-6(3-1)5-8-9-7/h1-5H,(H,8,9)"},
    {"1H-tetrazole", "c1nnn[nH]1", "CH2N4/c1-2-4-5-3-1/h1H,(H,2,3,4,5)"},
    {"thiourea", "NC(N)=S", "CH4N2S/c2-1(3)4/h(H4,2,3,4)"},
    {"benzamidine", "N=C(N)c1ccccc1", "C7H8N2/c8-7(9)6-4-2-1-3-5-6/h1-5H,(H3,8,9)"},
    {"citric acid", "O=C(O)CC(O)(CC(=O)O)C(=O)O",
     "C6H8O7/c7-3(8)1-6(13,5(11)12)2-4(9)10/h13H,1-2H2,(H,7,8)(H,9,10)(H,11,12)"},
    // Charges, also those that InChI leaves to the reader.
    {"nitrobenzene", "O=[N+]([O-])c1ccccc1", "C6H5NO2/c8-7(9)6-4-2-1-3-5-6/h1-5H"},
    {"methyl azide", "CN=[N+]=[N-]", "CH3N3/c1-3-4-2/h1H3"},
    {"methyl isocyanide", "[C-]#[N+]C", "C2H3N/c1-3-2/h1H3"},
    {"pyridine N-oxide", "[O-][n+]1ccccc1", "C5H5NO/c7-6-4-2-1-3-5-6/h1-5H"},
    {"choline", "C[N+](C)(C)CCO", "C5H14NO/c1-6(2,3)4-5-7/h7H,4-5H2,1-3H3/q+1"},
    {"trimethylsulfonium", "C[S+](C)C", "C3H9S/c1-4(2)3/h1-3H3/q+1"},
    // Parts, metals without bonds.
    {"sodium acetate", "CC(=O)[O-].[Na+]", "C2H4O2.Na/c1-2(3)4;/h1H3,(H,3,4);/q;+1/p-1"},
    {"methylamine hydrochloride", "CN.Cl", "CH5N.ClH/c1-2;/h2H2,1H3;1H"},
    {"zinc acetate", "CC(=O)[O-].CC(=O)[O-].[Zn+2]",
     "2C2H4O2.Zn/c2*1-2(3)4;/h2*1H3,(H,3,4);/q;;+2/p-2"},
    {"water", "O", "H2O/h1H2"},
    // Other valences.
    {"ethyl phosphate", "CCOP(=O)(O)O", "C2H7O4P/c1-2-6-7(3,4)5/h2H2,1H3,(H2,3,4,5)"},
    {"phenylboronic acid", "OB(O)c1ccccc1", "C6H7BO2/c8-7(9)6-4-2-1-3-5-6/h1-5,8-9H"},
    {"dimethyl sulfoxide", "CS(C)=O", "C2H6OS/c1-4(2)3/h1-2H3"},
    {"sulfur hexafluoride", "FS(F)(F)(F)(F)F", "F6S/c1-7(2,3,4,5)6"},
    // Isotopes are dropped.
    {"methanol-d3", "CO", "CH4O/c1-2/h2H,1H3/i1D3"},
    {"acetic acid, 13C", "CC(=O)O", "C2H4O2/c1-2(3)4/h1H3,(H,3,4)/i1+1"},
};

TEST(Inchi, IsTheMoleculeOfItsSmiles) {
  for (const Pair& pair : kPairs) {
    EXPECT_EQ(smiles_of(std::string("InChI=1S/") + pair.inchi), canonical(pair.smiles))
        << pair.name;
  }
}

TEST(Inchi, IsStandardisedAsItsSmiles) {
  // L-alanine-3,3,3-d3 and its sodium salt.
  const std::string alanine = "InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1/i1D3";
  const Standardised plain = standardise(" " + alanine + "\n");
  EXPECT_EQ(plain.smiles, "CC(N)C(=O)O");
  EXPECT_TRUE(plain.stereo_dropped);
  EXPECT_TRUE(plain.isotopes_dropped);
  const Standardised salt = standardise("InChI=1S/C2H4O2.Na/c1-2(3)4;/h1H3,(H,3,4);/q;+1/p-1");
  EXPECT_EQ(salt.smiles, "CC(=O)O");
  EXPECT_TRUE(salt.largest_fragment);
  EXPECT_TRUE(salt.neutralised);
  EXPECT_FALSE(salt.stereo_dropped);
}

// An alkane.
std::string chain(int carbons) {
  std::string text = fmt::format("C{}H{}/c1", carbons, 2 * carbons + 2);
  for (int i = 3; i <= carbons; ++i) text += fmt::format("-{}", i);
  return text + fmt::format("-2/h3-{}H2,1-2H3", carbons);
}

TEST(Inchi, WhatCannotBeReadIsRefusedWithAReason) {
  const auto reason = [](const std::string& text) { return standardise(text).reason; };
  for (const char* text : {"InChI=", "InChI=1S", "InChI=1S/", "InChI=1S//", "InChI=1S/bogus",
                           "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3/x", "InChI=1S/C2H6O/c1-2-9",
                           "InChI=9S/CH4/h1H4", "InChI=1S/CH4/h1H4 x"}) {
    EXPECT_EQ(standardise(text).smiles, "") << text;
    EXPECT_NE(reason(text), "") << text;
  }
  EXPECT_THAT(reason("InChI=1S/" + chain(251)), HasSubstr("251 heavy atoms; the limit is 250"));
  EXPECT_THAT(reason("InChI=1S/C9/" + std::string(3000, 'c')), HasSubstr("the limit is 3000"));
}

TEST(Inchi, ManyThreadsAreServed) {
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &right] {
      for (int i = 0; i < 20; ++i) {
        for (const Pair& pair : kPairs) {
          right[t] += smiles_of(std::string("InChI=1S/") + pair.inchi) == canonical(pair.smiles);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : right) EXPECT_EQ(count, 20 * static_cast<int>(std::size(kPairs)));
}

TEST(InchiLayers, AreReadFromTheText) {
  EXPECT_TRUE(is_inchi(" InChI=1S/CH4/h1H4"));
  EXPECT_FALSE(is_inchi("I"));
  std::string reason;
  const std::string alanine = "InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m0/s1/i1D3";
  EXPECT_TRUE(inchi_has_stereo(alanine));
  EXPECT_TRUE(inchi_has_isotopes(alanine));
  const auto layers = read_inchi_layers(alanine, reason);
  ASSERT_TRUE(layers) << reason;
  EXPECT_EQ(layers->main, "InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)");
  EXPECT_FALSE(inchi_has_stereo(layers->main) || inchi_has_isotopes(layers->main));
  EXPECT_EQ(layers->atoms, 6);
  EXPECT_THAT(layers->mobile, ElementsAre(MobileGroup{4, 5}));
  // Two acetates and zinc: the groups of both.
  const auto zinc =
      read_inchi_layers("InChI=1S/2C2H4O2.Zn/c2*1-2(3)4;/h2*1H3,(H,3,4);/q;;+2/p-2", reason);
  ASSERT_TRUE(zinc) << reason;
  EXPECT_EQ(zinc->atoms, 9);
  EXPECT_THAT(zinc->mobile, ElementsAre(MobileGroup{2, 3}, MobileGroup{6, 7}));
}

// Over most of these version 1.03 of the library ends the program.
TEST(InchiLayers, WhatDoesNotFitIsRefused) {
  for (const auto& [text, why] :
       {std::pair{"InChI=1S/C2H6O/c1-2-3/h3H,2H21H3", "hydrogens"},
        std::pair{"InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H2", "hydrogens"},  // six are in the formula
        std::pair{"InChI=1S/C2H6O/c1-2-3/h4H,2H2,1H3", "hydrogens"},
        std::pair{"InChI=1S/C2H3N/c12/h1H3", "connections"},
        std::pair{"InChI=1S/C2H6O/c1-2/h3H,2H2,1H3", "connections"},  // the third atom
        std::pair{"InChI=1S/C2H6O/c1-2-3-2/h3H,2H2,1H3", "connections"},
        std::pair{"InChI=1S/C2H4O2/c1-2(34/h1H3,(H,3,4)", "connections"},
        std::pair{"InChI=1S/C2H6O/h3H,2H2,1H3", "connections"},
        std::pair{"InChI=1S/CH3.BrH.9-Mg/h1H3;1H;", "formula"},
        std::pair{"InChI=1S/H2O./h1H2", "part without"},
        std::pair{"InChI=1S/H2/h1H", "part without"},
        std::pair{"InChI=1S/CH5N.ClH/c1-2;/h2H2,1H3", "hydrogens"},
        std::pair{"InChI=1S/C2H4O2.Na/c1-2(3)4;/h1H3,(H,3,4);/q;+1000/p-1", "charges"},
        std::pair{"InChI=1S/CH4/h1H4/h1H4", "layer '/h1H4'"},
        std::pair{"InChI=1S/CH4/x", "layer '/x'"}, std::pair{"InChI=1S/CH4/", "layer '/'"},
        std::pair{"InChI=1/C2H4O2/c1-2(3)4/h1H3,(H,3,4)/f/h3H", "fixed"},
        std::pair{"InChI=2S/CH4/h1H4", "version 1"}, std::pair{"InChI=1S", "no formula"}}) {
    std::string reason;
    EXPECT_FALSE(read_inchi_layers(text, reason)) << text;
    EXPECT_THAT(reason, HasSubstr(why)) << text;
  }
}

}  // namespace
}  // namespace fragflow
