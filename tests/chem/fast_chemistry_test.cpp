// What replaces RDKit's searches gives their answers: on the training compounds, and on 5,000
// compounds of the National Cancer Institute, which are stranger. SMILES have tests of their own
// (smiles_to_mol_test.cpp, assembly_test.cpp).
#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/FilterCatalog/FilterCatalog.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <gmock/gmock.h>

#include <fstream>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/fast/atom_contributions.hpp"
#include "src/chem/fast/calc_clogp.hpp"
#include "src/chem/fast/calc_num_rotatable_bonds.hpp"
#include "src/chem/fast/fast_chemistry.hpp"
#include "src/chem/fast/pattern_screen.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

const std::vector<std::unique_ptr<RDKit::RWMol>>& molecules() {
  static const auto parsed = [] {
    std::vector<std::unique_ptr<RDKit::RWMol>> result;
    for (const auto& row : read_csv(data_path("chembl2321810.csv")).rows) {
      result.push_back(parse_smiles(row[0]));
    }
    std::ifstream lines("/usr/share/RDKit/Data/NCI/first_5K.smi");
    for (std::string smiles, rest; lines >> smiles && std::getline(lines, rest);) {
      if (smiles.size() > 200) continue;  // a few polymers that take RDKit seconds
      if (auto molecule = parse_smiles(smiles)) result.push_back(std::move(molecule));
    }
    return result;
  }();
  return parsed;
}

// check(molecule) for every stride-th molecule.
template <typename Check>
void for_each_molecule(std::size_t stride, const Check& check) {
  ASSERT_GE(molecules().size(), 5000u) << "rdkit-data is not installed";
  for (std::size_t i = 0; i < molecules().size(); i += stride) check(*molecules()[i]);
}

TEST(FastChemistry, RotatableBondsAreRdkits) {
  for_each_molecule(1, [](const RDKit::ROMol& molecule) {
    EXPECT_EQ(fast_num_rotatable_bonds(molecule),
              static_cast<int>(
                  RDKit::Descriptors::calcNumRotatableBonds(molecule, RDKit::Descriptors::Strict)))
        << canonical_smiles(molecule);
  });
}

TEST(FastChemistry, LogPIsRdkits) {
  const CrippenLogP logp;
  // What was learned from the first round is used in the second.
  for (int round = 0; round < 2; ++round) {
    for_each_molecule(1, [&](const RDKit::ROMol& molecule) {
      EXPECT_EQ(logp(molecule), RDKit::Descriptors::calcClogP(molecule))
          << canonical_smiles(molecule);
    });
  }
}

// The patterns, one contribution each, the first that matches an atom.
class Contributions {
 public:
  explicit Contributions(const std::vector<std::string>& patterns) {
    std::vector<const RDKit::ROMol*> pointers;
    for (const std::string& smarts : patterns) {
      patterns_.emplace_back(RDKit::SmartsToMol(smarts));
      pointers.push_back(patterns_.back().get());
    }
    known_ = std::make_unique<AtomContributions>(pointers);
  }

  bool is_local() const { return known_->is_local(); }
  std::optional<double> known_sum(const std::string& smiles) {
    return known_->sum(*parse_smiles(smiles));
  }
  double learn(const std::string& smiles) {
    const std::unique_ptr<const RDKit::ROMol> molecule = parse_smiles(smiles);
    const std::unique_ptr<RDKit::ROMol> all(RDKit::MolOps::addHs(*molecule));
    std::vector<double> of_atom(all->getNumAtoms(), 0.0);
    for (std::size_t k = patterns_.size(); k-- > 0;) {
      std::vector<RDKit::MatchVectType> matches;
      RDKit::SubstructMatch(*all, *patterns_[k], matches, /*uniquify=*/false);
      for (const auto& match : matches) of_atom[match[0].second] = static_cast<double>(k + 1);
    }
    known_->learn(*molecule, *all, of_atom);
    return std::accumulate(of_atom.begin(), of_atom.end(), 0.0);
  }

 private:
  std::vector<std::unique_ptr<RDKit::ROMol>> patterns_;
  std::unique_ptr<AtomContributions> known_;
};

