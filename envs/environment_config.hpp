// The [environment] section: the kind of environment and the options of each kind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "envs/environment.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/hypergrid.hpp"

namespace fragflow {

// Allowed values of environment.name: the rows of the table in src/tasks, of which this layer knows
// only the names. Not thread-safe.
std::vector<std::string> environment_names();
void add_environment_name(const std::string& name);

// The [environment] section.
struct EnvironmentConfig {
  std::string name = "fragment_tree";
  std::string vocabulary = "vocabulary.json";
  std::string start;
  int max_reactions = 3;
  std::vector<std::string> forbidden_smarts;
  FragmentTreeConfig fragment_tree;
  HypergridConfig hypergrid;
  std::vector<std::string> options;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("name", name, environment_names(), "what is built");
    visit.path(
        "vocabulary", vocabulary,
        "fragment_tree: file of fragments (JSON); synthesis: of synthons, of fragflow blocks "
        "build (vocabulary.json then stands for synthons.json)");
    visit.number("max_reactions", max_reactions, {1, kMaxFragments - 1},
                 "synthesis: most reactions of a route; max_fragments is one more");
    visit.text("start", start,
               "fragment_tree: SMILES of a scaffold that every molecule grows from, [*] at the "
               "atoms that may grow ([16*]: with slot type L16); of synthons: of a compound that "
               "every route uses; empty: none");
    visit.texts("forbidden_smarts", forbidden_smarts,
                "fragment_tree: patterns; fragments that hold one are never used");
    fragment_tree.visit_fields(visit);
    hypergrid.visit_fields(visit);
    visit.texts("options", options,
                "of an environment that your own program adds (src/tasks/task.hpp): what it reads");
  }
};

inline constexpr const char* kSynthesis = "synthesis";

// The path of the fragment file; for "synthesis" the default is the embedded synthons.
std::string vocabulary_file(const EnvironmentConfig& config);

// Applies forbidden_smarts and start. Throws UserError for a bad vocabulary file or options out of
// range.
// The name "synthesis" is a fragment tree that requires a vocabulary with reactions.
std::unique_ptr<FragmentTree> make_fragment_tree(const EnvironmentConfig& config);

}  // namespace fragflow
