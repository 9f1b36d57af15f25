// fragflow bench: how fast this machine trains, samples and predicts.
#include <fmt/format.h>

#include <memory>

#include "src/app/benchmark_run.hpp"
#include "src/app/command.hpp"
#include "src/base/blas.hpp"
#include "src/base/data_path.hpp"
#include "src/base/load_average.hpp"
#include "src/base/parallel.hpp"
#include "src/base/peak_memory.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

struct BenchArguments {
  std::string config;
  std::vector<std::string> overrides;
  double seconds = 8;
};

void run(const GlobalOptions& global, const BenchArguments& arguments) {
  const double load = load_average();
  const std::string path =
      arguments.config.empty() ? data_path("configs/demo.toml").string() : arguments.config;
  BenchmarkRequest request{load_config(path, arguments.overrides), arguments.seconds};
  if (global.seed_given) request.config.seed = global.seed;
  const BenchmarkResult result = run_benchmark(request);

  nlohmann::ordered_json json;
  json["training_trajectories_per_second"] = result.training_trajectories_per_second;
  json["sampling_molecules_per_second"] = result.sampling_molecules_per_second;
  json["sampling_without_scores_per_second"] = result.sampling_without_scores_per_second;
  json["proxy_molecules_per_second"] = nullptr;
  if (result.predicted > 0) json["proxy_molecules_per_second"] = result.proxy_molecules_per_second;
  json["peak_memory_mb"] = peak_memory_mb();
  json["threads"] = num_threads();
  json["sampling_valid_share"] = result.sampling_valid_share;
  std::string phases;
  double total = 0;
  for (const auto& [name, milliseconds] : result.phases_ms) {
    json["phases_ms"][name] = milliseconds;
    phases += fmt::format("  {:<22}{:8.2f} ms\n", name, milliseconds);
    total += milliseconds;
  }
  const double used = 1e3 * result.matrix_operations_per_step / total;
  json["matrix_gflop_per_step"] = 1e-9 * result.matrix_operations_per_step;
  json["matrix_gflops_used"] = 1e-9 * used;
  json["matrix_gflops_between"] = 1e-9 * result.matrix_product_rate;
  json["matrix_between_share"] = used / result.matrix_product_rate;
  json["matrix_gflops_measured"] = 1e-9 * result.best_matrix_product_rate;
  json["matrix_peak_share"] = used / result.best_matrix_product_rate;
  json["training_steps"] = result.training_steps;
  json["molecules_sampled"] = result.sampled;
  json["molecules_predicted"] = result.predicted;
  json["config"] = path;
  json["batch_size"] = request.config.training.batch_size;
  json["seconds"] = arguments.seconds;
  json["load_average"] = load;
  json["blas"] = blas_name();
  json["version"] = version_line();
  print_result(
      global, json,
      fmt::format("training   {:8.0f} trajectories/s\n"
                  "sampling   {:8.0f} molecules/s\n"
                  "  unscored {:8.0f} molecules/s\n"
                  "proxy      {:8.0f} molecules/s\n"
                  "memory     {:8.0f} MB at most\n"
                  "one training step of {} trajectories ({:.2f} ms):\n{}"
                  "matrix products: {:.2f} GFLOP a step, {:.0f} % of the {:.0f} GFLOP/s "
                  "measured between the steps, {:.0f} % of their best moment\n"
                  "{} threads, {}, load average before {:.2f}\n",
                  result.training_trajectories_per_second, result.sampling_molecules_per_second,
                  result.sampling_without_scores_per_second, result.proxy_molecules_per_second,
                  peak_memory_mb(), request.config.training.batch_size, total, phases,
                  1e-9 * result.matrix_operations_per_step, 100 * used / result.matrix_product_rate,
                  1e-9 * result.matrix_product_rate, 100 * used / result.best_matrix_product_rate,
                  num_threads(), blas_name(), load));
}

}  // namespace

void add_bench_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command =
      *app.add_subcommand("bench", "Measure training, sampling and the proxy on this machine");
  const auto arguments = std::make_shared<BenchArguments>();
  command.add_option("--config", arguments->config,
                     "configuration (TOML); left out: the demo of the data folder");
  add_override_option(command, arguments->overrides);
  command.add_option("--seconds", arguments->seconds, "length of each of the five measurements")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  add_global_options(command, global);
  add_device_option(command, global);
  command.footer("Example:\n  fragflow bench --config data/configs/demo.toml --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
