// Replaces gloo_group.cpp if LibTorch was built without Gloo.
#include "src/base/check.hpp"
#include "src/ranks/join_ranks.hpp"

namespace fragflow {

std::unique_ptr<Communicator> join_ranks(const RankPlace& place) {
  user_error(
      "{} asks for {} processes, but this fragflow was built without Gloo and runs in one: install "
      "libgloo-dev and a LibTorch with c10d and build again, or unset the variables",
      place.started_by, place.size);
}

}  // namespace fragflow
