#include "src/reward/mpnn_proxy.hpp"

#include "src/base/check.hpp"
#include "src/reward/atom_features.hpp"

namespace fragflow {
namespace {

AtomTrainingConfig training_config(const std::function<void()>& poll) {
  AtomTrainingConfig config;
  config.on_epoch = poll;
  config.network.num_features = kMpnnAtomFeatures;
  return config;
}

std::vector<const AtomGraph*> pointers(const std::vector<AtomGraph>& graphs) {
  std::vector<const AtomGraph*> result;
  for (const AtomGraph& graph : graphs) result.push_back(&graph);
  return result;
}

std::vector<ProxyModel::Prediction> to_predictions(const AtomEnsemble::Output& output) {
  std::vector<ProxyModel::Prediction> result;
  for (std::size_t i = 0; i < output.mean.size(); ++i) {
    result.push_back({output.mean[i], output.std[i]});
  }
  return result;
}

}  // namespace

std::unique_ptr<MpnnProxy> MpnnProxy::fit(std::span<const std::string> smiles,
                                          std::span<const double> targets, int num_members,
                                          std::uint64_t seed, const std::function<void()>& poll) {
  const std::vector<AtomGraph> graphs = mpnn_atom_graphs(ParsedBatch(smiles).all());
  return std::unique_ptr<MpnnProxy>(
      new MpnnProxy(AtomEnsemble::fit(pointers(graphs), {targets.begin(), targets.end()},
                                      training_config(poll), num_members, seed)));
}

std::vector<ProxyModel::Prediction> MpnnProxy::predict_parsed(
    std::span<const ParsedMolecule> molecules) {
  const std::vector<AtomGraph> graphs = mpnn_atom_graphs(molecules);
  return to_predictions(ensemble_.predict(pointers(graphs)));
}

std::string MpnnProxy::describe() const {
  return fmt::format("ensemble of {} message-passing networks", ensemble_.num_members());
}

void MpnnProxy::save(SafetensorsFile& file) const {
  file.metadata["kind"] = "mpnn";
  ensemble_.save(file);
}

std::unique_ptr<MpnnProxy> MpnnProxy::load(const SafetensorsFile& file, const std::string& name) {
  return std::unique_ptr<MpnnProxy>(
      new MpnnProxy(AtomEnsemble::load(file, kMpnnAtomFeatures, name)));
}

FitAndPredict mpnn_fit_and_predict(std::span<const std::string> smiles,
                                   std::span<const double> targets, int num_members,
                                   const std::function<void()>& poll) {
  auto graphs =
      std::make_shared<std::vector<AtomGraph>>(mpnn_atom_graphs(ParsedBatch(smiles).all()));
  const std::vector<double> all_targets(targets.begin(), targets.end());
  return [graphs, all_targets, num_members, poll](std::span<const std::int64_t> train,
                                                  std::span<const std::int64_t> test,
                                                  std::uint64_t seed) {
    std::vector<const AtomGraph*> train_graphs, test_graphs;
    std::vector<double> train_targets;
    for (std::int64_t row : train) {
      train_graphs.push_back(&(*graphs)[row]);
      train_targets.push_back(all_targets[row]);
    }
    for (std::int64_t row : test) test_graphs.push_back(&(*graphs)[row]);
    if (train_graphs.size() < 2) {  // possible if nearly all molecules have one scaffold
      const double mean = train_targets.empty() ? 0.0 : train_targets[0];
      return std::vector<ProxyModel::Prediction>(test.size(), {mean, 0.0});
    }
    const AtomEnsemble ensemble =
        AtomEnsemble::fit(train_graphs, train_targets, training_config(poll), num_members, seed);
    return to_predictions(ensemble.predict(test_graphs));
  };
}

}  // namespace fragflow
