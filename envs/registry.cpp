#include "envs/registry.hpp"

#include <array>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/vocabulary_steering.hpp"

namespace fragflow {
namespace {

struct Entry {
  const char* name;
  std::unique_ptr<Environment> (*make)(const EnvironmentConfig&);
};

std::unique_ptr<Environment> make_fragment_tree(const EnvironmentConfig& config) {
  Vocabulary vocabulary = Vocabulary::load(config.vocabulary);
  FragmentTreeConfig options = config.fragment_tree;
  for (std::string& smiles : matching_fragments(vocabulary, config.forbidden_smarts)) {
    options.forbidden.push_back(std::move(smiles));
  }
  if (config.start.empty()) return std::make_unique<FragmentTree>(std::move(vocabulary), options);
  Vocabulary extended = with_start(vocabulary, config.start);
  const int start = extended.size() - 1;
  return std::make_unique<FragmentTree>(std::move(extended), options, start);
}

std::unique_ptr<Environment> make_hypergrid(const EnvironmentConfig& config) {
  return std::make_unique<Hypergrid>(config.hypergrid);
}

constexpr std::array<Entry, 2> kEnvironments = {{
    {"fragment_tree", make_fragment_tree},
    {"hypergrid", make_hypergrid},
}};

}  // namespace

std::vector<std::string> environment_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kEnvironments) names.emplace_back(entry.name);
  return names;
}

std::unique_ptr<Environment> make_environment(const EnvironmentConfig& config) {
  for (const Entry& entry : kEnvironments) {
    if (config.name == entry.name) return entry.make(config);
  }
  user_error("environment.name = '{}' is not known; the environments are: {}{}", config.name,
             join(environment_names()), did_you_mean(config.name, environment_names()));
}

}  // namespace fragflow
