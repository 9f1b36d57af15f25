// What tests of proxies share: a series of molecules with a known answer, and a folder for files.
#pragma once

#include <GraphMol/RWMol.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/cross_validation.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() / fmt::format("fragflow_proxy_{}", getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file(const std::string& name, const std::string& content = "") const {
    if (!content.empty()) write_file_atomically(path_ / name, content);
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "nothing thrown";
}

// Alcohols, amines, acids and phenyls of growing chains; the target is the number of heavy atoms.
struct Series {
  std::vector<std::string> smiles;
  std::vector<double> targets;
};

inline Series chain_series() {
  Series series;
  for (int length = 1; length <= 12; ++length) {
    const std::string chain(length, 'C');
    for (const std::string end : {"O", "N", "C(=O)O", "c1ccccc1", "c1ccncc1", "C#N", "F", "S"}) {
      series.smiles.push_back(standardise(chain + end).smiles);
      series.targets.push_back(
          static_cast<double>(parse_smiles(series.smiles.back())->getNumAtoms()));
    }
  }
  return series;
}

inline std::string series_csv() {
  const Series series = chain_series();
  std::string text = "smiles,y\n";
  for (std::size_t i = 0; i < series.smiles.size(); ++i) {
    text += fmt::format("{},{}\n", series.smiles[i], series.targets[i]);
  }
  return text;
}

inline double r2(const std::vector<ProxyModel::Prediction>& predictions,
                 const std::vector<double>& targets) {
  return regression_quality(targets, predictions).r2;
}

}  // namespace fragflow
