// The six stages of a design: table, vocabulary, proxy, config, train, shortlist.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/design/design_settings.hpp"
#include "src/design/stage_runner.hpp"

namespace fragflow {

// File names inside the folder of a design.
struct DesignPaths {
  // key: of one of several activity columns,
  // for its own files (table_KEY.csv).
  explicit DesignPaths(std::filesystem::path design_folder, std::string column_key = "")
      : folder(std::move(design_folder)), key(std::move(column_key)) {}

  std::filesystem::path folder;
  std::string key;
  std::string own(const std::string& name, const std::string& extension) const {
    return name + (key.empty() ? "" : "_" + key) + extension;
  }
  std::filesystem::path record() const { return folder / "design.json"; }
  std::filesystem::path table() const { return folder / own("table", ".csv"); }
  std::filesystem::path bounds() const { return folder / own("bounds", ".csv"); }
  std::filesystem::path rejected() const { return folder / own("rejected", ".csv"); }
  std::filesystem::path vocabulary() const { return folder / "vocabulary.json"; }
  std::filesystem::path actives() const { return folder / "actives.csv"; }
  std::filesystem::path proxy() const { return folder / own("proxy", ".safetensors"); }
  std::filesystem::path check() const {
    return folder / own("check", ".safetensors");
  }  // may be missing
  std::filesystem::path config() const { return folder / "design.toml"; }
  std::filesystem::path run() const { return folder / "run"; }
  std::filesystem::path shortlist_csv() const { return folder / "shortlist.csv"; }
  std::filesystem::path shortlist_sdf() const { return folder / "shortlist.sdf"; }
  std::filesystem::path summary() const { return folder / "summary.txt"; }
  std::filesystem::path report() const { return folder / "report.html"; }
};

struct DesignContext {
  bool quiet = false;                    // training shows no progress
  std::string command;                   // as typed, for the record of the run
  std::function<StopToken()> listen;     // src/design/design_run.hpp
  std::filesystem::path init_from = {};  // run whose weights training starts from; empty: none
};

std::vector<Stage> design_stages(const DesignSettings& settings, const DesignPaths& paths,
                                 const DesignContext& context);

}  // namespace fragflow
