#include "src/gfn/chain_diagnostics.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/statistics.hpp"

namespace fragflow {
namespace {

// Between and within variance of equally long chains.
struct Variances {
  double within = 0;
  double total = 0;  // (n - 1) / n W + B / n, an overestimate until the chains have mixed
};

Variances variances(std::span<const std::vector<double>> chains) {
  const auto n = static_cast<double>(chains.front().size());
  Variances result;
  std::vector<double> means;
  for (const std::vector<double>& chain : chains) {
    means.push_back(mean(chain));
    const double deviation = standard_deviation(chain);
    result.within += deviation * deviation / static_cast<double>(chains.size());
  }
  const double between = standard_deviation(means);
  result.total = (n - 1) / n * result.within + between * between;
  return result;
}

void check(std::span<const std::vector<double>> chains) {
  FRAGFLOW_CHECK(chains.size() >= 2 && chains.front().size() >= 4, "{} chains", chains.size());
  for (const std::vector<double>& chain : chains) {
    FRAGFLOW_CHECK(chain.size() == chains.front().size(), "chains of different lengths");
  }
}

// Autocovariance at a lag, with divisor n.
double autocovariance(const std::vector<double>& chain, double center, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < chain.size(); ++i) {
    sum += (chain[i] - center) * (chain[i - lag] - center);
  }
  return sum / static_cast<double>(chain.size());
}

}  // namespace

double split_r_hat(std::span<const std::vector<double>> chains) {
  check(chains);
  const std::size_t half = chains.front().size() / 2;
  std::vector<std::vector<double>> halves;
  for (const std::vector<double>& chain : chains) {
    halves.emplace_back(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(half));
    halves.emplace_back(chain.end() - static_cast<std::ptrdiff_t>(half), chain.end());
  }
  const Variances v = variances(halves);
  if (v.total == 0) return 1;
  return std::sqrt(v.total / v.within);
}

double effective_size(std::span<const std::vector<double>> chains) {
  check(chains);
  const std::size_t n = chains.front().size();
  const auto values = static_cast<double>(n * chains.size());
  const Variances v = variances(chains);
  if (v.total == 0) return values;
  std::vector<double> centers;
  for (const std::vector<double>& chain : chains) centers.push_back(mean(chain));
  const auto correlation = [&](std::size_t lag) {
    double covariance = 0;
    for (std::size_t c = 0; c < chains.size(); ++c) {
      covariance += autocovariance(chains[c], centers[c], lag) / static_cast<double>(chains.size());
    }
    return 1 - (v.within - covariance) / v.total;
  };
  // Sums of neighbouring correlations are positive and fall until noise dominates (Geyer 1992).
  double sum = 0, before = std::numeric_limits<double>::infinity();
  for (std::size_t lag = 1; lag + 1 < n; lag += 2) {
    const double pair = std::min(before, correlation(lag) + correlation(lag + 1));
    if (pair < 0) break;
    sum += pair;
    before = pair;
  }
  return std::min(values, values / (1 + 2 * sum));
}

}  // namespace fragflow
