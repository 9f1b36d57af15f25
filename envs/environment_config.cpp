#include "envs/environment_config.hpp"

#include "src/base/check.hpp"
#include "src/chem/vocabulary_steering.hpp"

namespace fragflow {

std::string vocabulary_file(const EnvironmentConfig& config) {
  const bool is_default = config.vocabulary == EnvironmentConfig().vocabulary;
  return config.name == kSynthesis && is_default ? "synthons.json" : config.vocabulary;
}

std::unique_ptr<FragmentTree> make_fragment_tree(const EnvironmentConfig& config) {
  Vocabulary vocabulary = Vocabulary::load(config.vocabulary);
  FragmentTreeConfig options = config.fragment_tree;
  if (config.name == kSynthesis) {
    if (vocabulary.reactions() == nullptr) {
      user_error(
          "{}: has no \"reactions\", which environment.name = \"synthesis\" needs: make a "
          "vocabulary of synthons with fragflow blocks build",
          config.vocabulary);
    }
    options.max_fragments = config.max_reactions + 1;
  }
  for (std::string& smiles : matching_fragments(vocabulary, config.forbidden_smarts)) {
    options.forbidden.push_back(std::move(smiles));
  }
  if (config.start.empty()) return std::make_unique<FragmentTree>(std::move(vocabulary), options);
  Vocabulary extended = with_start(vocabulary, config.start);
  const int start = extended.size() - 1;
  return std::make_unique<FragmentTree>(std::move(extended), options, start);
}

namespace {

std::vector<std::string>& names() {
  static std::vector<std::string> list = {"fragment_tree", kSynthesis, "hypergrid"};
  return list;
}

}  // namespace

std::vector<std::string> environment_names() { return names(); }

void add_environment_name(const std::string& name) { names().push_back(name); }

}  // namespace fragflow
