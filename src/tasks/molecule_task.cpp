#include "src/tasks/molecule_task.hpp"

#include <cmath>

#include "envs/fragment_tree.hpp"
#include "src/base/data_path.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/synthesis/route_finder.hpp"
#include "src/chem/table_reader.hpp"
#include "src/reward/aggregate.hpp"
#include "src/reward/molecule_reward.hpp"
#include "src/reward/molecule_target.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {
namespace {

class MoleculeTask : public Task {
 public:
  MoleculeTask(const EnvironmentConfig& environment, const RewardConfig& reward)
      : vocabulary_(vocabulary_file(environment)), config_(reward) {
    EnvironmentConfig found = environment;
    found.vocabulary = find_file(vocabulary_);
    tree_ = make_fragment_tree(found);
    RewardConfig with_files = reward;
    find_files(with_files);
    reward_ = std::make_unique<MoleculeReward>(tree_->vocabulary(), with_files);
    if (by_molecule()) {
      reward_ = std::make_unique<MoleculeTarget>(*tree_, std::move(reward_));
    }
    if (tree_->has_routes()) routes_ = std::make_unique<RouteFinder>(tree_->vocabulary());
  }

  const Environment& environment() const override { return *tree_; }
  Reward& reward() const override { return *reward_; }
  std::string object_column() const override { return "smiles"; }
  const FragmentTree* fragment_tree() const override { return tree_.get(); }

  // The fragments and the start; forbidden fragments are not included.
  std::string identity() const override {
    const Vocabulary& vocabulary = tree_->vocabulary();
    const bool has_start = tree_->start() >= 0;
    return fmt::format("{} fragments, start {} (fingerprint {:016x})",
                       vocabulary.size() - (has_start ? 1 : 0),
                       has_start ? vocabulary.fragment(tree_->start()).smiles : "none",
                       fnv1a(vocabulary.to_json()));
  }

  nlohmann::ordered_json description() const override {
    return {{"vocabulary", vocabulary_}, {"target", config_.target}};
  }

  ObjectTable read_objects(const std::filesystem::path& path,
                           const std::string& column) const override {
    ObjectTable result{read_whole(TableReader(path, column)), {}};
    const std::size_t smiles = find_smiles_column(result.table, column, path.string());
    for (const auto& row : result.table.rows) {
      result.objects.emplace_back(split_structure(row[smiles]).structure);
    }
    return result;
  }

  std::vector<std::vector<State>> terminals_of(std::span<const std::string> objects,
                                               bool complete_only) const override {
    std::vector<std::vector<State>> terminals(objects.size());
    StandardiseCounts counts;
    const std::vector<CanonicalText> canonical =
        canonical_batch(std::vector<std::string>(objects.begin(), objects.end()), counts);
    spdlog::info("{}", counts.summary());
    const MoleculeTrees finder(*tree_);
    parallel_for(
        static_cast<std::int64_t>(objects.size()),
        [&](std::int64_t i) {
          if (canonical[i].smiles.empty()) return;
          MoleculeTrees::Result found = finder.find(canonical[i].smiles);
          if (found.complete || !complete_only) terminals[i] = std::move(found.trees);
        },
        /*chunk=*/1);
    return terminals;
  }

  std::vector<std::string> detail_columns() const override {
    if (!routes_) return {};
    return {"steps", "price", "yield", "route"};
  }

  std::vector<std::vector<std::string>> details_of(
      std::span<const State> terminals, std::span<const std::string> objects) const override {
    std::vector<std::vector<std::string>> details(terminals.size());
    if (!routes_) return details;
    parallel_for(static_cast<std::int64_t>(terminals.size()), [&](std::int64_t i) {
      const FoundRoutes found = routes_->find(fragment_nodes(terminals[i]), objects[i]);
      details[i].assign(detail_columns().size(), "");
      details[i].back() = "none: " + found.reason;
      if (found.routes.empty()) return;
      details[i] = routes_->cells(found.routes[0], csv_number);
    });
    return details;
  }

  double log_reward_of(double score, std::size_t num_terminals, const std::string&) const override {
    const double of_molecule = log_reward(config_, config_.beta, score);
    return by_molecule() ? of_molecule - std::log(static_cast<double>(num_terminals)) : of_molecule;
  }

 private:
  bool by_molecule() const { return config_.target == "molecule"; }

  std::string vocabulary_;  // as named in the configuration
  RewardConfig config_;
  std::unique_ptr<FragmentTree> tree_;
  std::unique_ptr<Reward> reward_;
  std::unique_ptr<const RouteFinder> routes_;  // null without reactions
};

}  // namespace

std::unique_ptr<Task> make_molecule_task(const EnvironmentConfig& environment,
                                         const RewardConfig& reward) {
  return std::make_unique<MoleculeTask>(environment, reward);
}

}  // namespace fragflow
