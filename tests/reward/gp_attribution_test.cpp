// The Gaussian process' predictions as sums over atoms, against plain loops over RDKit's features.
#include "models/torch.hpp"

#include <GraphMol/Fingerprints/AtomPairs.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/Subgraphs/Subgraphs.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "src/reward/forest_proxy.hpp"
#include "src/reward/gp_proxy.hpp"
#include "tests/reward/proxy_support.hpp"

namespace fragflow {
namespace {

// For every feature the sets of atoms where it occurs.
using Places = std::map<std::uint32_t, std::vector<std::set<int>>>;

Places morgan_places(const RDKit::ROMol& molecule) {
  RDKit::MorganFingerprints::BitInfoMap info;
  delete RDKit::MorganFingerprints::getHashedFingerprint(molecule, 2, 2048, nullptr, nullptr, false,
                                                         true, false, &info);
  Places places;
  for (const auto& [bit, list] : info) {
    for (const auto& [centre, radius] : list) {
      std::set<int> atoms = {static_cast<int>(centre)};
      for (const int bond : RDKit::findAtomEnvironmentOfRadiusN(molecule, radius, centre)) {
        atoms.insert(static_cast<int>(molecule.getBondWithIdx(bond)->getBeginAtomIdx()));
        atoms.insert(static_cast<int>(molecule.getBondWithIdx(bond)->getEndAtomIdx()));
      }
      places[bit].push_back(atoms);
    }
  }
  return places;
}

// RDKit 2025.03 deprecates the older function, which is an independent witness for the newer one.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
// The pairs that are asked for alone say which feature they are.
Places pair_places(const RDKit::ROMol& molecule) {
  Places places;
  const int n = static_cast<int>(molecule.getNumAtoms());
  for (int a = 0; a < n; ++a) {
    for (int b = a + 1; b < n; ++b) {
      std::vector<std::uint32_t> others;
      for (int c = 0; c < n; ++c) {
        if (c != a && c != b) others.push_back(static_cast<std::uint32_t>(c));
      }
      const std::unique_ptr<RDKit::SparseIntVect<std::int32_t>> pair(
          RDKit::AtomPairs::getHashedAtomPairFingerprint(molecule, 8192, 1, 30, nullptr,
                                                         others.empty() ? nullptr : &others));
      for (const auto& [bit, count] : pair->getNonzeroElements()) {
        EXPECT_EQ(count, 1);
        places[static_cast<std::uint32_t>(bit)].push_back({a, b});
      }
    }
  }
  return places;
}
#pragma GCC diagnostic pop

double count_of(const Places& places, std::uint32_t feature, bool bits) {
  const auto found = places.find(feature);
  if (found == places.end()) return 0;
  return bits ? 1 : std::min<double>(30, static_cast<double>(found->second.size()));
}

double sum_of_maxima(const Places& x, const Places& r, bool bits) {
  std::set<std::uint32_t> features;
  for (const auto& [feature, list] : x) features.insert(feature);
  for (const auto& [feature, list] : r) features.insert(feature);
  double sum = 0;
  for (const std::uint32_t f : features)
    sum += std::max(count_of(x, f, bits), count_of(r, f, bits));
  return sum;
}

double sum_of_minima(const Places& x, const Places& r, bool bits) {
  double sum = 0;
  for (const auto& [f, list] : x) sum += std::min(count_of(x, f, bits), count_of(r, f, bits));
  return sum;
}

double kernel(const Places& x, const Places& r, bool bits) {
  if (x.empty() && r.empty()) return 1;
  return sum_of_minima(x, r, bits) / sum_of_maxima(x, r, bits);
}

// Gaussian elimination with pivots.
std::vector<double> solved(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t k = i; k < n; ++k) {
      if (std::abs(a[k][i]) > std::abs(a[pivot][i])) pivot = k;
    }
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (std::size_t k = i + 1; k < n; ++k) {
      const double factor = a[k][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[k][c] -= factor * a[i][c];
      b[k] -= factor * b[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
    b[i] /= a[i][i];
  }
  return b;
}

struct Kernel {
  std::string name;
  double weight;
};

Places places_of(const std::string& smiles, const std::string& feature) {
  const auto molecule = parse_smiles(smiles);
  return feature == "atom_pairs" ? pair_places(*molecule) : morgan_places(*molecule);
}

constexpr double kNoise = 0.05, kMean = 5.5;
const std::vector<std::string> kCompounds = {
    "C",
    "CCO",
    "CCCCCCO",
    "c1ccccc1CCN",
    "c1ccccc1C(=O)O",
    "CC(=O)Nc1ccccc1",
    "Clc1ccccc1",
    "O=C1CCCN1Cc1ccncc1",
    "C1CC1CC2CC2",
    "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"};  // more than 30 of one feature
const std::vector<double> kTargets = {4.1, 5.0, 5.2, 7.4, 6.1, 5.9, 6.6, 7.0, 4.4, 5.7};
const std::vector<std::string> kQueries = {"CCCCN",
                                           "c1ccccc1CCO",
                                           "CC(=O)Nc1ccc(Cl)cc1",
                                           "C",
                                           "C1CC1C2CC2",
                                           "FC(F)(F)S(=O)(=O)I",
                                           "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCO"};

std::unique_ptr<GpProxy> process_of(const std::vector<Kernel>& kernels) {
  const Series series = chain_series();
  SafetensorsFile file;
  GpProxy::fit(series.smiles, series.targets, 0)->save(file);  // for what else a file holds
  std::vector<std::string> names;
  std::vector<double> weights;
  for (const Kernel& one : kernels) {
    names.push_back(one.name);
    weights.push_back(one.weight);
  }
  file.metadata["features"] = names.size() == 1 ? names[0] : names[0] + "," + names[1];
  std::string text;
  for (const std::string& smiles : kCompounds) text += (text.empty() ? "" : "\n") + smiles;
  file.tensors["gp.smiles"] = TensorData::from_bytes(text);
  file.tensors["gp.targets"] =
      TensorData::from_doubles({static_cast<std::int64_t>(kTargets.size())}, kTargets.data());
  file.tensors["gp.weights"] =
      TensorData::from_doubles({static_cast<std::int64_t>(weights.size())}, weights.data());
  const double rest[2] = {kNoise, kMean};
  file.tensors["gp.noise_and_mean"] = TensorData::from_doubles({2}, rest);
  return GpProxy::load(file, "a test");
}

ProxyModel::Attribution plain_attribution(const std::vector<Kernel>& kernels,
                                          const std::string& query) {
  const std::size_t n = kCompounds.size();
  std::vector<std::vector<double>> covariance(n, std::vector<double>(n, 0.0));
  for (const Kernel& one : kernels) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        covariance[i][j] +=
            one.weight * kernel(places_of(kCompounds[i], one.name),
                                places_of(kCompounds[j], one.name), one.name == "morgan_bits");
      }
    }
  }
  std::vector<double> residual = kTargets;
  for (std::size_t i = 0; i < n; ++i) {
    covariance[i][i] += kNoise;
    residual[i] -= kMean;
  }
  const std::vector<double> alpha = solved(covariance, residual);
  ProxyModel::Attribution result{kMean, {}};
  result.atoms.assign(parse_smiles(query)->getNumAtoms(), 0.0);
  for (const Kernel& one : kernels) {
    const bool bits = one.name == "morgan_bits";
    const Places x = places_of(query, one.name);
    for (std::size_t j = 0; j < n; ++j) {
      const Places r = places_of(kCompounds[j], one.name);
      if (x.empty()) result.constant += one.weight * alpha[j] * kernel(x, r, bits);
      for (const auto& [f, occurrences] : x) {
        const double part = one.weight * alpha[j] *
                            std::min(count_of(x, f, bits), count_of(r, f, bits)) /
                            sum_of_maxima(x, r, bits);
        for (const std::set<int>& atoms : occurrences) {
          for (const int atom : atoms) {
            result.atoms[atom] +=
                part / static_cast<double>(occurrences.size()) / static_cast<double>(atoms.size());
          }
        }
      }
    }
  }
  return result;
}

