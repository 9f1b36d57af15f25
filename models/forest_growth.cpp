#include "models/forest_growth.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxBins = 255;

// Draws of a bin and the sum of their targets.
struct Sums {
  double count = 0, total = 0;
};

struct Split {
  double gain = 0;  // 0: none
  std::uint32_t feature = 0;
  float threshold = 0;

  bool worse_than(double other_gain, std::uint32_t other_feature) const {
    return other_gain > gain || (other_gain == gain && gain > 0 && other_feature < feature);
  }
};

class Grower {
 public:
  Grower(const BinnedRows& rows, std::span<const double> targets, const ForestConfig& config,
         Rng rng, std::vector<RandomForest::Node>& nodes)
      : rows_(rows),
        targets_(targets),
        config_(config),
        rng_(rng),
        nodes_(nodes),
        draws_(rows.size(), 0),
        sums_(rows.num_bins()),
        touched_(rows.num_features(), 0) {}

  void grow() {
    for (std::int64_t i = 0; i < rows_.size(); ++i) ++draws_[rng_.below(rows_.size())];
    for (std::int64_t i = 0; i < rows_.size(); ++i) {
      if (draws_[i] > 0) order_.push_back(static_cast<std::int32_t>(i));
    }
    grow(0, order_.size());
  }

 private:
  // Grows the node of order_[begin, end).
  void grow(std::size_t begin, std::size_t end) {
    const std::size_t node = nodes_.size();
    nodes_.emplace_back();
    Sums all;
    double lowest = INFINITY, highest = -INFINITY;
    for (std::size_t k = begin; k < end; ++k) {
      const std::int32_t row = order_[k];
      all.count += draws_[row];
      all.total += draws_[row] * targets_[row];
      lowest = std::min(lowest, targets_[row]);
      highest = std::max(highest, targets_[row]);
    }
    Split split;
    if (highest > lowest && all.count >= 2 * config_.min_leaf) split = best_split(begin, end, all);
    if (split.gain <= 0) {
      // Stays within the measured range despite rounding.
      nodes_[node].value = std::clamp(all.total / all.count, lowest, highest);
      return;
    }
    const auto middle = std::stable_partition(
        order_.begin() + static_cast<std::ptrdiff_t>(begin),
        order_.begin() + static_cast<std::ptrdiff_t>(end),
        [&](std::int32_t row) { return value_of(row, split.feature) <= split.threshold; });
    const auto at = static_cast<std::size_t>(middle - order_.begin());
    nodes_[node].feature = static_cast<std::int32_t>(split.feature);
    nodes_[node].value = split.threshold;
    grow(begin, at);
    nodes_[node].right = static_cast<std::int32_t>(nodes_.size());
    grow(at, end);
  }

  float value_of(std::int32_t row, std::uint32_t feature) const {
    const auto entries = rows_.row(row);
    const auto found = std::lower_bound(
        entries.begin(), entries.end(), feature,
        [](const BinnedRows::Entry& entry, std::uint32_t f) { return entry.feature < f; });
    if (found == entries.end() || found->feature != feature) return 0;
    return rows_.smallest(found->bin);  // thresholds lie between bins
  }

  Split best_split(std::size_t begin, std::size_t end, const Sums& all) {
    seen_.clear();
    for (std::size_t k = begin; k < end; ++k) {
      const std::int32_t row = order_[k];
      const double count = draws_[row], total = count * targets_[row];
      for (const BinnedRows::Entry& entry : rows_.row(row)) {
        if (touched_[entry.feature]++ == 0) seen_.push_back(entry.feature);
        sums_[entry.bin].count += count;
        sums_[entry.bin].total += total;
      }
    }
    // Features are evaluated in ascending order, so that the random choice of features does not
    // depend on the order of rows.
    std::sort(seen_.begin(), seen_.end());
    Split best, of_others;
    for (const std::uint32_t feature : seen_) {
      const bool tried = rng_.uniform() < config_.try_features;
      judge(feature, all, tried ? best : of_others);
    }
    for (const std::uint32_t feature : seen_) {
      touched_[feature] = 0;
      std::fill(sums_.begin() + rows_.first_bin(feature),
                sums_.begin() + rows_.first_bin(feature + 1), Sums());
    }
    // Used if no chosen feature varies within the node.
    return best.gain > 0 ? best : of_others;
  }

