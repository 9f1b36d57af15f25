#include "src/base/parallel.hpp"

#include <latch>
#include <system_error>
#include <thread>
#include <vector>

#include "src/base/check.hpp"

namespace fragflow {
namespace {
int g_num_threads = 0;
// OMP_NUM_THREADS, or all processors: read before LibTorch or other code sets it.
const int g_default_threads = omp_get_max_threads();
}  // namespace

void set_num_threads(int num_threads) { g_num_threads = num_threads; }

int num_threads() { return g_num_threads > 0 ? g_num_threads : g_default_threads; }

void require_threads(int count) {
  std::latch end(1);
  std::vector<std::jthread> threads;
  threads.reserve(count);
  std::error_code error;
  try {
    while (std::ssize(threads) < count) threads.emplace_back([&end] { end.wait(); });
  } catch (const std::system_error& refusal) {
    error = refusal.code();
  }
  end.count_down();
  if (!error) return;
  user_error(
      "cannot start {} threads: {}; raise the limits on processes and memory (ulimit -u, "
      "ulimit -v) or give a smaller --threads",
      count, error.message());
}

}  // namespace fragflow
