// Genetic proposals from a population: new objects, each made of two parents and changed.
#pragma once

#include <cstdint>
#include <vector>

#include "envs/tree_operators.hpp"
#include "src/gfn/population.hpp"

namespace fragflow {

// The environment as genetic operators need it. Throws UserError, naming what asked for it, unless
// it is a fragment tree.
const FragmentTree& fragment_tree_of(const Environment& environment, const char* what);

// Up to `count` different terminals that the population has not seen; fewer where several rounds of
// tries give no more, none from an empty population. Parents are drawn by rank
// (Population::draw_rank); a child is the first one changed with probability config.mutation, else
// their crossover (each in place of the other where it finds nothing): both at once leave little of
// what made a parent good. A function of the arguments, whatever the number of threads: try i uses
// the random stream (seed, stream, i).
std::vector<State> breed(const TreeOperators& operators, const Population& population,
                         const BreedingConfig& config, std::int64_t count, std::uint64_t seed,
                         std::uint64_t stream);

}  // namespace fragflow
