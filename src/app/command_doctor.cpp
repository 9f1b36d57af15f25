// fragflow doctor: the environment and speed of the program on this machine, and what to change.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "src/app/command.hpp"
#include "src/app/matrix_products.hpp"
#include "src/app/torch_runtime.hpp"
#include "src/base/blas.hpp"
#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/load_average.hpp"
#include "src/base/parallel.hpp"
#include "src/base/processor.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

constexpr double kSecondsPerShape = 0.2;
// Below this a core uses kernels for another processor or none: reference BLAS reaches 2 to 5, SSE
// kernels 20, AVX2 kernels 40 and more, in 1e9 operations per second.
constexpr double kSlowCore = 30e9;

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string environment_text(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "not set" : value;
}

double gflops(const MatrixShape& shape, const MatrixProduct& multiply, int threads) {
  set_torch_threads(threads);
  set_num_threads(threads);
  RepeatedProduct product(shape, multiply);
  product.run(kSecondsPerShape);
  return product.best_rate() / 1e9;
}

// Rates of the BLAS and of our own products, for one thread and for all of them, per shape.
nlohmann::ordered_json measure_rates(int threads) {
  nlohmann::ordered_json rates = nlohmann::ordered_json::array();
  for (const MatrixShape& shape : common_matrix_shapes()) {
    nlohmann::ordered_json row;
    row["shape"] = fmt::format("{} x {} x {}", shape.rows, shape.inner, shape.columns);
    row["gflops_one_thread"] = gflops(shape, library_product, 1);
    row["gflops_all_threads"] = gflops(shape, library_product, threads);
    row["packed_gflops_one_thread"] = gflops(shape, packed_product, 1);
    row["packed_gflops_all_threads"] = gflops(shape, packed_product, threads);
    rates.push_back(row);
  }
  return rates;
}

// The best over the shapes: single figures are unreliable next to other programs.
double best_rate(const nlohmann::ordered_json& rates, const char* key) {
  double best = 0;
  for (const auto& row : rates) best = std::max(best, row[key].get<double>() * 1e9);
  return best;
}

std::vector<std::string> advice(const nlohmann::ordered_json& rates, double load, int threads) {
  const bool busy = load > 0.5 * threads;
  std::vector<std::string> lines;
  if (busy) {
    lines.push_back(fmt::format(
        "load average {:.1f}: other programs are running, so that the rates above say little",
        load));
  }
  if (blas_name() == "reference BLAS") {
    lines.push_back("install libopenblas0-openmp: the BLAS in use is the reference one");
    return lines;
  }
  const double one = best_rate(rates, "gflops_one_thread");
  if (!busy && one < kSlowCore && has_avx2()) {
    lines.push_back(
        "the BLAS runs far below what this processor can do; with OpenBLAS try "
        "OPENBLAS_CORETYPE=Haswell (or SkylakeX where the processor has AVX-512)");
  }
  if (!busy && threads > 1 && best_rate(rates, "gflops_all_threads") < 1.3 * one) {
    lines.push_back(fmt::format(
        "{} threads are hardly faster than one: the processors may be shared; compare --threads 1",
        threads));
  }
  return lines;
}

void run(const GlobalOptions& global) {
  const double load = load_average();
  const int threads = num_threads();
  nlohmann::ordered_json json;
  json["version"] = version_line();
  json["processor"] = processor_name();
  json["avx2_fma"] = has_avx2();
  json["avx512"] = has_avx512();
  json["threads"] = threads;
  json["load_average"] = load;
  json["blas"] = blas_name();
  json["OPENBLAS_CORETYPE"] = environment_text("OPENBLAS_CORETYPE");
  json["GOMP_SPINCOUNT"] = environment_text("GOMP_SPINCOUNT");
  json["FRAGFLOW_USE_RDKIT"] = environment_text("FRAGFLOW_USE_RDKIT");
  json["data"] = data_path("configs/demo.toml").parent_path().parent_path().string();
  std::string summary = table_text(json);
  const double error = matrix_product_error();
  json["matrix_product_error"] = error;
  json["packed_product_error"] = matrix_product_error(packed_product);
  if (!(error <= 1)) {
    throw std::runtime_error(
        fmt::format("{} multiplies matrices wrongly (error {:.3g} times what rounding explains); "
                    "choose other kernels with OPENBLAS_CORETYPE, or install another BLAS",
                    blas_name(), error));
  }
  FRAGFLOW_CHECK(json["packed_product_error"].get<double>() <= 1,
                 "our own matrix products are wrong on this processor: error {:.3g}",
                 json["packed_product_error"].get<double>());
  json["matrix_products"] = measure_rates(threads);
  json["advice"] = advice(json["matrix_products"], load, threads);
  summary += fmt::format(
      "\nmatrix products are right (error {:.2f} of what rounding explains)\n\n"
      "{:<22}{:>22}{:>22}\n{:<22}{:>11}{:>11}{:>11}{:>11}\n",
      error, "float32 GFLOP/s of", blas_name(), "packed once (ours)", "", "1 thread",
      fmt::format("{} threads", threads), "1 thread", fmt::format("{} threads", threads));
  for (const auto& row : json["matrix_products"]) {
    summary +=
        fmt::format("{:<22}{:>11.1f}{:>11.1f}{:>11.1f}{:>11.1f}\n", row["shape"].get<std::string>(),
                    row["gflops_one_thread"].get<double>(), row["gflops_all_threads"].get<double>(),
                    row["packed_gflops_one_thread"].get<double>(),
                    row["packed_gflops_all_threads"].get<double>());
  }
  summary += "\n";
  for (const auto& line : json["advice"]) summary += "advice: " + line.get<std::string>() + "\n";
  if (json["advice"].empty()) summary += "nothing to improve\n";
  print_result(global, json, summary);
}

}  // namespace

void add_doctor_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "doctor", "Check the libraries and the speed of this machine, and say what to change");
  add_global_options(command, global);
  command.footer("Example:\n  fragflow doctor");
  command.callback([&global] { run(global); });
}

}  // namespace fragflow
