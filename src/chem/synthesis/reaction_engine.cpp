#include "src/chem/synthesis/reaction_engine.hpp"

#include <GraphMol/ChemReactions/Reaction.h>
#include <GraphMol/ChemReactions/ReactionParser.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SanitException.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "src/base/check.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

using RDKit::ChemicalReaction;
using Molecule = std::unique_ptr<RDKit::RWMol>;

Molecule read_smarts(const std::string& smarts, const std::string& where) {
  Molecule query;
  try {
    query.reset(RDKit::SmartsToMol(smarts));
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
  }
  if (!query || query->getNumAtoms() == 0) {
    user_error("{}: \"{}\" is no SMARTS that RDKit can read", where, smarts);
  }
  return query;
}

std::unique_ptr<ChemicalReaction> read_reaction(const std::string& smarts, unsigned reactants,
                                                const std::string& where) {
  std::unique_ptr<ChemicalReaction> reaction;
  try {
    reaction.reset(RDKit::RxnSmartsToChemicalReaction(smarts));
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
  }
  unsigned warnings = 0, errors = 0;
  if (!reaction || !reaction->validate(warnings, errors, /*silent=*/true) || errors > 0) {
    user_error("{}: \"{}\" is no reaction SMARTS that RDKit can read", where, smarts);
  }
  if (reaction->getNumReactantTemplates() != reactants || reaction->getNumProductTemplates() != 1) {
    user_error("{}: \"{}\" must have {} reactant{} and one product", where, smarts, reactants,
               reactants == 1 ? "" : "s");
  }
  reaction->initReactantMatchers();
  return reaction;
}

// Checks that the reacting groups are the recognised ones.
void check_reactants(const std::string& smarts, const std::string& groups,
                     const std::string& where) {
  if (without_maps(smarts).rfind(without_maps(groups) + ">>", 0) != 0) {
    user_error(
        "{}: \"{}\" must start with \"{}>>\", but for the numbers of atoms: what reacts is "
        "what the groups say",
        where, smarts, without_maps(groups));
  }
}

// Null if RDKit rejects it.
Molecule sanitised(const RDKit::ROMol& product) {
  auto result = std::make_unique<RDKit::RWMol>(product);
  for (RDKit::Atom* atom : result->atoms()) atom->setAtomMapNum(0);
  try {
    RDKit::MolOps::sanitizeMol(*result);
  } catch (const RDKit::MolSanitizeException&) {
    return nullptr;
  }
  return result;
}

// SMILES of products are always written as they are after reading them back.
std::string read_back_smiles(const RDKit::ROMol& molecule) {
  const auto parsed = parse_smiles(canonical_smiles(molecule));
  return parsed ? canonical_smiles(*parsed) : "";
}

std::map<std::string, Molecule> run(const ChemicalReaction& reaction,
                                    const std::vector<const RDKit::ROMol*>& reactants) {
  RDKit::MOL_SPTR_VECT inputs;
  for (const RDKit::ROMol* reactant : reactants) {
    inputs.push_back(boost::make_shared<RDKit::ROMol>(*reactant));
  }
  std::map<std::string, Molecule> distinct;
  for (const auto& products : reaction.runReactants(inputs)) {
    Molecule product = sanitised(*products.at(0));
    if (!product) continue;
    std::string smiles = read_back_smiles(*product);
    if (!smiles.empty()) distinct.emplace(std::move(smiles), std::move(product));
  }
  return distinct;
}

}  // namespace

std::string without_maps(const std::string& smarts) {
  static const std::regex map(":[0-9]+\\]");
  return std::regex_replace(smarts, map, "]");
}

struct ReactionEngine::Compiled {
  std::vector<Molecule> groups;
  std::vector<std::unique_ptr<ChemicalReaction>> roles, reactions;
  std::unique_ptr<ChemicalReaction> join;
};

ReactionEngine::ReactionEngine(const ReactionList& list, const std::string& source,
                               bool check_examples)
    : list_(list), compiled_(std::make_unique<Compiled>()) {
  compiled_->join = read_reaction("[*:1][#0].[*:2][#0]>>[*:1][*:2]", 2, "joining two synthons");
  for (const FunctionalGroup& group : list.groups) {
    compiled_->groups.push_back(
        read_smarts(group.smarts, fmt::format("{}: group \"{}\"", source, group.name)));
  }
  for (const SynthonRole& role : list.roles) {
    const std::string where = fmt::format("{}: role \"{}\"", source, role.name);
    compiled_->roles.push_back(read_reaction(role.synthon, 1, where));
    check_reactants(role.synthon, list.groups[role.group].smarts, where);
    const RDKit::ROMol& product = **compiled_->roles.back()->beginProductTemplates();
    int dummies = 0;
    for (const RDKit::Atom* atom : product.atoms()) {
      dummies += atom->getAtomicNum() == 0 && atom->getAtomMapNum() == 0 ? 1 : 0;
    }
    if (dummies != 1) {
      user_error("{}: the synthon must have one [#0], where the other part is joined", where);
    }
  }
  for (const Reaction& reaction : list.reactions) {
    const std::string where = fmt::format("{}: reaction \"{}\"", source, reaction.name);
    compiled_->reactions.push_back(read_reaction(reaction.smarts, 2, where));
    check_reactants(reaction.smarts,
                    list.groups[list.roles[reaction.roles[0]].group].smarts + "." +
                        list.groups[list.roles[reaction.roles[1]].group].smarts,
                    where);
  }
  if (check_examples) run_examples(source);
}

