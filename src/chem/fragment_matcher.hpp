// Matches a part of a molecule to fragments, with sites at its cut bonds.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "src/chem/symmetry.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

// A connected part: labels include the hydrogens that would cap its cut bonds.
struct PartGraph {
  LabelledGraph graph;
  std::vector<int> cut_atoms;  // per cut bond: the atom of the part at its end
};

struct Placement {
  int fragment = 0;
  std::vector<int> sites;  // per cut bond
  auto operator<=>(const Placement&) const = default;
};

// Thread-safe after construction.
class FragmentMatcher {
 public:
  explicit FragmentMatcher(const Vocabulary& vocabulary);

  // All placements, one of each class under Aut(fragment): sites on the atoms of the cut bonds,
  // within their capacities and, if the fragment lists patterns, within one of them. Sorted.
  // `matched` is set if the part is a fragment, even if no sites fit.
  std::set<Placement> placements(const PartGraph& part, bool& matched) const;

  int max_atoms() const { return max_atoms_; }

 private:
  struct Form {
    int fragment;
    LabelledGraph graph;
    std::vector<int> raised;  // atoms whose omitted hydrogens are explicit: need a join
  };
  void add_placements(const PartGraph& part, const Form& form, std::set<Placement>& result) const;

  const Vocabulary* vocabulary_;
  std::map<std::vector<std::uint64_t>, std::vector<Form>> forms_;  // by sorted atom labels
  int max_atoms_ = 0;
};

}  // namespace fragflow
