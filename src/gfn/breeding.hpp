// Genetic proposals from a population: new objects made by crossover and mutation.
#pragma once

#include <cstdint>
#include <vector>

#include "envs/tree_operators.hpp"
#include "src/gfn/population.hpp"

namespace fragflow {

// The environment as the fragment tree that genetic operators need. Throws UserError, naming what
// asked for it, if it is not one.
const FragmentTree& fragment_tree_of(const Environment& environment, const char* what);

// Up to `count` different terminals that the population has not seen; fewer if several rounds of
// attempts find no more, none from an empty population. Parents are drawn by rank
// (Population::draw_rank); a child is the first parent mutated with probability config.mutation,
// else the crossover of both (each replaced by the other if it finds nothing): doing both at once
// keeps little of a good parent. A function of the arguments, for any number of threads: attempt i
// uses the random stream (seed, stream, i).
std::vector<State> breed(const TreeOperators& operators, const Population& population,
                         const BreedingConfig& config, std::int64_t count, std::uint64_t seed,
                         std::uint64_t stream);

}  // namespace fragflow