TEST(AtomContributions, AreThoseOfOtherMoleculesWithTheSameSurroundings) {
  Contributions contributions({"[CH3]C", "[OH]", "[#1]O", "[C]"});
  EXPECT_FALSE(contributions.known_sum("CCO"));
  EXPECT_EQ(contributions.learn("CCO"), 1 + 4 + 2 + 3);
  EXPECT_EQ(contributions.known_sum("OCC"), 1 + 4 + 2 + 3);
  EXPECT_FALSE(contributions.known_sum("CCCO"));  // a CH2 between carbons is new
  EXPECT_EQ(contributions.learn("CCCCC"), 2 * 1 + 3 * 4);
  EXPECT_FALSE(contributions.known_sum("CCCCCCO"));  // and one between a CH2 and an oxygen
  EXPECT_EQ(contributions.learn("CCCO"), 1 + 2 * 4 + 2 + 3);
  EXPECT_EQ(contributions.known_sum("CCCCCCO"), 1 + 5 * 4 + 2 + 3);
}

TEST(AtomContributions, LookAsFarAsThePatterns) {
  Contributions near({"[O]=C", "[O]", "[#6]"});
  near.learn("CC(=O)C"), near.learn("CC(=O)N");
  EXPECT_TRUE(near.known_sum("CC(=O)C"));
  Contributions far({"[O]=C(C)C", "[O]=C(N)", "[O]", "[#6]"});
  EXPECT_EQ(far.learn("CC(=O)C"), 1 + 3 * 4);
  EXPECT_EQ(far.learn("CC(=O)N"), 2 + 2 * 4);
  EXPECT_EQ(far.known_sum("NC(=O)C"), 2 + 2 * 4);
  EXPECT_EQ(far.known_sum("O=C(C)C"), 1 + 3 * 4);
  // The acid's C=O has an O beyond its carbon, which no molecule had.
  far.learn("CO"), far.learn("C(=O)(O)O");
  EXPECT_FALSE(far.known_sum("CC(=O)O"));
  // From a hydrogen, two bonds further than its oxygen's neighbour.
  Contributions hydrogen({"[#1]OC=O", "[#1]O"});
  EXPECT_EQ(hydrogen.learn("CC(=O)O"), 1);
  hydrogen.learn("CC(C)O");
  EXPECT_EQ(hydrogen.known_sum("OC(C)=O"), 1);
}

TEST(AtomContributions, AreNoneWhereSurroundingsDoNotDecide) {
  for (const char* smarts : {"C1CC1", "CCCC", "C(C=O)(C=O)", "[$(CO)]", "C(N)(C=O)", "[*]", "[A]C",
                             "C.C", "[C;D{2-3}]"}) {
    EXPECT_FALSE(Contributions({"[C]", smarts}).is_local()) << smarts;
  }
  EXPECT_TRUE(
      Contributions({"[C]", "[#1]OC=[#6,#7]", "[O]=C([C,c])[a;!#1]", "[CX4](A)(A)A"}).is_local());
}

TEST(AtomContributions, HydrogensThatAreAtomsAreNotLearned) {
  Contributions contributions({"[CH3]", "[#1]C"});
  contributions.learn("[2H]C");
  EXPECT_FALSE(contributions.known_sum("[2H]C"));
  contributions.learn("C"), contributions.learn("CC");
  EXPECT_FALSE(contributions.known_sum("[2H]C"));
  EXPECT_TRUE(contributions.known_sum("CC"));
}

TEST(FastChemistry, AlertsAreRdkits) {
  RDKit::FilterCatalogParams parameters;
  parameters.addCatalog(RDKit::FilterCatalogParams::BRENK);
  parameters.addCatalog(RDKit::FilterCatalogParams::PAINS);
  const RDKit::FilterCatalog reference(parameters);
  const AlertCatalog catalog({"brenk", "pains"});
  std::vector<std::string> names;
  for (unsigned k = 0; k < reference.getNumEntries(); ++k) {
    names.push_back(reference.getEntryWithIdx(k)->getDescription());
  }
  EXPECT_EQ(catalog.names(), names);
  int with_alert = 0;
  for_each_molecule(3, [&](const RDKit::ROMol& molecule) {
    std::vector<std::string> expected;
    for (const auto& entry : reference.getMatches(molecule)) {
      expected.push_back(entry->getDescription());
    }
    EXPECT_EQ(catalog.matches(molecule), expected) << canonical_smiles(molecule);
    with_alert += expected.empty() ? 0 : 1;
  });
  EXPECT_GT(with_alert, 50);  // so that something was compared
}

