// The environments that the conformance tests run on, each with what is known about it from an
// independent count.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "envs/environment.hpp"
#include "envs/fragment_tree.hpp"
#include "src/base/rng.hpp"

namespace fragflow::test {

struct EnvironmentRow {
  std::string name;
  std::function<std::unique_ptr<Environment>()> make;
  std::int64_t num_states;     // internal states, s0 included
  std::int64_t num_terminals;  // x
};

const std::vector<EnvironmentRow>& environment_table();

// The row of this name; throws if there is none.
const EnvironmentRow& environment_row(const std::string& name);

// Another drawing of the same tree: another root, order of nodes and symmetric sites. States
// without meaningful drawings (grids) come back unchanged.
State redraw(const Environment& environment, const State& state, Rng& rng);

}  // namespace fragflow::test
