#include "src/chem/standardise.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/MolStandardize/Charge.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "tests/chem/same_molecule.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

// RDKit sets it when it parses; if only then, it moves the environment while other threads read it,
// and one run in some hundreds ends with a segmentation fault.
TEST(ParseSmiles, FindsItsVariableInTheEnvironment) {
  prepare_rdkit();  // as main() does, before there are threads
  EXPECT_STREQ(std::getenv("RDK_USE_LEGACY_STEREO_PERCEPTION"), "1");
  const char* const* const before = environ;
  EXPECT_NE(parse_smiles("C[C@H](N)O"), nullptr);
  EXPECT_EQ(environ, before);
}

TEST(Standardise, KeepsTheLargestFragmentAndNeutralises) {
  const auto result = standardise("[Na+].[O-]C(=O)c1ccccc1");  // sodium benzoate
  EXPECT_EQ(result.smiles, "O=C(O)c1ccccc1");
  EXPECT_TRUE(result.largest_fragment);
  EXPECT_TRUE(result.neutralised);
  EXPECT_FALSE(result.stereo_dropped);
}

TEST(Standardise, KeepsChargesThatHaveNoNeutralForm) {
  const auto nitro = standardise("C[N+](=O)[O-]");
  EXPECT_EQ(nitro.smiles, "C[N+](=O)[O-]");
  EXPECT_FALSE(nitro.neutralised);
  const auto quaternary = standardise("C[N+](C)(C)C.[Cl-]");
  EXPECT_EQ(quaternary.smiles, "C[N+](C)(C)C");
  EXPECT_FALSE(quaternary.neutralised);
}

TEST(Standardise, NeutralisesAsRdkitDoes) {
  RDKit::MolStandardize::Uncharger uncharger;
  int num_neutralised = 0;
  for (const char* smiles : {"C[N+](=O)[O-]",
                             "[O-][n+]1ccccc1",
                             "CN=[N+]=[N-]",
                             "C[N+]#N",
                             "[O-][N+](=O)O",
                             "[O-][N+](=O)[O-]",
                             "[O-][n+]1ccc[nH+]c1",
                             "[O-][N+](=O)c1cc[nH+]cc1",
                             "C[S+](C)[O-]",
                             "C[S+](C)C",
                             "CC[SH+]C",
                             "[NH3+]CC(=O)[O-]",
                             "C[N+](C)(C)CC(=O)[O-]",
                             "C[N+](C)(C)CC(C(=O)[O-])C[NH3+]",
                             "[O-]C(=O)CC(=O)[O-]",
                             "C[P+](C)(C)[CH-]C",
                             "[O-][Cl+3]([O-])([O-])O",
                             "C[NH+]([O-])C",
                             "CC(=O)[N-][N+](C)(C)C",
                             "[CH3-]",
                             "[OH3+]",
                             "C[n+]1ccccc1",
                             "[nH+]1ccccc1",
                             "[n-]1cnnn1",
                             "[C-]#[N+]C",
                             "[O-]S(=O)(=O)CC[NH3+]"}) {
    SCOPED_TRACE(smiles);
    const auto molecule = parse_smiles(smiles);
    ASSERT_NE(molecule, nullptr);
    std::unique_ptr<RDKit::ROMol> neutral(uncharger.uncharge(*molecule));
    RDKit::RWMol expected(*neutral);
    RDKit::MolOps::sanitizeMol(expected);
    const auto result = standardise(smiles);
    EXPECT_EQ(result.smiles, canonical_smiles(expected));
    EXPECT_EQ(result.neutralised, canonical_smiles(expected) != canonical_smiles(*molecule));
    num_neutralised += result.neutralised ? 1 : 0;
  }
  EXPECT_GT(num_neutralised, 5);
}

TEST(Standardise, DropsStereoAndIsotopes) {
  const auto alanine = standardise("C[C@H](N)C(=O)O");
  EXPECT_EQ(alanine.smiles, "CC(N)C(=O)O");
  EXPECT_TRUE(alanine.stereo_dropped);
  const auto stilbene = standardise("c1ccccc1/C=C/c1ccccc1");
  EXPECT_EQ(stilbene.smiles, "C(=Cc1ccccc1)c1ccccc1");
  EXPECT_TRUE(stilbene.stereo_dropped);
  const auto labelled = standardise("[2H]C([2H])([2H])[13CH2]O");
  EXPECT_EQ(labelled.smiles, "CCO");
  EXPECT_TRUE(labelled.isotopes_dropped);
  EXPECT_FALSE(labelled.stereo_dropped);
  EXPECT_EQ(standardise("[H]C([H])([H])[H]").smiles, "C");
}

TEST(Standardise, RejectsWithAReason) {
  EXPECT_THAT(standardise("").reason, HasSubstr("empty"));
  EXPECT_THAT(standardise("C1CC").reason, HasSubstr("not a SMILES"));
  EXPECT_THAT(standardise("CN(C)(C)(C)C").reason, HasSubstr("valence"));
  EXPECT_THAT(standardise("CC CC").reason, HasSubstr("white space"));
  EXPECT_THAT(standardise("hello").reason, HasSubstr("SMILES"));
  EXPECT_THAT(standardise("*CC").reason, HasSubstr("dummy atom"));
  EXPECT_FALSE(standardise("C1CC").ok());
}

TEST(Standardise, LimitsAreExact) {
  EXPECT_TRUE(standardise(std::string(kMaxHeavyAtoms, 'C')).ok());
  EXPECT_THAT(standardise(std::string(kMaxHeavyAtoms + 1, 'C')).reason,
              HasSubstr("251 heavy atoms; the limit is 250"));
  EXPECT_THAT(standardise(std::string(kMaxSmilesLength + 1, 'C')).reason,
              HasSubstr("1001 characters; the limit is 1000"));
}

