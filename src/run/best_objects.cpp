#include "src/run/best_objects.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/statistics.hpp"

namespace fragflow {

void BestObjects::add(const std::string& object, double score) {
  entries_.emplace(-score, object);
  if (entries_.size() > kCapacity) entries_.erase(std::prev(entries_.end()));
}

double BestObjects::mean_of(std::size_t count) const {
  std::vector<double> scores;
  for (auto entry = entries_.begin(); entry != entries_.end() && scores.size() < count; ++entry) {
    scores.push_back(-entry->first);
  }
  return mean(scores);
}

std::vector<std::pair<std::string, double>> BestObjects::first(std::size_t count) const {
  std::vector<std::pair<std::string, double>> best;
  for (auto entry = entries_.begin(); entry != entries_.end() && best.size() < count; ++entry) {
    best.emplace_back(entry->second, -entry->first);
  }
  return best;
}

std::string BestObjects::csv(const std::string& column) const {
  std::string text = csv_row({column, "score"});
  for (const auto& [minus_score, object] : entries_) {
    text += csv_row({object, csv_number(-minus_score)});
  }
  return text;
}

void BestObjects::save(SafetensorsFile& file) const {
  std::vector<double> scores;
  std::string objects;
  for (const auto& [minus_score, object] : entries_) {
    scores.push_back(minus_score);
    objects += object + "\n";
  }
  file.tensors["best.scores"] =
      TensorData::from_doubles({static_cast<std::int64_t>(scores.size())}, scores.data());
  file.tensors["best.objects"] = TensorData::from_bytes(objects);
}

void BestObjects::load(const SafetensorsFile& file) {
  const TensorData& scores = file.at("best.scores");
  const double* score = scores.doubles("best.scores");
  const auto& bytes = file.at("best.objects").bytes;
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  entries_.clear();
  std::int64_t count = 0;
  for (std::string object; std::getline(lines, object); ++count) {
    if (count == scores.num_elements()) break;
    entries_.emplace(score[count], object);
  }
  if (count != scores.num_elements()) user_error("'best.objects' and 'best.scores' do not fit");
}

}  // namespace fragflow
