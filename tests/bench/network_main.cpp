// Runs the benchmarks with the kernels and the threads that the program itself uses.
#include <benchmark/benchmark.h>

#include "src/app/torch_runtime.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/standardise.hpp"

int main(int argc, char** argv) {
  fragflow::silence_rdkit();
  fragflow::set_num_threads(0);
  fragflow::set_torch_threads(fragflow::num_threads());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
