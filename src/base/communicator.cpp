#include "src/base/communicator.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {

Communicator& single_process() {
  static SingleProcess alone;
  return alone;
}

ItemRange part_of(std::int64_t count, std::int64_t parts, std::int64_t part) {
  FRAGFLOW_CHECK(parts > 0 && part >= 0 && part < parts, "part {} of {}", part, parts);
  const std::int64_t size = count / parts, rest = count % parts;
  const std::int64_t begin = part * size + std::min(part, rest);
  return {begin, begin + size + (part < rest ? 1 : 0)};
}

}  // namespace fragflow
