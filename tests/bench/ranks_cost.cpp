// What the processes of a run pay for each other: the times of the calls that a shared step makes.
//
// usage: RANK=0 WORLD_SIZE=2 FRAGFLOW_RANKS_FILE=/tmp/x bench_ranks [REPEATS], and the same with
// RANK=1, ...; alone it measures a process that talks to itself. Rank 0 prints one JSON object:
// for each size in bytes the median and smallest seconds of a gather of so many bytes a rank, and
// of a sum of gradients of so many bytes (exchange and gather of slices).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "src/ranks/join_ranks.hpp"

namespace fragflow {
namespace {

struct Seconds {
  double median = 0, smallest = 0;
};

Seconds time_of(int repeats, const std::function<void()>& call) {
  call();  // the first makes buffers
  std::vector<double> seconds;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return {seconds[seconds.size() / 2], seconds.front()};
}

void measure(Communicator& group, int repeats) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const std::size_t bytes : {64, 4096, 65536, 1048576, 4194304, 16777216}) {
    const std::string text(bytes, 'x');
    const std::size_t slice = bytes / sizeof(float) / group.size();
    const std::vector<float> parts(slice * group.size(), 1.0f);
    const std::string own(slice * sizeof(float), 'x');
    const Seconds gather = time_of(repeats, [&] { group.gather(text); });
    const Seconds sum = time_of(repeats, [&] {
      group.exchange(parts);
      group.gather(own);
    });
    rows.push_back({{"bytes", bytes},
                    {"gather_s", gather.median},
                    {"gather_smallest_s", gather.smallest},
                    {"sum_s", sum.median},
                    {"sum_smallest_s", sum.smallest}});
  }
  if (group.is_first()) {
    const nlohmann::ordered_json result = {
        {"ranks", group.size()}, {"repeats", repeats}, {"sizes", rows}};
    std::printf("%s\n", result.dump().c_str());
  }
  group.leave();
}

}  // namespace
}  // namespace fragflow

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 50;
  const auto place = fragflow::rank_place();
  if (!place) {
    fragflow::measure(fragflow::single_process(), repeats);
    return 0;
  }
  const std::unique_ptr<fragflow::Communicator> group = fragflow::join_ranks(*place);
  fragflow::measure(*group, repeats);
  return 0;
}
