#include "src/reward/molecule_scorer.hpp"

#include <cmath>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/reward/aggregate.hpp"
#include "src/reward/transform.hpp"

namespace fragflow {
MoleculeScorer::MoleculeScorer(RewardConfig config, std::size_t cache_capacity)
    : config_(std::move(config)), cache_capacity_(cache_capacity) {
  if (config_.components.empty()) {
    user_error("the reward has no component: add at least one [[reward.component]]");
  }
  SharedScorers shared;
  std::unordered_set<std::string> names;
  for (ComponentConfig& component : config_.components) {
    components_.push_back(make_component(component, shared));
    needs_open_slots_ |= components_.back()->needs_open_slots();
    if (!names.insert(component.name).second) {
      user_error("two reward components are called '{}': give each its own name", component.name);
    }
  }
}

std::vector<std::string> MoleculeScorer::names() const {
  std::vector<std::string> names;
  for (const ComponentConfig& component : config_.components) names.push_back(component.name);
  return names;
}

std::string MoleculeScorer::key_of(const ParsedMolecule& molecule) const {
  std::string key = *molecule.smiles;
  if (!needs_open_slots_ || molecule.open_slots == nullptr) return key;
  key += fmt::format(" {}", molecule.open_slots->must_fill);
  for (const std::uint8_t open : molecule.open_slots->of_atom) key += fmt::format(",{}", open);
  return key;
}

std::vector<MoleculeScore> MoleculeScorer::score(std::span<const ParsedMolecule> molecules) {
  std::vector<std::string> keys;
  for (const ParsedMolecule& molecule : molecules) keys.push_back(key_of(molecule));
  std::vector<ParsedMolecule> unseen;
  std::vector<std::string> unseen_keys;
  std::unordered_set<std::string_view> listed;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    if (cache_.contains(keys[i]) || !listed.insert(keys[i]).second) continue;
    unseen.push_back(molecules[i]);
    unseen_keys.push_back(keys[i]);
  }
  std::vector<std::vector<double>> raw(unseen.size());
  if (!unseen.empty()) {
    for (const auto& component : components_) {
      const std::vector<double> values = component->values(unseen);
      FRAGFLOW_CHECK(values.size() == unseen.size(), "{} values", values.size());
      for (std::size_t i = 0; i < values.size(); ++i) raw[i].push_back(values[i]);
    }
  }
  for (std::size_t i = 0; i < unseen.size(); ++i) {
    remember(std::move(unseen_keys[i]), std::move(raw[i]));
  }
  std::vector<MoleculeScore> results;
  for (const std::string& key : keys) results.push_back(result_of(cache_.at(key)));
  num_calls_ += static_cast<std::int64_t>(unseen.size());
  forget_oldest();
  return results;
}

std::vector<MoleculeScore> MoleculeScorer::score(std::span<const std::string> canonical_smiles) {
  const ParsedBatch batch(canonical_smiles);
  std::vector<MoleculeScore> scores = score(batch.molecules());
  std::vector<MoleculeScore> results;
  for (std::size_t i = 0, next = 0; i < canonical_smiles.size(); ++i) {
    const bool parsed =
        next < scores.size() && batch.molecules()[next].smiles == &canonical_smiles[i];
    results.push_back(parsed ? std::move(scores[next++]) : failed(batch.reason(i)));
  }
  return results;
}

void MoleculeScorer::remember(std::string key, std::vector<double> raw) {
  const auto [entry, is_new] = cache_.emplace(std::move(key), std::move(raw));
  if (is_new) order_.push_back(&*entry);
}

void MoleculeScorer::forget_oldest() {
  for (; order_.size() > cache_capacity_; order_.pop_front()) {
    cache_.erase(cache_.find(order_.front()->first));
  }
}

MoleculeScore MoleculeScorer::failed(std::string reason) const {
  MoleculeScore result;
  result.reason = std::move(reason);
  result.log_reward = log_reward(config_, config_.beta, 0);
  return result;
}

MoleculeScore MoleculeScorer::result_of(const std::vector<double>& raw) const {
  MoleculeScore result;
  result.raw = raw;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    result.transformed.push_back(transform(config_.components[i].transform, raw[i]));
  }
  result.score = aggregate(config_, result.transformed);
  result.valid = std::isfinite(result.score);
  if (!result.valid) {
    result.reason = "a component's value is not a finite number";
    result.score = 0;
  }
  result.log_reward = log_reward(config_, config_.beta, result.score);
  return result;
}

void MoleculeScorer::save(SafetensorsFile& file) const {
  std::string smiles;
  std::vector<double> raw;
  for (const auto* entry : order_) {
    smiles += entry->first + '\n';
    raw.insert(raw.end(), entry->second.begin(), entry->second.end());
  }
  file.metadata["reward.components"] = join(names(), "\n");
  file.tensors["reward.smiles"] = TensorData::from_bytes(smiles);
  file.tensors["reward.raw"] = TensorData::from_doubles(
      {static_cast<std::int64_t>(order_.size()), static_cast<std::int64_t>(components_.size())},
      raw.data());
  const std::int64_t num_calls = num_calls_;
  file.tensors["reward.num_calls"] = TensorData::from_int64({}, &num_calls);
}

void MoleculeScorer::load(const SafetensorsFile& file) {
  const auto found = file.metadata.find("reward.components");
  if (found == file.metadata.end() || found->second != join(names(), "\n")) {
    user_error("the saved scores belong to other reward components");
  }
  const TensorData& raw = file.at("reward.raw");
  const double* values = raw.doubles("reward.raw");
  const TensorData& text = file.at("reward.smiles");
  const std::string_view smiles(reinterpret_cast<const char*>(text.bytes.data()),
                                text.bytes.size());
  const auto width = static_cast<std::int64_t>(components_.size());
  cache_.clear();
  order_.clear();
  std::size_t begin = 0;
  std::int64_t row = 0;
  for (std::size_t end; (end = smiles.find('\n', begin)) != smiles.npos; begin = end + 1, ++row) {
    if ((row + 1) * width > raw.num_elements()) break;
    remember(std::string(smiles.substr(begin, end - begin)),
             {values + row * width, values + (row + 1) * width});
  }
  if (row * width != raw.num_elements() || begin != smiles.size()) {
    user_error("the saved scores are damaged: {} molecules, {} values", row, raw.num_elements());
  }
  // Files of earlier versions contain every scored molecule.
  num_calls_ = file.tensors.contains("reward.num_calls")
                   ? *file.at("reward.num_calls").int64s("reward.num_calls")
                   : row;
  if (num_calls_ < row) {
    user_error("the saved scores are damaged: {} molecules after {} calls", row, num_calls_.load());
  }
  forget_oldest();
}

}  // namespace fragflow
