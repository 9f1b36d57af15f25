// How genetic proposals are made (src/gfn/breeding.hpp).
#pragma once

#include "src/base/fields.hpp"

namespace fragflow {

struct BreedingConfig {
  int population = 200;
  int alike = 4;
  double selection = 0.1;
  double mutation = 0.5;
  double frequency = 0.5;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("population", population, {2, 100000},
                 "distinct objects that are kept, the best of all that were met");
    visit.number("alike", alike, {1, 100000},
                 "most of them that are made of the same fragments, however these are joined");
    visit.number("selection", selection, {1e-6, 1e6},
                 "parents: the object of rank r (from 0) of n is drawn in proportion to "
                 "1 / (this * n + r); small: mostly the best");
    visit.number("mutation", mutation, {0.0, 1.0},
                 "probability that a child is one parent changed, not a crossover of two");
    visit.number("frequency", frequency, {0.0, 1.0},
                 "fragments that come in are drawn by their counts in the corpus to this power; 0: "
                 "all alike");
  }
};

}  // namespace fragflow
