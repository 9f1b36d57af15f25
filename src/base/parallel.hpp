// OpenMP loops whose exceptions survive. One OpenMP runtime (libgomp) serves us, LibTorch and BLAS.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>

namespace fragflow {

// Threads that parallel_for uses; set once in main(). 0 means all processors.
void set_num_threads(int num_threads);
int num_threads();

// Starts so many threads and ends them. Throws UserError if the system refuses one (ulimit -u, or
// -v for their stacks): LibTorch's pool would wait for it for ever.
void require_threads(int count);

// A chunk for bodies of a microsecond or less: to wake another thread takes as long as tens of
// them.
inline constexpr int kShortBodies = 64;
// A chunk for bodies of tens of microseconds or more: even two of them are worth a second thread.
inline constexpr int kLongBodies = 1;

// Calls body(i) for every i in [0, count), in any order on any thread. The first exception thrown
// by a body is rethrown here after the region; later iterations are then skipped. Bodies that
// call torch bring their own NoGradGuard, which is of a thread; products in them run on one thread.
// chunk is the number of consecutive iterations a thread takes at a time, and no more than these
// are left to one thread; 0: 16, or fewer where that would leave a thread without work at the end.
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
