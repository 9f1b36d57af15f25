// Small posteriors and fingerprints for the tests of this folder.
#pragma once

#include <vector>

#include "src/base/rng.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/reward/joint_posterior.hpp"

namespace fragflow {

// A covariance A A' + 0.05 I of random A, so that everything is correlated with everything.
inline JointPosterior random_posterior(std::size_t size, std::uint64_t seed) {
  Rng rng(seed);
  JointPosterior posterior;
  posterior.noise = 0.2;
  std::vector<double> a(size * size);
  for (double& value : a) value = rng.normal();
  for (std::size_t i = 0; i < size; ++i) {
    posterior.means.push_back(6 + rng.normal());
    for (std::size_t j = 0; j < size; ++j) {
      double sum = i == j ? 0.05 : 0.0;
      for (std::size_t k = 0; k < size; ++k) sum += a[i * size + k] * a[j * size + k];
      posterior.covariance.push_back(sum / static_cast<double>(size));
    }
  }
  return posterior;
}

// Of homologous chains, so that neighbours are alike.
inline FingerprintSet chain_fingerprints(std::size_t size) {
  std::vector<std::string> smiles;
  for (std::size_t i = 0; i < size; ++i) {
    smiles.push_back(std::string(i % 5 + 1, 'C') + (i % 2 == 0 ? "O" : "N") +
                     std::string(i / 5 + 1, 'C') + "c1ccccc1");
  }
  return fingerprints(smiles, FingerprintKind::kMorgan2);
}

}  // namespace fragflow
