// The best distinct objects that a search has met: the parents of genetic proposals.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/rng.hpp"
#include "src/base/safetensors.hpp"
#include "src/gfn/breeding_config.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

class Population {
 public:
  // environment must outlive it.
  Population(const Environment& environment, const BreedingConfig& config);

  // Members are the valid objects with the highest scores of all that were added, best first (ties:
  // the earlier one), except that
  //   - no two are the same object (RewardResult::object; the tree if that is empty): the first
  //     tree of a molecule represents it;
  //   - at most config.alike have the same multiset of fragments: the best of them.
  // An object that was removed returns only if it is added again.
  void add(const Experience& experience);

  std::int64_t size() const { return static_cast<std::int64_t>(members_.size()); }
  const State& state(std::int64_t rank) const { return members_[rank].state; }
  double score(std::int64_t rank) const { return members_[rank].score; }
  // Draws rank r in proportion to 1 / (config.selection * size + r). Must not be empty.
  std::int64_t draw_rank(Rng& rng) const;

  // Whether a terminal was ever added, member or not. Compares 64-bit hashes.
  bool has_seen(const State& terminal) const;

  // load throws UserError for what is not of this environment or contradicts the configuration.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  struct Member {
    State state;
    double score = 0;
    std::string object;
    std::uint64_t fragments = 0;  // a hash of the multiset
  };
  void insert(Member member);
  void remove(std::size_t rank);

  const Environment& environment_;
  BreedingConfig config_;
  std::vector<Member> members_;
  std::unordered_set<std::string> objects_;           // of the members
  std::unordered_map<std::uint64_t, int> num_alike_;  // number of members by fragments
  std::unordered_set<std::uint64_t> seen_;            // hashes of terminals
  std::vector<double> cumulative_;                    // cumulative weights of the ranks
};

}  // namespace fragflow