ReactionEngine::~ReactionEngine() = default;

std::string ReactionEngine::joined_synthons(const Reaction& reaction,
                                            const std::array<std::string, 3>& example,
                                            const std::string& where) const {
  std::vector<Molecule> parts;
  for (int side = 0; side < 2; ++side) {
    const SynthonRole& role = list_.roles[reaction.roles[side]];
    auto made = synthons(reaction.roles[side], *parse_smiles(example[side]));
    if (made.size() != 1) {
      user_error("{}: role \"{}\" makes {} synthons of {}, not one", where, role.name, made.size(),
                 example[side]);
    }
    parts.push_back(std::move(made[0]));
  }
  const auto joined = run(*compiled_->join, {parts[0].get(), parts[1].get()});
  return joined.size() == 1 ? joined.begin()->first : "";
}

void ReactionEngine::run_examples(const std::string& source) const {
  for (int r = 0; r < static_cast<int>(list_.reactions.size()); ++r) {
    const Reaction& reaction = list_.reactions[r];
    for (const auto& example : reaction.examples) {
      const std::string where = fmt::format("{}: reaction \"{}\", example {} + {}", source,
                                            reaction.name, example[0], example[1]);
      std::string reason;
      for (const std::string& smiles : example) {
        if (!parse_smiles(smiles, &reason)) user_error("{}: '{}': {}", where, smiles, reason);
      }
      const std::string expected = read_back_smiles(*parse_smiles(example[2]));
      const auto made = products(r, example[0], example[1]);
      if (made != std::vector{expected}) {
        user_error("{}: gives {}, not {}", where, made.empty() ? "nothing" : fragflow::join(made),
                   expected);
      }
      const std::string joined = joined_synthons(reaction, example, where);
      if (joined != expected) {
        user_error("{}: the synthons join to {}, not to {}", where,
                   joined.empty() ? "nothing" : joined, expected);
      }
    }
  }
}

GroupMask ReactionEngine::groups(const RDKit::ROMol& molecule) const {
  RDKit::SubstructMatchParameters one;
  one.maxMatches = 1;
  RDKit::SubstructMatchParameters all;
  all.maxMatches = 1000;
  const auto is_of_partner = [&](const auto& pair) {
    return molecule.getAtomWithIdx(static_cast<unsigned>(pair.second))->getIsotope() >=
           kPartnerIsotope;
  };
  const auto is_in_partner = [&](const RDKit::MatchVectType& match) {
    return std::all_of(match.begin(), match.end(), is_of_partner);
  };
  // Filtered afterwards, since RDKit would also apply its check inside recursive queries.
  const auto occurs = [&](const RDKit::ROMol& query) {
    const auto first = RDKit::SubstructMatch(molecule, query, one);
    if (first.empty() || !is_in_partner(first[0])) return !first.empty();
    const auto every = RDKit::SubstructMatch(molecule, query, all);
    return !std::all_of(every.begin(), every.end(), is_in_partner);
  };
  GroupMask mask = 0;
  for (std::size_t g = 0; g < compiled_->groups.size(); ++g) {
    if (occurs(*compiled_->groups[g])) mask |= GroupMask{1} << g;
  }
  return mask;
}

std::vector<Molecule> ReactionEngine::synthons(int role, const RDKit::ROMol& molecule) const {
  std::vector<Molecule> result;
  for (auto& [smiles, made] : run(*compiled_->roles[role], {&molecule})) {
    result.push_back(std::move(made));
  }
  return result;
}

std::vector<std::string> ReactionEngine::products(int reaction, const RDKit::ROMol& first,
                                                  const RDKit::ROMol& second) const {
  std::vector<std::string> result;
  for (const auto& [smiles, made] : run(*compiled_->reactions[reaction], {&first, &second})) {
    result.push_back(smiles);
  }
  return result;
}

std::vector<std::string> ReactionEngine::products(int reaction, const std::string& first,
                                                  const std::string& second) const {
  const auto a = parse_smiles(first), b = parse_smiles(second);
  if (!a || !b) return {};
  return products(reaction, *a, *b);
}

}  // namespace fragflow
