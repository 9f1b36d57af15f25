#include "src/chem/parent.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/MolStandardize/Charge.h>
#include <GraphMol/MolStandardize/Fragment.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

struct Listed {
  const char* name;
  const char* smiles;  // neutral, without stereo
};

// Acids and bases that are also tested as compounds.
constexpr Listed kSmallAcids[] = {
    {"benzoic acid", "OC(=O)c1ccccc1"},
    {"salicylic acid", "OC(=O)c1ccccc1O"},
    {"gentisic acid", "OC(=O)c1cc(O)ccc1O"},
    {"4-aminosalicylic acid", "OC(=O)c1ccc(N)cc1O"},
    {"4-hydroxybenzoic acid", "OC(=O)c1ccc(O)cc1"},
    {"4-chlorobenzoic acid", "OC(=O)c1ccc(Cl)cc1"},
    {"mandelic acid", "OC(=O)C(O)c1ccccc1"},
    {"phenylacetic acid", "OC(=O)Cc1ccccc1"},
    {"cinnamic acid", "OC(=O)C=Cc1ccccc1"},
    {"hippuric acid", "OC(=O)CNC(=O)c1ccccc1"},
    {"nicotinic acid", "OC(=O)c1cccnc1"},
    {"isonicotinic acid", "OC(=O)c1ccncc1"},
    {"nicotinamide", "NC(=O)c1cccnc1"},
    {"orotic acid", "OC(=O)c1cc(=O)[nH]c(=O)[nH]1"},
    {"xinafoic acid", "OC(=O)c1ccc2ccccc2c1O"},
    {"3-hydroxy-2-naphthoic acid", "OC(=O)c1cc2ccccc2cc1O"},
    {"saccharin", "O=C1NS(=O)(=O)c2ccccc12"},
    {"acesulfame", "CC1=CC(=O)NS(=O)(=O)O1"},
    {"ascorbic acid", "OCC(O)C1OC(=O)C(O)=C1O"},
    {"valproic acid", "CCCC(CCC)C(=O)O"},
    {"8-chlorotheophylline", "Cn1c(=O)c2[nH]c(Cl)nc2n(C)c1=O"},
    {"picric acid", "Oc1c([N+](=O)[O-])cc([N+](=O)[O-])cc1[N+](=O)[O-]"},
};

