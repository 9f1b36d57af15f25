// Common features of the best compounds of a table (src/base/facts.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fragflow {

struct MotifFact {
  std::string name, smarts;
  std::int64_t atoms = 0;                   // of the pattern
  double among_actives = 0, among_all = 0;  // fractions of the best quarter and of all compounds

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("name", name);
    visit.fact("smarts", smarts);
    visit.fact("atoms", atoms);
    visit.fact("among_actives", among_actives);
    visit.fact("among_all", among_all);
  }
};

struct MotifFacts {
  std::int64_t actives = 0;       // compounds of the best quarter
  std::vector<MotifFact> list;    // empty if there are too few compounds
  std::vector<std::string> core;  // SMARTS required by --keep-core auto

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("actives", actives);
    visit.fact("list", list);
    visit.fact("core", core);
  }
};

}  // namespace fragflow
