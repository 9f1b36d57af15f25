// The configuration of `fragflow compare`: methods and seeds, a base configuration and a budget.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "src/base/fields.hpp"
#include "src/run/config.hpp"

namespace fragflow {

// One line of the comparison.
struct ComparedMethod {
  std::string name;
  std::vector<std::string> set;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("name", name, "what it is called in folders, table and curves");
    visit.texts("set", set, "its settings over the base, as \"section.key=value\"");
  }
};

struct CompareConfig {
  std::string title = "Comparison";
  std::string base;
  std::vector<std::string> set;
  std::vector<double> seeds = {0, 1, 2};
  std::int64_t budget = 20000;
  std::string budget_kind = "trajectories";
  std::vector<ComparedMethod> methods;
  std::string file;  // the file it was read from, for messages

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("title", title, "heading of the report");
    visit.path("base", base, "configuration (TOML) that every run starts from");
    visit.texts("set", set, "settings of every run over the base, as \"section.key=value\"");
    visit.numbers("seeds", seeds, {0, 9e15}, "each method runs once with each");
    visit.number("budget", budget, {1, 1e12}, "of each run");
    visit.choice("budget_kind", budget_kind, {"trajectories", "reward_calls"},
                 "trajectories: new ones, or moves of chains; training.steps follows from it. "
                 "reward_calls: distinct objects scored, or training.steps, whichever comes first");
    visit.tables("method", methods, "One compared method");
  }
};

// One run of the comparison.
struct ComparedRun {
  std::string method;
  std::uint64_t seed = 0;
  Config config;
  std::filesystem::path folder;
};

// Reads the file over the defaults; overrides apply to the comparison ("budget=100"). Throws
// UserError like load_config, for methods without a name or with equal names, for names that cannot
// be folder names, and if there are no seeds or methods.
CompareConfig load_comparison(const std::filesystem::path& path,
                              const std::vector<std::string>& overrides);

// Every method with every seed, method by method, in folders below `folder`. Throws UserError for
// incompatible settings.
std::vector<ComparedRun> plan_comparison(const CompareConfig& config,
                                         const std::filesystem::path& folder);

// Commented TOML of every value; load_comparison reads it back to the same configuration.
std::string print_comparison(CompareConfig config);

}  // namespace fragflow
