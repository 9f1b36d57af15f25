#include "src/chem/synthesis/synthon_start.hpp"

#include <GraphMol/GraphMol.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/synthesis/synthon_key.hpp"
#include "src/chem/synthesis/synthon_maker.hpp"

namespace fragflow {
namespace {

// The key of a synthon in a user's notation.
std::string key_of_text(const std::string& text, const std::string& where) {
  std::string reason;
  const auto molecule = parse_smiles(text, &reason);
  if (!molecule) user_error("{}: '{}' after >> is no molecule: {}", where, text, reason);
  for (RDKit::Atom* atom : molecule->atoms()) {
    if (atom->getAtomicNum() != 0) continue;
    atom->setIsotope(0);
    atom->setAtomMapNum(0);
  }
  return canonical_smiles(*molecule);
}

}  // namespace

FragmentSpec start_synthon(const Vocabulary& vocabulary, const std::string& smiles,
                           const std::string& where) {
  const std::size_t arrow = smiles.find(">>");
  const Standardised compound = standardise(smiles.substr(0, arrow));
  if (!compound.ok()) user_error("{}: {}", where, compound.reason);
  const ReactionList& list = *vocabulary.reactions();
  const ReactionEngine engine(list, where, /*check_examples=*/false);
  MadeSynthons made = SynthonMaker(engine).make(*compound.molecule);
  if (made.synthons.empty()) {
    user_error("{}: the reactions of the vocabulary can use nothing of it: {}", where, made.reason);
  }
  std::vector<std::string> keys;
  for (const MadeSynthon& synthon : made.synthons) keys.push_back(synthon.key);
  const MadeSynthon* chosen = nullptr;
  if (arrow != std::string::npos) {
    const std::string key = key_of_text(smiles.substr(arrow + 2), where);
    const auto found = std::find(keys.begin(), keys.end(), key);
    if (found == keys.end()) {
      user_error("{}: it does not become {}, but: {}", where, key, join(keys));
    }
    chosen = &made.synthons[found - keys.begin()];
  } else {
    chosen = &*std::max_element(made.synthons.begin(), made.synthons.end(),
                                [](const MadeSynthon& a, const MadeSynthon& b) {
                                  return a.origins[0].roles.size() < b.origins[0].roles.size();
                                });
    if (keys.size() > 1) {
      spdlog::info("{}: used as {}; COMPOUND>>SYNTHON chooses another of: {}", where, chosen->key,
                   join(keys));
    }
  }
  FragmentSpec fragment = fragment_of_key(chosen->key);
  if (fragment.smiles.empty()) user_error("{}: {} is no synthon", where, chosen->key);
  fragment.origins = chosen->origins;
  for (SynthonOrigin& origin : fragment.origins) origin.smiles = compound.smiles;
  set_slot_types(list, fragment);
  return fragment;
}

}  // namespace fragflow
