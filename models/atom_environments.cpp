#include "models/atom_environments.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace fragflow {
namespace {

// Mixes a value into half of a key; the order of values matters: rotation and product keep a value
// equal to the half from cancelling it (an atom's neighbour may have the same key). Ends with the
// finaliser of SplitMix64 (Steele et al., OOPSLA 2014).
std::uint64_t absorb(std::uint64_t hash, std::uint64_t value, std::uint64_t factor) {
  hash = (std::rotl(hash, 23) * factor) ^ value;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
  return hash ^ (hash >> 31);
}

// The halves are independent because they use different multipliers.
void absorb(AtomEnvironmentKey& key, std::uint64_t first, std::uint64_t second) {
  key.first = absorb(key.first, first, 0x9e3779b97f4a7c15U);
  key.second = absorb(key.second, second, 0xc2b2ae3d27d4eb4fU);
}

}  // namespace

AtomEnvironments::AtomEnvironments(const AtomGraph& molecules, std::span<const float> factors) {
  const auto num_atoms = static_cast<std::size_t>(molecules.num_atoms());
  bond_offset_.reserve(num_atoms + 1);
  bond_offset_.push_back(0);
  bonds_.reserve(molecules.neighbour.size() + 1);
  keys_.resize(num_atoms);
  wider_.resize(num_atoms);
  for (std::size_t i = 0; i < num_atoms; ++i) {
    absorb(keys_[i], std::bit_cast<std::uint32_t>(factors[i]),
           std::bit_cast<std::uint32_t>(factors[i]));
    for (int k = molecules.feature_offset[i]; k < molecules.feature_offset[i + 1]; ++k) {
      const auto column = static_cast<std::uint64_t>(molecules.feature_column[k]);
      absorb(keys_[i], column + 1, column + 1);
    }
    const int first = molecules.neighbour_offset[i], last = molecules.neighbour_offset[i + 1];
    for (int k = first; k < last; ++k) {
      bonds_.push_back({molecules.bond_class[k], molecules.neighbour[k]});
    }
    if (first == last) bonds_.push_back({kNumBondClasses, static_cast<std::int32_t>(i)});
    bond_offset_.push_back(static_cast<std::uint32_t>(bonds_.size()));
  }
}

void AtomEnvironments::widen() {
  const auto rank = [&](const Bond& bond) {
    const AtomEnvironmentKey& key = keys_[bond.source];
    return std::tuple(bond.bond_class, key.first, key.second);
  };
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto begin = bonds_.begin() + bond_offset_[i], end = bonds_.begin() + bond_offset_[i + 1];
    std::sort(begin, end, [&](const Bond& a, const Bond& b) { return rank(a) < rank(b); });
    AtomEnvironmentKey key = keys_[i];
    for (auto bond = begin; bond != end; ++bond) {
      const auto bond_class = static_cast<std::uint64_t>(bond->bond_class);
      const AtomEnvironmentKey& other = keys_[bond->source];
      absorb(key, other.first + bond_class, other.second + bond_class);
    }
    wider_[i] = key;
  }
  keys_.swap(wider_);
}

}  // namespace fragflow
