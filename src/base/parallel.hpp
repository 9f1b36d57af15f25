// OpenMP loops that propagate exceptions. We share one runtime (libgomp) with LibTorch and BLAS.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>

namespace fragflow {

// Number of threads of parallel_for; set once in main(). 0 means all processors.
void set_num_threads(int num_threads);
int num_threads();

// Checks that this many threads can be started. Throws UserError if the system refuses one (ulimit
// -u, or -v for their stacks): LibTorch's pool would then wait for ever.
void require_threads(int count);

// Chunk size for bodies of a microsecond or less: waking another thread takes as long as tens of
// them.
inline constexpr int kShortBodies = 64;
// Chunk size for bodies of tens of microseconds or more: even two of them justify another thread.
inline constexpr int kLongBodies = 1;

// Calls body(i) for every i in [0, count), in any order on any thread. The first exception thrown
// by a body is rethrown here after the region; later iterations are then skipped. Bodies that call
// torch need their own NoGradGuard, which is thread-local; products in them are single-threaded.
// chunk: consecutive iterations that a thread takes at a time; up to this many run on a single
// thread; 0: 16, or fewer if that would leave a thread idle at the end.
template <typename Body>
void parallel_for(std::int64_t count, Body&& body, int chunk = 0) {
  if (count <= 0) return;
  const int threads = num_threads();
  const int alone = chunk > 0 ? chunk : 16;
  if (chunk == 0) chunk = static_cast<int>(std::clamp<std::int64_t>(count / (8 * threads), 1, 16));
  if (threads == 1 || count <= alone || omp_in_parallel()) {
    for (std::int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  std::exception_ptr first_error;
  std::atomic<bool> failed{false};
#pragma omp parallel for schedule(dynamic, chunk) num_threads(threads)
  for (std::int64_t i = 0; i < count; ++i) {
    if (failed.load(std::memory_order_relaxed)) continue;
    try {
      body(i);
    } catch (...) {
      if (!failed.exchange(true)) first_error = std::current_exception();
    }
  }
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace fragflow
