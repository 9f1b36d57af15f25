#include "src/chem/sa_score.hpp"

#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/RingInfo.h>
#include <RDGeneral/types.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {
namespace {

constexpr float kUnseenFragment = -4.0F;

template <typename T>
std::vector<T> values_of(const SafetensorsFile& file, const std::string& name, Dtype dtype,
                         const std::string& path) {
  const TensorData& tensor = file.at(name);
  if (tensor.dtype != dtype) {
    user_error("{}: tensor {} is {}, not {}", path, name, dtype_name(tensor.dtype),
               dtype_name(dtype));
  }
  std::vector<T> values(tensor.num_elements());
  std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
  return values;
}

std::size_t first_slot(std::uint32_t id, std::size_t table_size) {
  return (id * std::uint64_t{0x9E3779B97F4A7C15} >> 20) & (table_size - 1);
}

// Tetrahedral centres, with or without a stereo mark.
int num_chiral_centers(const RDKit::ROMol& molecule) {
  RDKit::ROMol copy(molecule);
  RDKit::MolOps::assignStereochemistry(copy, /*cleanIt=*/false, /*force=*/true,
                                       /*flagPossibleStereoCenters=*/true);
  int count = 0;
  for (const RDKit::Atom* atom : copy.atoms()) {
    count += atom->hasProp(RDKit::common_properties::_CIPCode) ||
             atom->hasProp(RDKit::common_properties::_ChiralityPossible);
  }
  return count;
}

// Penalties for properties that make synthesis hard: size, stereo centres, spiro and bridgehead
// atoms, macrocycles (rings of more than 8 atoms).
double complexity_penalty(const RDKit::ROMol& molecule) {
  const double atoms = molecule.getNumAtoms();
  const auto& rings = molecule.getRingInfo()->atomRings();
  const bool macrocycle =
      std::any_of(rings.begin(), rings.end(), [](const auto& ring) { return ring.size() > 8; });
  return std::pow(atoms, 1.005) - atoms + std::log10(num_chiral_centers(molecule) + 1.0) +
         std::log10(RDKit::Descriptors::calcNumSpiroAtoms(molecule) + 1.0) +
         std::log10(RDKit::Descriptors::calcNumBridgeheadAtoms(molecule) + 1.0) +
         (macrocycle ? std::log10(2.0) : 0.0);
}

}  // namespace

SaScore::SaScore() : SaScore(data_path("sa_fragment_scores.safetensors")) {}

SaScore::SaScore(const std::filesystem::path& path) {
  const SafetensorsFile file = read_safetensors(path);
  scores_ = values_of<float>(file, "scores", Dtype::kFloat32, path.string());
  const auto sizes = values_of<std::int32_t>(file, "group_sizes", Dtype::kInt32, path.string());
  const auto ids = values_of<std::uint32_t>(file, "ids", Dtype::kInt32, path.string());
  std::int64_t total = 0;
  for (const std::int32_t size : sizes) total += std::max(size, 0);
  if (sizes.size() != scores_.size() || total != static_cast<std::int64_t>(ids.size())) {
    user_error("{}: {} scores, {} groups and {} fragments do not fit together", path.string(),
               scores_.size(), sizes.size(), ids.size());
  }
  table_.resize(std::bit_ceil(2 * ids.size() + 1));
  std::size_t next = 0;
  for (std::size_t group = 0; group < sizes.size(); ++group) {
    for (std::int32_t k = 0; k < sizes[group]; ++k, ++next) {
      std::size_t slot = first_slot(ids[next], table_.size());
      while (table_[slot].second != 0) slot = (slot + 1) & (table_.size() - 1);
      table_[slot] = {ids[next], static_cast<std::uint32_t>(group + 1)};
    }
  }
}

double SaScore::fragment_score(std::uint32_t id) const {
  std::size_t slot = first_slot(id, table_.size());
  for (; table_[slot].second != 0; slot = (slot + 1) & (table_.size() - 1)) {
    if (table_[slot].first == id) return scores_[table_[slot].second - 1];
  }
  return kUnseenFragment;
}

double SaScore::operator()(const RDKit::ROMol& molecule) const {
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> environments(
      RDKit::MorganFingerprints::getFingerprint(molecule, /*radius=*/2));
  const auto& counts = environments->getNonzeroElements();
  double sum = 0, total = 0;
  for (const auto& [id, count] : counts) {
    sum += fragment_score(id) * count;
    total += count;
  }
  double score = sum / total - complexity_penalty(molecule);
  // Symmetric molecules repeat their environments and are easier to make.
  const double atoms = molecule.getNumAtoms();
  const auto distinct = static_cast<double>(counts.size());
  if (atoms > distinct) score += 0.5 * std::log(atoms / distinct);
  // Maps the raw range [-4, 2.5] to 10 .. 1, with the hard end smoothed.
  constexpr double kLowest = -4.0, kHighest = 2.5;
  score = 11 - (score - kLowest + 1) / (kHighest - kLowest) * 9;
  if (score > 8) score = 8 + std::log(score - 8);
  return std::clamp(score, 1.0, 10.0);
}

}  // namespace fragflow
