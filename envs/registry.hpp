// The explicit table of environments. A new one is one .hpp/.cpp pair, one line in registry.cpp and
// its options here; the conformance tests iterate over the table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "envs/environment.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/hypergrid.hpp"

namespace fragflow {

// The [environment] section.
struct EnvironmentConfig {
  std::string name = "fragment_tree";
  std::string vocabulary = "vocabulary.json";
  std::string start;
  std::vector<std::string> forbidden_smarts;
  FragmentTreeConfig fragment_tree;
  HypergridConfig hypergrid;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("name", name, {"fragment_tree", "hypergrid"}, "what is built");
    visit.path("vocabulary", vocabulary, "fragment_tree: file of fragments (JSON)");
    visit.text("start", start,
               "fragment_tree: SMILES of a scaffold that every molecule grows from, [*] at the "
               "atoms that may grow ([16*]: with slot type L16); empty: none");
    visit.texts("forbidden_smarts", forbidden_smarts,
                "fragment_tree: patterns; fragments that hold one are never used");
    fragment_tree.visit_fields(visit);
    hypergrid.visit_fields(visit);
  }
};

// Names in the table.
std::vector<std::string> environment_names();

// Throws UserError for an unknown name (naming the known ones), a bad vocabulary file or options
// out of range.
std::unique_ptr<Environment> make_environment(const EnvironmentConfig& config);

}  // namespace fragflow