// Every name switches its own accelerator off and no other, and nothing that is computed changes.
TEST(FastChemistry, RdkitCanDoTheWork) {
  struct Switched {
    explicit Switched(const std::string& names) { use_rdkit_for(names); }
    ~Switched() { use_rdkit_for(""); }
  };
  const std::pair<const char*, Accelerator> names[] = {
      {"calc_clogp", Accelerator::kCalcClogp},
      {"calc_num_rotatable_bonds", Accelerator::kCalcNumRotatableBonds},
      {"mol_to_smiles", Accelerator::kMolToSmiles},
      {"pattern_screen", Accelerator::kPatternScreen},
      {"smiles_to_mol", Accelerator::kSmilesToMol}};
  EXPECT_EQ(std::size(names), accelerator_names().size());
  const CrippenLogP logp;
  const AlertCatalog alerts({"brenk"});
  const auto figures = [&] {
    std::vector<std::string> all;
    for_each_molecule(200, [&](const RDKit::ROMol& molecule) {
      const auto read = parse_smiles(canonical_smiles(molecule));
      all.push_back(fmt::format("{} {} {} {}", canonical_smiles(*read), logp(*read),
                                fast_num_rotatable_bonds(*read), alerts.count(*read)));
    });
    return all;
  };
  const std::vector<std::string> expected = figures();
  for (const auto& [name, accelerator] : names) {
    const Switched off(name);
    for (const auto& [other, its] : names) EXPECT_EQ(is_used(its), its != accelerator) << other;
    EXPECT_EQ(figures(), expected) << name;
  }
  const Switched off("all");
  for (const auto& [name, its] : names) EXPECT_FALSE(is_used(its)) << name;
  EXPECT_EQ(figures(), expected);
  EXPECT_THAT([] { use_rdkit_for("calc_clogp, clogp"); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("\"clogp\" is not")));
}

std::vector<int> screened(const std::vector<std::string>& smarts, const char* smiles) {
  std::vector<std::unique_ptr<RDKit::ROMol>> patterns;
  std::vector<const RDKit::ROMol*> pointers;
  for (const std::string& text : smarts) {
    patterns.emplace_back(RDKit::SmartsToMol(text));
    pointers.push_back(patterns.back().get());
  }
  PatternScreen screen(pointers);
  const auto candidates = screen.candidates(*parse_smiles(smiles));
  return {candidates.begin(), candidates.end()};
}

using testing::ElementsAre;

TEST(PatternScreen, LeavesOutWhatCannotOccur) {
  // Ethanol: no nitrogen; one O-H only; no C=O although C, O and a bond between them are there.
  EXPECT_THAT(screened({"[#7]", "CO", "[OH].[OH]", "C=O", "[OX2H]"}, "CCO"), ElementsAre(1, 4));
}

TEST(PatternScreen, CountsEqualBonds) {
  // 1,2-dichlorobenzene has two of the three C-Cl bonds.
  EXPECT_THAT(screened({"ClccCl", "Clc1cc(Cl)cc(Cl)c1"}, "Clc1ccccc1Cl"), ElementsAre(0));
}

TEST(PatternScreen, KeepsWhatItCannotJudge) {
  // Recursive parts and chirality count as matched; known parts beside them still decide.
  EXPECT_THAT(screened({"[$(C=O)]", "[#7;$(C=O)]", "[C@H](F)(Cl)Br", "[!$(C)]"}, "FC(Cl)Br"),
              ElementsAre(0, 2, 3));
}

TEST(PatternScreen, KeepsEverythingForAnAtomOutOfTheOrdinary) {
  // Charge -9 does not fit the packed description.
  const auto odd = parse_smiles("CCO");
  odd->getAtomWithIdx(0)->setFormalCharge(-9);
  const std::unique_ptr<RDKit::ROMol> nitrogen(RDKit::SmartsToMol("[#7]"));
  const std::vector<const RDKit::ROMol*> patterns = {nitrogen.get()};
  PatternScreen screen(patterns);
  EXPECT_THAT(screen.candidates(*odd), ElementsAre(0));
}

}  // namespace
}  // namespace fragflow
