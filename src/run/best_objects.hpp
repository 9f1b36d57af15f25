// The best distinct objects that a run has visited.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/base/safetensors.hpp"

namespace fragflow {

// Keeps so many that at least fifty differ even if the best are all alike.
class BestObjects {
 public:
  static constexpr std::size_t kCapacity = 20'000;

  // An object must be added once, or always with the same score.
  void add(const std::string& object, double score);
  // Mean score of the best `count` (of all if there are fewer); NaN if there is none.
  double mean_of(std::size_t count) const;
  // The best `count` with their scores, in that order.
  std::vector<std::pair<std::string, double>> first(std::size_t count) const;
  // "<column>,score", best first; equal scores by name.
  std::string csv(const std::string& column) const;

  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  std::set<std::pair<double, std::string>> entries_;  // (-score, object)
};

}  // namespace fragflow
