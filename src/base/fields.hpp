// How a configuration struct describes itself. Each struct has in-class defaults and ONE function
//
//   template <typename Visitor> void visit_fields(Visitor& visit) {
//     visit.number("learning_rate", learning_rate, {1e-7, 1.0}, "Adam step size of the policy");
//     visit.choice("optimiser", optimiser, {"adam", "sgd"}, "update rule");
//     visit.flag("ema", ema, "sample with averaged weights");
//     visit.text("vocabulary", vocabulary, "path of the fragment vocabulary (JSON)");
//     visit.texts("smarts", smarts, "patterns");
//     visit.numbers("goals", goals, {0, 1e9}, "...");
//     visit.path("proxy", proxy, "like text; a relative path is looked up beside the config file");
//     visit.command("command", words, "like texts; words that are files are looked up like paths");
//     visit.section("transform", transform, "a nested struct that describes itself");
//     visit.tables("component", components, "a std::vector of such structs: [[component]]");
//   }
//
// from which the app derives reading TOML (unknown keys are errors), --set overrides, range checks,
// the printed defaults and the help. Numbers may be int, std::int64_t, std::uint64_t or double;
// choices are std::string; numbers(...) takes a std::vector<double>.
#pragma once

#include <limits>

namespace fragflow {

// Closed interval of allowed values.
struct Bounds {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

}  // namespace fragflow
