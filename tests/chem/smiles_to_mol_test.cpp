#include "src/chem/fast/smiles_to_mol.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <gtest/gtest.h>

#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"
#include "tests/chem/same_molecule.hpp"

namespace fragflow {
namespace {

// Buckminsterfullerene: more than nine rings are open at once.
constexpr const char* kFullerene =
    "c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6c6"
    "c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41";

// A fifth of the molecules of the data set, as they are standardised.
std::vector<std::string> molecules() {
  const CsvTable table = read_csv(data_path("chembl2321810.csv"));
  const std::size_t column = table.column("smiles", "activities");
  std::vector<std::string> smiles = {
      "C[N+](C)(C)C", "[O-][n+]1ccccc1",  "c1cc[nH]c1",         "C[SiH3]",
      "[CH3]",        "CS(=O)(=O)C#N",    "C1CC2CCC1CC2",       "C1C2CC3CC1CC(C2)C3",
      "[NH4+]",       "O=c1cc[nH]c(=O)1", "c1ccc2c(c1)[nH]cc2", kFullerene};
  for (std::size_t i = 0; i < table.rows.size(); i += 5) {
    smiles.push_back(standardise(table.rows[i][column]).smiles);
  }
  return smiles;
}

// The names of what RDKit has noted on atoms and bonds.
std::string properties(const RDKit::ROMol& molecule) {
  std::string text;
  for (const RDKit::Atom* atom : molecule.atoms()) text += join(atom->getPropList()) + '\n';
  for (const RDKit::Bond* bond : molecule.bonds()) text += join(bond->getPropList()) + '\n';
  return text;
}

TEST(WriteSmiles, WritesTheTextThatRdkitWrites) {
  for (const std::string& text : molecules()) {
    const auto molecule = parse_smiles(text);
    ASSERT_TRUE(molecule) << text;
    const std::string expected = canonical_smiles(*molecule);
    const auto expected_order =
        molecule->getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder);
    const std::string before = whole_molecule(*molecule) + properties(*molecule);
    const WrittenSmiles written = write_smiles(*molecule);
    EXPECT_EQ(whole_molecule(*molecule) + properties(*molecule), before) << expected;
    EXPECT_EQ(written.text, expected);
    EXPECT_EQ(written.order, expected_order) << expected;
  }
  EXPECT_NE(write_smiles(*parse_smiles(kFullerene)).text.find('%'), std::string::npos);
}

TEST(ReadBack, GivesTheMoleculeThatReadingTheTextGives) {
  int num_read = 0;
  for (const std::string& text : molecules()) {
    auto made = parse_smiles(text);
    if (!is_read_back(*made)) continue;
    const WrittenSmiles written = write_smiles(*made);
    const auto read = read_back(written, *made);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(whole_molecule(*read), whole_molecule(*parse_smiles(written.text))) << text;
    EXPECT_EQ(canonical_smiles(*read), written.text);
    ++num_read;
  }
  EXPECT_GT(num_read, 100);
}

TEST(ReadBack, RefusesTheTextOfAnotherMolecule) {
  const auto acetone = parse_smiles("CC(C)=O");
  const WrittenSmiles written = write_smiles(*acetone);
  ASSERT_TRUE(read_back(written, *acetone));
  // One atom, one bond, one hydrogen or one charge differs, or the text is none.
  for (const char* other :
       {"CC(C)=S", "CC(C)O", "CC=CO", "C[C]([CH2])=O", "CC(C)=[OH+]", "CC(C)(=O"}) {
    WrittenSmiles changed = written;
    changed.text = other;
    EXPECT_FALSE(read_back(changed, *acetone)) << other;
  }
}

TEST(ReadBack, RefusesATextThatWouldNotBeWrittenAgain) {
  // The ranks decide what is written: with those of carbon and oxygen exchanged it begins with O.
  const auto methanol = parse_smiles("CO");
  WrittenSmiles written = write_smiles(*methanol);
  ASSERT_TRUE(read_back(written, *methanol));
  std::swap(written.ranks[0], written.ranks[1]);
  EXPECT_FALSE(read_back(written, *methanol));
  // The methyl groups of isobutane are the same, whichever of them comes first.
  const auto isobutane = parse_smiles("CC(C)C");
  written = write_smiles(*isobutane);
  std::swap(written.ranks[0], written.ranks[2]);
  EXPECT_TRUE(read_back(written, *isobutane));
}

TEST(IsReadBack, NotWhereRdkitPerceivesSomethingElse) {
  EXPECT_TRUE(is_read_back(*parse_smiles("c1ccccc1")));
  RDKit::SmilesParserParams as_written;
  as_written.sanitize = as_written.removeHs = false;
  // Benzene with double bonds, which RDKit would call aromatic.
  const std::unique_ptr<RDKit::RWMol> benzene(RDKit::SmilesToMol("C1=CC=CC=C1", as_written));
  benzene->updatePropertyCache();
  RDKit::MolOps::symmetrizeSSSR(*benzene);
  EXPECT_FALSE(is_read_back(*benzene));
  EXPECT_FALSE(is_read_back_from_every_atom(*benzene));
  // Norbornane that knows one of its rings only.
  const auto norbornane = parse_smiles("C1CC2CCC1C2");
  EXPECT_TRUE(is_read_back_from_every_atom(*norbornane));
  const auto atoms = norbornane->getRingInfo()->atomRings()[0];
  const auto bonds = norbornane->getRingInfo()->bondRings()[0];
  norbornane->getRingInfo()->reset();
  norbornane->getRingInfo()->initialize();
  norbornane->getRingInfo()->addRing(atoms, bonds);
  EXPECT_FALSE(is_read_back(*norbornane));
}

TEST(IsReadBack, NotForWhatIsNotPlain) {
  // A numbered atom, hydrogens that are atoms, and a bond of any order.
  for (const char* smiles : {"[CH3:7]C", "[H][H]", "CC1~[Fe+3]CCC1"}) {
    EXPECT_FALSE(is_read_back(*parse_smiles(smiles))) << smiles;
  }
}

}  // namespace
}  // namespace fragflow
