// A uniformly random order (Fisher and Yates) from the program's own generator, since the result of
// std::shuffle depends on the standard library.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "src/base/rng.hpp"

namespace fragflow {

template <typename T>
void shuffle(std::vector<T>& items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.below(i)]);
}

}  // namespace fragflow