constexpr Listed kCounterIons[] = {
    {"oxalic acid", "OC(=O)C(=O)O"},
    {"malonic acid", "OC(=O)CC(=O)O"},
    {"succinic acid", "OC(=O)CCC(=O)O"},
    {"glutaric acid", "OC(=O)CCCC(=O)O"},
    {"adipic acid", "OC(=O)CCCCC(=O)O"},
    {"sebacic acid", "OC(=O)CCCCCCCCC(=O)O"},
    {"maleic or fumaric acid", "OC(=O)C=CC(=O)O"},
    {"malic acid", "OC(=O)CC(O)C(=O)O"},
    {"tartaric acid", "OC(=O)C(O)C(O)C(=O)O"},
    {"dibenzoyltartaric acid", "OC(=O)C(OC(=O)c1ccccc1)C(OC(=O)c1ccccc1)C(=O)O"},
    {"ditoluoyltartaric acid", "Cc1ccc(cc1)C(=O)OC(C(=O)O)C(OC(=O)c1ccc(C)cc1)C(=O)O"},
    {"citric acid", "OC(=O)CC(O)(CC(=O)O)C(=O)O"},
    {"aconitic acid", "OC(=O)CC(=CC(=O)O)C(=O)O"},
    {"lactic acid", "CC(O)C(=O)O"},
    {"glycolic acid", "OCC(=O)O"},
    {"pyruvic acid", "CC(=O)C(=O)O"},
    {"2-oxoglutaric acid", "OC(=O)CCC(=O)C(=O)O"},
    {"levulinic acid", "CC(=O)CCC(=O)O"},
    {"propionic acid", "CCC(=O)O"},
    {"butyric acid", "CCCC(=O)O"},
    {"hexanoic acid", "CCCCCC(=O)O"},
    {"octanoic acid", "CCCCCCCC(=O)O"},
    {"decanoic acid", "CCCCCCCCCC(=O)O"},
    {"undecylenic acid", "C=CCCCCCCCCC(=O)O"},
    {"lauric acid", "CCCCCCCCCCCC(=O)O"},
    {"palmitic acid", "CCCCCCCCCCCCCCCC(=O)O"},
    {"stearic acid", "CCCCCCCCCCCCCCCCCC(=O)O"},
    {"oleic acid", "CCCCCCCCC=CCCCCCCCC(=O)O"},
    {"gluconic acid", "OCC(O)C(O)C(O)C(O)C(=O)O"},
    {"glucoheptonic acid", "OCC(O)C(O)C(O)C(O)C(O)C(=O)O"},
    {"glucuronic acid", "OC1OC(C(=O)O)C(O)C(O)C1O"},
    {"glucaric acid", "OC(=O)C(O)C(O)C(O)C(O)C(=O)O"},
    {"lactobionic acid", "OCC1OC(OC(C(O)CO)C(O)C(O)C(=O)O)C(O)C(O)C1O"},
    {"pyroglutamic acid", "OC(=O)C1CCC(=O)N1"},
    {"pamoic acid", "OC(=O)c1cc2ccccc2c(Cc2c(O)c(C(=O)O)cc3ccccc23)c1O"},
    {"glycine", "NCC(=O)O"},
    {"alanine", "CC(N)C(=O)O"},
    {"proline", "OC(=O)C1CCCN1"},
    {"aspartic acid", "NC(CC(=O)O)C(=O)O"},
    {"glutamic acid", "NC(CCC(=O)O)C(=O)O"},
    {"lysine", "NCCCCC(N)C(=O)O"},
    {"ornithine", "NCCCC(N)C(=O)O"},
    {"arginine", "NC(CCCNC(=N)N)C(=O)O"},
    {"arginine, the other tautomer", "NC(N)=NCCCC(N)C(=O)O"},
    {"histidine", "NC(Cc1c[nH]cn1)C(=O)O"},
    {"histidine, the other tautomer", "NC(Cc1cnc[nH]1)C(=O)O"},
    {"taurine", "NCCS(=O)(=O)O"},
    {"betaine", "C[N+](C)(C)CC(=O)[O-]"},
    {"betaine, protonated", "C[N+](C)(C)CC(=O)O"},
    {"cyclamic acid", "OS(=O)(=O)NC1CCCCC1"},
    {"urea", "NC(N)=O"},
};