  // The best split of one feature, if it is better than `best`. Rows that do not list the feature
  // have the value 0.
  void judge(std::uint32_t feature, const Sums& all, Split& best) const {
    const std::uint32_t first = rows_.first_bin(feature), last = rows_.first_bin(feature + 1);
    Sums zero = all;
    for (std::uint32_t bin = first; bin < last; ++bin) {
      zero.count -= sums_[bin].count;
      zero.total -= sums_[bin].total;
    }
    Sums left;
    float before = 0;
    bool zero_passed = zero.count <= 0;
    const auto consider = [&](float next) {
      const Sums right{all.count - left.count, all.total - left.total};
      if (left.count < config_.min_leaf || right.count < config_.min_leaf) return;
      const double gain = left.total * left.total / left.count +
                          right.total * right.total / right.count -
                          all.total * all.total / all.count;
      // Rounding gives spurious gains if all means are equal.
      if (gain > 1e-10 * (1 + std::abs(all.total)) && best.worse_than(gain, feature)) {
        best = {gain, feature, before + (next - before) / 2};
        if (best.threshold >= next) best.threshold = before;
      }
    };
    const auto pass = [&](const Sums& sums, float smallest, float largest) {
      consider(smallest);
      left.count += sums.count;
      left.total += sums.total;
      before = largest;
    };
    for (std::uint32_t bin = first; bin < last; ++bin) {
      if (sums_[bin].count <= 0) continue;
      if (!zero_passed && rows_.smallest(bin) > 0) {
        pass(zero, 0, 0);
        zero_passed = true;
      }
      pass(sums_[bin], rows_.smallest(bin), rows_.largest(bin));
    }
    if (!zero_passed) pass(zero, 0, 0);
  }

  const BinnedRows& rows_;
  std::span<const double> targets_;
  const ForestConfig& config_;
  Rng rng_;
  std::vector<RandomForest::Node>& nodes_;
  std::vector<std::int32_t> draws_;  // how often each row was drawn
  std::vector<std::int32_t> order_;  // drawn rows, those of a node together
  std::vector<Sums> sums_;           // of the current node, per bin; 0 between nodes
  std::vector<std::int32_t> touched_;
  std::vector<std::uint32_t> seen_;
};

}  // namespace

BinnedRows::BinnedRows(std::span<const SparseRow> rows, std::int64_t num_features) {
  std::vector<std::vector<float>> values(num_features);
  for (const SparseRow& row : rows) {
    for (const auto& [feature, value] : row) {
      FRAGFLOW_CHECK(feature < num_features && std::isfinite(value), "feature {} of {}: {}",
                     feature, num_features, value);
      if (value != 0) values[feature].push_back(value);
    }
  }
  first_bin_ = {0};
  for (std::vector<float>& of_feature : values) {
    std::sort(of_feature.begin(), of_feature.end());
    of_feature.erase(std::unique(of_feature.begin(), of_feature.end()), of_feature.end());
    // Handled separately, so that no bin contains 0.
    const auto positive = std::lower_bound(of_feature.begin(), of_feature.end(), 0.0F);
    add_bins(std::span(of_feature.begin(), positive));
    add_bins(std::span(positive, of_feature.end()));
    first_bin_.push_back(static_cast<std::uint32_t>(largest_.size()));
  }
  offsets_ = {0};
  for (const SparseRow& row : rows) {
    for (const auto& [feature, value] : row) {
      if (value == 0) continue;
      const auto begin = largest_.begin() + first_bin_[feature];
      const auto end = largest_.begin() + first_bin_[feature + 1];
      const auto bin = std::lower_bound(begin, end, value) - largest_.begin();
      entries_.push_back({feature, static_cast<std::uint32_t>(bin)});
    }
    offsets_.push_back(entries_.size());
  }
}

void BinnedRows::add_bins(std::span<const float> values) {
  const std::size_t bins = std::min(kMaxBins, values.size());
  for (std::size_t k = 0; k < bins; ++k) {
    smallest_.push_back(values[k * values.size() / bins]);
    largest_.push_back(values[(k + 1) * values.size() / bins - 1]);
  }
}

void grow_tree(const BinnedRows& rows, std::span<const double> targets, const ForestConfig& config,
               Rng rng, std::vector<RandomForest::Node>& nodes) {
  Grower(rows, targets, config, rng, nodes).grow();
}

}  // namespace fragflow