class GpAttribution : public testing::TestWithParam<std::vector<Kernel>> {};

TEST_P(GpAttribution, IsWhatPlainLoopsGiveAndAddsUpToThePrediction) {
  const auto process = process_of(GetParam());
  const auto attributions = process->attribute(kQueries);
  ASSERT_TRUE(attributions.has_value());
  const auto predictions = process->predict(kQueries);
  for (std::size_t i = 0; i < kQueries.size(); ++i) {
    const ProxyModel::Attribution& one = (*attributions)[i];
    const ProxyModel::Attribution plain = plain_attribution(GetParam(), kQueries[i]);
    EXPECT_NEAR(one.constant, plain.constant, 1e-9) << kQueries[i];
    ASSERT_EQ(one.atoms.size(), plain.atoms.size());
    double sum = one.constant;
    for (std::size_t a = 0; a < one.atoms.size(); ++a) {
      EXPECT_NEAR(one.atoms[a], plain.atoms[a], 1e-9) << kQueries[i] << " atom " << a;
      sum += one.atoms[a];
    }
    EXPECT_NEAR(sum, predictions[i].mean, 1e-9) << kQueries[i];
  }
  // Equal atoms get equal parts: the two rings of bicyclopropyl.
  const std::vector<double>& rings = (*attributions)[4].atoms;
  EXPECT_NEAR(rings[2], rings[3], 1e-12);
  EXPECT_GT(std::abs(rings[2]), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Kernels, GpAttribution,
                         testing::Values(std::vector<Kernel>{{"morgan_bits", 1.3}},
                                         std::vector<Kernel>{{"morgan_counts", 0.8}},
                                         std::vector<Kernel>{{"morgan_counts", 0.8},
                                                             {"atom_pairs", 0.6}}));

TEST(ForestAttribution, ThereIsNone) {
  const Series series = chain_series();
  EXPECT_FALSE(ForestProxy::fit(series.smiles, series.targets, 3)->attribute(kQueries).has_value());
}

}  // namespace
}  // namespace fragflow
