// Synthetic accessibility score (Ertl and Schuffenhauer, J. Cheminformatics 2009).
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Thread-safe after construction. 1 is easy to make, 10 is hard.
class SaScore {
 public:
  // Reads data/sa_fragment_scores.safetensors. Throws UserError if it is missing or damaged.
  SaScore();
  explicit SaScore(const std::filesystem::path& fragment_scores);

  double operator()(const RDKit::ROMol& molecule) const;

 private:
  // The contribution of a Morgan environment of radius 2; -4 if it does not occur in PubChem.
  double fragment_score(std::uint32_t id) const;

  std::vector<float> scores_;  // distinct contributions
  // Open addressing; a slot is (id, 1 + index into scores_), 0: empty.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> table_;
};

}  // namespace fragflow
