// The best different objects that a search has met: the parents of genetic proposals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/rng.hpp"
#include "src/base/safetensors.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/gfn/breeding_config.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

class Population {
 public:
  // environment must outlive it.
  Population(const Environment& environment, const BreedingConfig& config);

  // Members are the valid objects of highest score of all that were added, best first (of equal
  // ones the earlier), except that
  //   - no two are the same object (RewardResult::object; the tree where that is empty): the first
  //     tree of a molecule stands for it;
  //   - at most config.alike hold the same fragments: the best of them;
  //   - no two are as similar as config.similarity or more, if that is below 1: the best of them
  //     (niches, as the clearing of Petrowski, Proc. IEEE Evolutionary Computation 1996).
  // An object that was turned out returns only if it is added again.
  void add(const Experience& experience);

  std::int64_t size() const { return static_cast<std::int64_t>(members_.size()); }
  const State& state(std::int64_t rank) const { return members_[rank].state; }
  double score(std::int64_t rank) const { return members_[rank].score; }
  // Rank r in proportion to 1 / (config.selection * size + r). The population must not be empty.
  std::int64_t draw_rank(Rng& rng) const;

  // Whether a terminal was ever added, member or not. By a hash of 64 bits.
  bool has_seen(const State& terminal) const;

  // load throws UserError for what is not of this environment or does not fit the configuration.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  struct Member {
    State state;
    double score = 0;
    std::string object;
    std::uint64_t fragments = 0;  // a hash of the multiset
    Fingerprint fingerprint;      // empty where config_.similarity does not need it
  };
  // Of those that may become members, if any is needed; parallel. Objects must be SMILES then.
  void add_fingerprints(std::vector<Member>& candidates) const;
  void insert(Member member);
  // The rank of the worst member with the same fragments, where there are as many as allowed.
  std::optional<std::size_t> alike_in_the_way(const Member& member) const;
  // Removes the members that are too similar to it; removes none and gives false if one of them is
  // no worse.
  bool clear_niche(const Member& member);
  void remove(std::size_t rank);

  const Environment& environment_;
  BreedingConfig config_;
  std::vector<Member> members_;
  std::unordered_set<std::string> objects_;           // of the members
  std::unordered_map<std::uint64_t, int> num_alike_;  // members by their fragments
  std::unordered_set<std::uint64_t> seen_;            // hashes of terminals
  std::vector<double> cumulative_;                    // weights of the ranks, summed up
};

}  // namespace fragflow
