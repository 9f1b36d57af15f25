#include "src/campaign/believer.hpp"

#include <algorithm>
#include <cmath>

namespace fragflow {

Believer::Believer(const JointPosterior& posterior) : posterior_(posterior) {
  for (std::size_t i = 0; i < posterior.size(); ++i) {
    variances_.push_back(posterior.covariance_of(i, i));
  }
}

double Believer::deviation(std::size_t i) const { return std::sqrt(std::max(variances_[i], 0.0)); }

void Believer::observe(std::size_t i) {
  const std::size_t size = posterior_.size();
  std::vector<double> column(size);
  for (std::size_t j = 0; j < size; ++j) column[j] = posterior_.covariance_of(i, j);
  for (const std::vector<double>& downdate : downdates_) {
    const double factor = downdate[i];
    for (std::size_t j = 0; j < size; ++j) column[j] -= factor * downdate[j];
  }
  const double scale = 1 / std::sqrt(std::max(column[i], 0.0) + posterior_.noise);
  for (std::size_t j = 0; j < size; ++j) {
    column[j] *= scale;
    variances_[j] -= column[j] * column[j];
  }
  downdates_.push_back(std::move(column));
}

}  // namespace fragflow
