// Trains on a reward of one's own, with a vocabulary of one's own, and draws molecules.
//
// usage: own_reward FOLDER
#include <algorithm>
#include <cstdio>
#include <fragflow/fragflow.hpp>
#include <fstream>

namespace ff = fragflow::api;

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: own_reward FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);

  // Fragments: SMILES and the numbers of the atoms that take a bond.
  const std::filesystem::path vocabulary = folder / "fragments.json";
  std::ofstream(vocabulary) << R"([["c1ccccc1", [0, 2, 3]], ["C1CCNCC1", [0, 3]], ["CO", [0]],
                                   ["C(=O)N", [0, 2]], ["CF", [0]]])";

  // A score of 0 to 1: molecules want nitrogen, up to three of it.
  ff::add_score("nitrogens", [](std::span<const std::string> smiles) {
    std::vector<double> values;
    for (const std::string& one : smiles) {
      const auto count = std::count_if(one.begin(), one.end(), [](char c) { return c == 'N'; });
      values.push_back(std::min<double>(static_cast<double>(count), 3) / 3);
    }
    return values;
  });

  ff::TrainOptions options;
  options.folder = folder / "run";
  options.config_text = R"(
      [environment]
      max_fragments = 4
      [training]
      steps = 150
      batch_size = 32
      [reward]
      beta = 4
      floor = 0.05
      [[reward.component]]
      type = "nitrogens"
      [output]
      samples = 200
  )";
  options.set = {"environment.vocabulary=" + vocabulary.string()};
  const ff::TrainResult result = ff::train(options);
  std::printf("trained %lld steps, mean score of samples %.3f\n",
              static_cast<long long>(result.steps), result.mean_score);

  const ff::Sampler sampler(options.folder);
  const ff::Molecules best = sampler.sample({.count = 5, .unique = true, .min_score = 0.9});
  const std::vector<double> log_p = sampler.log_likelihood(best.smiles);
  for (std::size_t i = 0; i < best.smiles.size(); ++i) {
    std::printf("%-40s score %.2f  log p %.2f\n", best.smiles[i].c_str(), best.score[i], log_p[i]);
  }
  return 0;
} catch (const ff::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
