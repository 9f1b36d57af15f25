#include "src/chem/parent.hpp"

#include <GraphMol/RWMol.h>
#include <gtest/gtest.h>

#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

constexpr const char* kMeglumine = "CNC[C@@H]([C@H]([C@@H]([C@@H](CO)O)O)O)O";
constexpr const char* kTetrabutylammonium = "CCCC[N+](CCCC)(CCCC)CCCC";

std::string parent(const std::string& smiles) { return standardise(smiles).smiles; }

TEST(Parent, TafamidisMeglumineIsTafamidis) {
  // 21 heavy atoms and 7 hydrogens against 13 heavy atoms and 17 hydrogens.
  EXPECT_EQ(parent(std::string("c1cc2c(cc1C(=O)O)oc(n2)c3cc(cc(c3)Cl)Cl.") + kMeglumine),
            "O=C(O)c1ccc2nc(-c3cc(Cl)cc(Cl)c3)oc2c1");
}

TEST(Parent, TheAcidOfAnAuxiliaryIsKeptHoweverSmall) {
  for (const std::string base :
       {kTetrabutylammonium, kMeglumine, "CC[N+](CC)(CC)CC", "OCC(CO)(CO)[NH3+]",
        "CCCCCCCCCCCCCCCC[N+](C)(C)C", "c1ccc(cc1)[P+](c1ccccc1)(c1ccccc1)C",
        "C1CCC(CC1)[NH2+]C1CCCCC1", "CC[NH+](CC)CC", "C[N+](C)(C)CCO"}) {
    for (const auto& [acid, expected] :
         {std::pair{"[O-]C(=O)c1ccccc1", "O=C(O)c1ccccc1"},    // benzoic acid, 9 heavy atoms
          std::pair{"[O-]C(=O)c1ccccc1O", "O=C(O)c1ccccc1O"},  // salicylic acid
          std::pair{"CC(=O)Oc1ccccc1C(=O)[O-]", "CC(=O)Oc1ccccc1C(=O)O"},  // aspirin
          std::pair{"[O-]C(=O)c1ccco1", "O=C(O)c1ccco1"},                  // 2-furoic acid
          std::pair{"[O-]C(=O)C1CC1", "O=C(O)C1CC1"}}) {                   // 6 heavy atoms
      EXPECT_EQ(parent(base + "." + acid), expected) << base;
      EXPECT_EQ(parent(std::string(acid) + "." + base), expected) << base;
    }
  }
}

TEST(Parent, TheBaseOfAnAcidIsKept) {
  const std::string amphetamine = "CC(N)Cc1ccccc1";  // 10 heavy atoms
  for (const char* acid :
       {"Cl", "OC(=O)C(O)C(O)C(=O)O", "OC(=O)CC(O)(CC(=O)O)C(=O)O", "CS(=O)(=O)O",
        "Cc1ccc(cc1)S(=O)(=O)O", "OC(=O)c1ccc2ccccc2c1O",
        "OC(=O)c1cc2ccccc2c(Cc2c(O)c(C(=O)O)cc3ccccc23)c1O", "CCCCCCCCCCCCCCCCCC(=O)O",
        "OC(=O)/C=C/C(=O)O", "OC(=O)C(F)(F)F", "NCCCC[C@H](N)C(=O)O", "OCC(O)C(O)C(O)C(O)C(=O)O",
        "[B-](c1ccccc1)(c1ccccc1)(c1ccccc1)c1ccccc1"}) {
    EXPECT_EQ(parent(amphetamine + "." + acid), amphetamine) << acid;
    EXPECT_EQ(parent(std::string(acid) + "." + amphetamine), amphetamine) << acid;
  }
}

TEST(Parent, HydratesSolvatesAndMixtures) {
  EXPECT_EQ(parent("O.O.O.NCc1ccccc1Cl"), "NCc1ccccc1Cl");
  EXPECT_EQ(parent("CN(C)C=O.C1CC1N"), "NC1CC1");  // DMF has more atoms than the compound
  EXPECT_EQ(parent("CCOC(C)=O.CCOC(C)=O.OC1CC1"), "OC1CC1");
  EXPECT_EQ(parent("Cc1ccccc1.NC1CC1"), "NC1CC1");
  // Two compounds: the one with more heavy atoms; equal numbers: the heavier one; then by SMILES.
  EXPECT_EQ(parent("CC(C)Cc1ccc(cc1)C(C)C(=O)O.Oc1ccc(Br)cc1"), "CC(C)Cc1ccc(C(C)C(=O)O)cc1");
  EXPECT_EQ(parent("Oc1ccc(Cl)cc1.Oc1ccc(Br)cc1"), "Oc1ccc(Br)cc1");
  EXPECT_EQ(parent("Oc1ccc(Cl)cc1.Oc1cccc(Cl)c1"), parent("Oc1cccc(Cl)c1.Oc1ccc(Cl)cc1"));
  // Nothing but what is left out elsewhere: its largest part with carbon.
  EXPECT_EQ(parent("[Na+].[O-]C(=O)C"), "CC(=O)O");
  EXPECT_EQ(parent("NCCCCC(N)C(=O)O.OC(=O)c1ccccc1O"), "O=C(O)c1ccccc1O");
  EXPECT_EQ(parent("OC(=O)C(=O)O.NCC(=O)O.OS(=O)(=O)O"), "O=C(O)C(=O)O");
}

TEST(Parent, KindsOfParts) {
  const auto kind = [](const char* smiles) { return kind_of_part(*parse_smiles(smiles)); };
  EXPECT_EQ(kind("CC(C)Cc1ccc(cc1)C(C)C(=O)O"), PartKind::kUnknown);
  EXPECT_EQ(kind("[O-]C(=O)c1ccccc1"), PartKind::kSmallAcid);
  EXPECT_EQ(kind("[NH3+]CCCC[C@H](N)C(=O)[O-]"), PartKind::kCounterIon);
  EXPECT_EQ(kind("CC[N+](CC)(CC)Cc1ccccc1"), PartKind::kAuxiliary);
  EXPECT_EQ(kind("C[N+](C)(C)CC(O)CC(=O)[O-]"), PartKind::kUnknown);  // carnitine
  EXPECT_EQ(kind("CCO"), PartKind::kSolvent);
  EXPECT_EQ(kind("[K+]"), PartKind::kSolvent);
}

TEST(AtomMaps, MeanNothing) {
  for (const auto& [mapped, plain] :
       {std::pair{"[O:1]=[C:2]([NH:3][CH2:4][c:5]1[cH:6][cH:7][cH:8][cH:9][cH:10]1)[CH3:11]",
                  "CC(=O)NCc1ccccc1"},
        std::pair{"c1ccc([C:1](=[O:2])[N:3]2CCOCC2)cc1", "O=C(c1ccccc1)N1CCOCC1"},
        std::pair{"[CH3:7][C@@H:1]([NH3+:2])[C:3](=[O:4])[O-:5].[Cl-:6]", "CC(N)C(=O)O"},
        std::pair{"[H:1][O:2][CH2:3][CH3:4]", "CCO"}, std::pair{"[13CH4:2]", "C"}}) {
    EXPECT_EQ(standardise(mapped).smiles, plain);
    EXPECT_EQ(standardise(mapped).smiles, standardise(plain).smiles);
  }
  // A colon may also be an aromatic bond.
  EXPECT_EQ(standardise("c1:c:c:c:c:c:1").smiles, "c1ccccc1");
}

}  // namespace
}  // namespace fragflow