constexpr Listed kAuxiliaries[] = {
    {"meglumine", "CNCC(O)C(O)C(O)C(O)CO"},
    {"eglumine", "CCNCC(O)C(O)C(O)C(O)CO"},
    {"glucosamine, open", "OCC(O)C(O)C(O)C(N)C=O"},
    {"tromethamine", "NC(CO)(CO)CO"},
    {"ethanolamine", "NCCO"},
    {"diethanolamine", "OCCNCCO"},
    {"triethanolamine", "OCCN(CCO)CCO"},
    {"N-methyldiethanolamine", "CN(CCO)CCO"},
    {"deanol", "CN(C)CCO"},
    {"diolamine", "CCN(CC)CCO"},
    {"epolamine", "OCCN1CCCC1"},
    {"choline", "C[N+](C)(C)CCO"},
    {"dimethylamine", "CNC"},
    {"trimethylamine", "CN(C)C"},
    {"ethylamine", "CCN"},
    {"diethylamine", "CCNCC"},
    {"triethylamine", "CCN(CC)CC"},
    {"diisopropylamine", "CC(C)NC(C)C"},
    {"diisopropylethylamine", "CCN(C(C)C)C(C)C"},
    {"tributylamine", "CCCCN(CCCC)CCCC"},
    {"tert-butylamine", "CC(C)(C)N"},
    {"cyclohexylamine", "NC1CCCCC1"},
    {"dicyclohexylamine", "C1CCC(CC1)NC1CCCCC1"},
    {"tert-octylamine", "CC(C)(C)CC(C)(C)N"},
    {"benzylamine", "NCc1ccccc1"},
    {"1-phenylethylamine", "CC(N)c1ccccc1"},
    {"ethylenediamine", "NCCN"},
    {"piperazine", "C1CNCCN1"},
    {"piperidine", "C1CCNCC1"},
    {"pyrrolidine", "C1CCNC1"},
    {"morpholine", "C1COCCN1"},
    {"N-methylmorpholine", "CN1CCOCC1"},
    {"pyridine", "c1ccncc1"},
    {"imidazole", "c1c[nH]cn1"},
    {"DBU", "C1CCC2=NCCCN2CC1"},
    {"guanidine", "NC(N)=N"},
    {"benzathine", "C(NCCNCc1ccccc1)c1ccccc1"},
    {"benethamine", "C(Cc1ccccc1)NCc1ccccc1"},
    {"hydrabamine", "CC(C)c1ccc2c(c1)CCC1C(C)(CNCCNCC3(C)CCCC4(C)c5ccc(C(C)C)cc5CCC34)CCCC21C"},
    {"1-ethyl-3-methylimidazolium", "CCn1cc[n+](C)c1"},
    {"1-butyl-3-methylimidazolium", "CCCCn1cc[n+](C)c1"},
    {"ethanesulfonic acid", "CCS(=O)(=O)O"},
    {"ethanedisulfonic acid", "OS(=O)(=O)CCS(=O)(=O)O"},
    {"isethionic acid", "OCCS(=O)(=O)O"},
    {"benzenesulfonic acid", "OS(=O)(=O)c1ccccc1"},
    {"toluenesulfonic acid", "Cc1ccc(cc1)S(=O)(=O)O"},
    {"4-chlorobenzenesulfonic acid", "OS(=O)(=O)c1ccc(Cl)cc1"},
    {"1-naphthalenesulfonic acid", "OS(=O)(=O)c1cccc2ccccc12"},
    {"2-naphthalenesulfonic acid", "OS(=O)(=O)c1ccc2ccccc2c1"},
    {"1,5-naphthalenedisulfonic acid", "OS(=O)(=O)c1cccc2c1cccc2S(=O)(=O)O"},
    {"camphorsulfonic acid", "CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2"},
    {"methyl hydrogen sulfate", "COS(=O)(=O)O"},
    {"ethyl hydrogen sulfate", "CCOS(=O)(=O)O"},
    {"dodecyl hydrogen sulfate", "CCCCCCCCCCCCOS(=O)(=O)O"},
    {"trifluoromethanesulfonic acid", "OS(=O)(=O)C(F)(F)F"},
    {"bis(trifluoromethanesulfonyl)imide", "O=S(=O)(NS(=O)(=O)C(F)(F)F)C(F)(F)F"},
    {"tetraphenylborate", "c1ccc(cc1)[B-](c1ccccc1)(c1ccccc1)c1ccccc1"},
    {"tetrafluoroborate", "F[B-](F)(F)F"},
    {"hexafluoroantimonate", "F[Sb-](F)(F)(F)(F)F"},
    {"carbonic acid", "OC(=O)O"},
    {"thiocyanic acid", "N#CS"},
    {"perchloric acid", "OCl(=O)(=O)=O"},
    {"perchloric acid, charges apart", "[O-][Cl+3]([O-])([O-])O"},
    {"phosphorous acid", "OP(O)O"},
    {"sulfamic acid", "NS(=O)(=O)O"},
    {"boric acid", "OB(O)O"},
    {"carbon dioxide", "O=C=O"},
    {"ethylene glycol", "OCCO"},
    {"propylene glycol", "CC(O)CO"},
    {"glycerol", "OCC(O)CO"},
    {"2-butanol", "CCC(C)O"},
    {"isopropyl acetate", "CC(C)OC(C)=O"},
    {"methyl acetate", "COC(C)=O"},
    {"2-methyltetrahydrofuran", "CC1CCCO1"},
    {"chlorobenzene", "Clc1ccccc1"},
    {"anisole", "COc1ccccc1"},
    {"carbon tetrachloride", "ClC(Cl)(Cl)Cl"},
    {"hexafluoroisopropanol", "OC(C(F)(F)F)C(F)(F)F"},
    {"trifluoroethanol", "OCC(F)(F)F"},
};

// Neutral and without stereo, so that a part is found in any notation. Each part is neutralised by
// itself: [Na+].[O-]C(=O)C is acetic acid here.
std::string key_of(const RDKit::ROMol& part) {
  thread_local RDKit::MolStandardize::Uncharger uncharger(/*canonicalOrdering=*/true);
  RDKit::RWMol plain(part);
  RDKit::MolOps::removeStereochemistry(plain);
  for (RDKit::Atom* atom : plain.atoms()) {
    atom->setIsotope(0);
    atom->setAtomMapNum(0);
  }
  const std::unique_ptr<RDKit::ROMol> neutral(uncharger.uncharge(plain));
  return RDKit::MolToSmiles(*neutral, /*doIsomericSmiles=*/false);
}

