#include "src/chem/fragment_features.hpp"

#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/rng.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// Fraction of a site's row (in squares of the values) that describes the site; the rest describes
// its fragment.
constexpr double kFractionOfSite = 0.6;

// Features by name, each with a value.
using NamedFeatures = std::map<std::uint64_t, double>;

void add(NamedFeatures& features, const std::string& name, double strength = 1.0) {
  features[mix_seed(0, name.c_str())] += strength;
}

// Features of a count, in which presence has the largest weight.
void add_count(NamedFeatures& features, const std::string& name, double count) {
  if (count > 0) add(features, name, 1.0 + std::log(count));
}

// The Morgan environments of these atoms (null: all of them).
void add_environments(NamedFeatures& features, const RDKit::ROMol& molecule, unsigned radius,
                      const std::vector<std::uint32_t>* atoms) {
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> counts(
      RDKit::MorganFingerprints::getFingerprint(molecule, radius, nullptr, atoms));
  for (const auto& [environment, count] : counts->getNonzeroElements()) {
    add_count(features, "environment " + std::to_string(environment), count);
  }
}

NamedFeatures of_fragment(const RDKit::ROMol& molecule, const Fragment& fragment,
                          const Vocabulary& vocabulary) {
  NamedFeatures features;
  add_environments(features, molecule, 2, nullptr);
  int charge = 0;
  std::map<std::string, int> elements;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    charge += atom->getFormalCharge();
    ++elements[(atom->getIsAromatic() ? "aromatic " : "") + atom->getSymbol()];
  }
  for (const auto& [name, count] : elements) add_count(features, "element " + name, count);
  add(features, "charge " + std::to_string(charge));
  add(features, "heavy atoms " + std::to_string(fragment.num_heavy_atoms));
  for (const auto& ring : molecule.getRingInfo()->atomRings()) {
    const bool aromatic = std::all_of(ring.begin(), ring.end(), [&](int atom) {
      return molecule.getAtomWithIdx(static_cast<unsigned>(atom))->getIsAromatic();
    });
    add(features,
        std::string(aromatic ? "aromatic" : "other") + " ring of " + std::to_string(ring.size()));
  }
  int slots = 0;
  for (const Site& site : fragment.sites) {
    slots += site.capacity;
    for (int type = 0; type < vocabulary.num_types(); ++type) {
      if (site.types >> type & 1) {
        add(features, "slot of type " + vocabulary.type_name(type), site.capacity);
      }
    }
  }
  add(features, "slots " + std::to_string(slots));
  return features;
}

NamedFeatures of_site(const RDKit::ROMol& molecule, const Fragment& fragment, int index,
                      const Vocabulary& vocabulary) {
  const Site& site = fragment.sites[index];
  NamedFeatures features;
  const std::vector<std::uint32_t> atoms = {static_cast<std::uint32_t>(site.atom)};
  add_environments(features, molecule, 3, &atoms);
  for (int type = 0; type < vocabulary.num_types(); ++type) {
    if (site.types >> type & 1) add(features, "type " + vocabulary.type_name(type));
  }
  add(features, "capacity " + std::to_string(site.capacity));
  if (site.must_fill) add(features, "must fill");
  const double* distances = RDKit::MolOps::getDistanceMat(molecule);
  for (int other = 0; other < static_cast<int>(fragment.sites.size()); ++other) {
    if (other == index) continue;
    const auto distance =
        static_cast<int>(distances[site.atom * static_cast<int>(molecule.getNumAtoms()) +
                                   fragment.sites[other].atom]);
    add(features, "a slot " + std::to_string(distance) + " bonds away");
  }
  return features;
}

// A weight for each feature, larger for features of fewer rows.
std::unordered_map<std::uint64_t, double> weights_of(const std::vector<NamedFeatures>& rows) {
  std::unordered_map<std::uint64_t, double> weights;
  for (const NamedFeatures& row : rows) {
    for (const auto& [name, strength] : row) weights[name] += 1.0;
  }
  const auto total = static_cast<double>(rows.size());
  for (auto& [name, weight] : weights) weight = 0.5 + std::log(total / weight);
  return weights;
}

struct Part {
  const NamedFeatures* features;
  const std::unordered_map<std::uint64_t, double>* weights;
  int first_column;
  double share;  // of the squares of the row's values
};

void append_row(const std::vector<Part>& parts, FeatureRows& rows) {
  for (const Part& part : parts) {
    std::map<int, double> values;
    for (const auto& [name, strength] : *part.features) {
      // Random signs, so that features that share a column do not add up systematically.
      const double sign = (name >> 32 & 1) != 0 ? 1.0 : -1.0;
      values[static_cast<int>(name % kFeatureColumns)] += sign * strength * part.weights->at(name);
    }
    double squares = 0;
    for (const auto& [column, value] : values) squares += value * value;
    const double factor = squares > 0 ? std::sqrt(part.share / squares) : 0.0;
    for (const auto& [column, value] : values) {
      rows.column.push_back(part.first_column + column);
      rows.value.push_back(static_cast<float>(value * factor));
    }
  }
  rows.offset.push_back(static_cast<std::int64_t>(rows.column.size()));
}

}  // namespace

FragmentFeatures fragment_features(const Vocabulary& vocabulary) {
  std::vector<NamedFeatures> fragments(vocabulary.size());
  std::vector<std::vector<NamedFeatures>> sites_of(vocabulary.size());
  parallel_for(
      vocabulary.size(),
      [&](std::int64_t f) {
        const Fragment& fragment = vocabulary.fragment(static_cast<int>(f));
        const auto molecule = parse_smiles(fragment.smiles);
        FRAGFLOW_CHECK(molecule != nullptr, "fragment {} refused", fragment.smiles);
        for (RDKit::Atom* atom : molecule->atoms()) atom->setIsotope(0);
        fragments[f] = of_fragment(*molecule, fragment, vocabulary);
        for (int s = 0; s < static_cast<int>(fragment.sites.size()); ++s) {
          sites_of[f].push_back(of_site(*molecule, fragment, s, vocabulary));
        }
      },
      kLongBodies);
  std::vector<NamedFeatures> sites;
  for (const auto& list : sites_of) sites.insert(sites.end(), list.begin(), list.end());
  const auto fragment_weights = weights_of(fragments), site_weights = weights_of(sites);
  FragmentFeatures result;
  result.fragments.columns = kFeatureColumns;
  result.sites.columns = 2 * kFeatureColumns;
  for (std::size_t f = 0; f < fragments.size(); ++f) {
    append_row({{&fragments[f], &fragment_weights, 0, 1.0}}, result.fragments);
    for (const NamedFeatures& site : sites_of[f]) {
      append_row({{&site, &site_weights, 0, kFractionOfSite},
                  {&fragments[f], &fragment_weights, kFeatureColumns, 1.0 - kFractionOfSite}},
                 result.sites);
    }
  }
  return result;
}

}  // namespace fragflow