TEST(Standardise, CountsEveryChange) {
  StandardiseCounts counts;
  for (const char* smiles : {"[Na+].[O-]C(=O)C", "C[C@H](N)O", "[13CH4]", "C1CC", "C"}) {
    standardise(smiles).count_into(counts);
  }
  EXPECT_EQ(counts.read, 5);
  EXPECT_EQ(counts.accepted, 4);
  EXPECT_EQ(counts.largest_fragment, 1);
  EXPECT_EQ(counts.neutralised, 1);
  EXPECT_EQ(counts.stereo_dropped, 1);
  EXPECT_EQ(counts.isotopes_dropped, 1);
}

TEST(Standardise, IsIdempotent) {
  for (const char* smiles : {"Oc1ccccn1", "C[NH3+]", "O=C([O-])C[NH3+]", "c1cc[nH+]cc1"}) {
    const auto once = standardise(smiles);
    ASSERT_TRUE(once.ok()) << smiles;
    EXPECT_EQ(standardise(once.smiles).smiles, once.smiles);
  }
}

// What is canonical already is not read a second time; that must not show.
TEST(Standardise, CanonicalSmilesGiveTheMoleculeThatReadingThemGives) {
  const CsvTable table = read_csv(data_path("chembl2321810.csv"));
  const std::size_t column = table.column("smiles", "activities");
  std::vector<std::string> smiles = {"C[N+](C)(C)C", "[O-][n+]1ccccc1", "c1cc[nH]c1", "[SiH3]C",
                                     "C[Zn]C",       "[CH3]",           "[NH4+]"};
  for (std::size_t i = 0; i < table.rows.size(); i += 5) smiles.push_back(table.rows[i][column]);
  for (const std::string& text : smiles) {
    const std::string canonical = standardise(text).smiles;
    const Standardised again = standardise(canonical);
    ASSERT_TRUE(again.ok()) << text;
    EXPECT_EQ(again.smiles, canonical);
    const auto read = parse_smiles(canonical);
    EXPECT_EQ(whole_molecule(*again.molecule), whole_molecule(*read)) << canonical;
  }
}

// Our own writer writes it, whatever is read.
TEST(Standardise, TheSmilesIsWhatRdkitWritesOfTheMolecule) {
  const std::vector<std::string> texts = {"[CH3:1]CO",
                                          "C[CH2:7][OH:2]",
                                          "[H:1]C",
                                          "[13CH3:5]C",
                                          "C[N+]->[Fe]",
                                          "[Fe]<-N1CCCC1",
                                          "CN(C)(C)->[Pt](Cl)Cl",
                                          "C~C",
                                          "CC~N",
                                          "C$C",
                                          "C:1:C:C:C:C:C1",
                                          "F[P-](F)(F)(F)(F)F",
                                          "[2H]C([2H])[2H]",
                                          "C/C=C/C",
                                          "C[C@H](N)O",
                                          "[C@@H]1(O)CCCO1",
                                          "N[Pt](N)(Cl)Cl",
                                          "[Cu]",
                                          "c1ccc[te]1",
                                          "O=[U]=O",
                                          "[Na]Cl",
                                          "[H][H]",
                                          "[H]",
                                          "[CH]",
                                          "[235U]",
                                          "C[Si@](F)(Cl)Br",
                                          "[SH6]",
                                          "[Na+].[O-]C(=O)c1ccccc1",
                                          "O=C([O-])C[NH3+]",
                                          "C12C3C4C1C5C2C3C45"};
  for (const std::string& text : texts) {
    const Standardised result = standardise(text);
    ASSERT_TRUE(result.ok()) << text;
    EXPECT_EQ(canonical_smiles(*result.molecule), result.smiles) << text;
  }
}

// Reading leaves out the search for stereochemistry where there are no marks, and may find the
// rings in another order.
TEST(ParseSmiles, GivesTheMoleculeThatRdkitReads) {
  const CsvTable table = read_csv(data_path("chembl2321810.csv"));
  const std::size_t column = table.column("smiles", "activities");
  std::vector<std::string> smiles = {
      "C[C@H](N)C(=O)O", "F/C=C/F",    "[H]OC",         "[2H]C",         "FC=CF",      "[H][H]",
      "CC1CCC(C)CC1",    "[H]N=C(C)C", "C[N+](=O)[O-]", "[H]c1cc[nH]c1", "C1=CC=CC=C1"};
  for (std::size_t i = 0; i < table.rows.size(); i += 5) smiles.push_back(table.rows[i][column]);
  for (const std::string& text : smiles) {
    const std::unique_ptr<RDKit::RWMol> expected(RDKit::SmilesToMol(text));
    const auto read = parse_smiles(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(whole_molecule(*read), whole_molecule(*expected)) << text;
  }
}

TEST(Standardise, TextBehindAZeroByteIsNotIgnored) {
  const Standardised result = standardise(std::string_view("CCO\0CCCC", 8));
  EXPECT_FALSE(result.ok());
  EXPECT_FALSE(result.reason.empty());
}

TEST(Standardise, TheSmilesIsTheOneThatIsWrittenAgain) {
  // RDKit writes the bond of any order to iron as single the second time.
  const Standardised result = standardise("CC1~[Fe+3]CCC1");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(canonical_smiles(*result.molecule), result.smiles);
  EXPECT_EQ(standardise(result.smiles).smiles, result.smiles);
}

}  // namespace
}  // namespace fragflow