class KnownParts {
 public:
  KnownParts() {
    add(kSmallAcids, PartKind::kSmallAcid);
    add(kCounterIons, PartKind::kCounterIon);
    add(kAuxiliaries, PartKind::kAuxiliary);
  }

  PartKind kind(const std::string& key) const {
    const auto found = kinds_.find(key);
    return found == kinds_.end() ? PartKind::kUnknown : found->second;
  }

 private:
  template <std::size_t N>
  void add(const Listed (&list)[N], PartKind kind) {
    for (const Listed& entry : list) {
      const std::unique_ptr<RDKit::ROMol> molecule(RDKit::SmilesToMol(entry.smiles));
      FRAGFLOW_CHECK(molecule != nullptr, "{}: {}", entry.name, entry.smiles);
      kinds_.emplace(key_of(*molecule), kind);
    }
  }

  std::unordered_map<std::string, PartKind> kinds_;
};

const KnownParts& known_parts() {
  static const KnownParts parts;
  return parts;
}

// Carbon and hydrogen around one ammonium or phosphonium without removable hydrogens:
// tetraalkylammonium salts of any chain length.
bool is_simple_onium(const RDKit::ROMol& part) {
  int centres = 0;
  for (const RDKit::Atom* atom : part.atoms()) {
    if (atom->getAtomicNum() == 6 || atom->getAtomicNum() == 1) continue;
    const bool is_centre = (atom->getAtomicNum() == 7 || atom->getAtomicNum() == 15) &&
                           atom->getFormalCharge() == 1 && atom->getDegree() == 4;
    if (!is_centre || ++centres > 1) return false;
  }
  return centres == 1;
}

// Whether RDKit's list of solvents and inorganic ions contains the part.
bool rdkit_removes(const RDKit::ROMol& part) {
  thread_local const std::unique_ptr<RDKit::MolStandardize::FragmentRemover> remover(
      RDKit::MolStandardize::fragmentRemoverFromParams(
          RDKit::MolStandardize::defaultCleanupParameters, /*leave_last=*/false));
  const std::unique_ptr<RDKit::ROMol> left(remover->remove(part));
  return left->getNumAtoms() == 0;
}

PartKind kind_of(const RDKit::ROMol& part, const std::string& key) {
  if (rdkit_removes(part)) return PartKind::kSolvent;
  if (is_simple_onium(part)) return PartKind::kAuxiliary;
  return known_parts().kind(key);
}

struct Part {
  PartKind kind = PartKind::kUnknown;
  bool has_carbon = false;
  int heavy_atoms = 0;
  double mass = 0;  // of the heavy atoms
  std::string key;

  // The parent compares as the smallest.
  bool operator<(const Part& other) const {
    return std::tuple(kind, !has_carbon, -heavy_atoms, -mass, std::cref(key).get()) <
           std::tuple(other.kind, !other.has_carbon, -other.heavy_atoms, -other.mass,
                      std::cref(other.key).get());
  }
};

Part describe(const RDKit::ROMol& molecule) {
  Part part;
  part.key = key_of(molecule);
  part.kind = kind_of(molecule, part.key);
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() <= 1) continue;
    part.has_carbon |= atom->getAtomicNum() == 6;
    ++part.heavy_atoms;
    part.mass += RDKit::PeriodicTable::getTable()->getAtomicWeight(atom->getAtomicNum());
  }
  return part;
}

}  // namespace

PartKind kind_of_part(const RDKit::RWMol& part) { return kind_of(part, key_of(part)); }

std::unique_ptr<RDKit::RWMol> parent_of(const RDKit::RWMol& molecule) {
  const std::vector<RDKit::ROMOL_SPTR> parts = RDKit::MolOps::getMolFrags(molecule);
  FRAGFLOW_CHECK(!parts.empty(), "a molecule without atoms");
  std::size_t best = 0;
  Part best_part = describe(*parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    Part part = describe(*parts[i]);
    if (!(part < best_part)) continue;
    best = i;
    best_part = std::move(part);
  }
  return std::make_unique<RDKit::RWMol>(*parts[best]);
}

}  // namespace fragflow
