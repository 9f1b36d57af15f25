#include "src/base/parallel.hpp"

namespace fragflow {
namespace {
int g_num_threads = 0;
}

void set_num_threads(int num_threads) { g_num_threads = num_threads; }

int num_threads() { return g_num_threads > 0 ? g_num_threads : omp_get_num_procs(); }

}  // namespace fragflow
