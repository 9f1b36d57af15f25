#include "src/app/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "src/app/torch_runtime.hpp"
#include "src/base/blas.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"

namespace fragflow {

void add_global_options(CLI::App& command, GlobalOptions& global) {
  command.add_option("--threads", global.threads, "processors to use; 0: all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  CLI::Option* seed =
      command.add_option("--seed", global.seed, "results are a function of it")
          ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{9'000'000'000'000'000}));
  command.add_flag("--quiet", global.quiet, "warnings and errors only");
  command.add_flag("--json", global.json, "one JSON object on the last line of standard output");
  // Runs after parsing this command's arguments and before its work.
  command.parse_complete_callback([&command, &global, seed] {
    global.seed_given = seed->count() > 0;
    set_up_log(global.quiet);
    set_num_threads(global.threads);
    require_threads(2 * num_threads());  // OpenMP's and LibTorch's own
    set_torch_threads(num_threads());
    set_torch_device(global.device);
    // Not while a shell reads the completion script, which would show the warning.
    if (command.get_name() != "completion" && blas_name() == "reference BLAS") {
      spdlog::warn(
          "the BLAS in use is the reference one, many times slower than others; install "
          "libopenblas0-openmp");
    }
  });
}

void add_device_option(CLI::App& command, GlobalOptions& global) {
  command
      .add_option("--device", global.device,
                  "where a policy with policy.backend = \"torch\" computes: cpu, cuda or cuda:N")
      ->capture_default_str();
}

void add_override_option(CLI::App& command, std::vector<std::string>& overrides,
                         const std::string& help) {
  command.add_option("--set", overrides, help)
      ->allow_extra_args(false)
      ->type_name("SECTION.KEY=VALUE");
}

void add_condition_options(CLI::App& command, ConditionChoice& choice) {
  command.add_option("--beta", choice.beta,
                     "inverse temperature, of a run with [condition]: within the range that it "
                     "learned (default: the run's reward.beta)");
  command.add_option("--preference", choice.preference,
                     "shares of the components in the score, of a run with condition.preference: "
                     "NAME=SHARE,... (default: the weights of the run's reward)");
}

std::string command_text(const std::string& name, const std::string& config,
                         const std::string& folder, const std::vector<std::string>& overrides) {
  return fmt::format("fragflow {} {} --out {}{}", name, config, folder,
                     overrides.empty() ? "" : " --set " + join(overrides, " "));
}

std::string table_text(const nlohmann::ordered_json& object) {
  std::size_t width = 0;
  for (const auto& [name, value] : object.items()) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : object.items()) {
    text += fmt::format("{:<{}}  {}\n", name, width,
                        value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

void print_result(const GlobalOptions& global, const nlohmann::ordered_json& result,
                  const std::string& summary) {
  // Invalid UTF-8, for instance from a file name, is replaced, so that the result is not lost.
  const std::string text =
      global.json
          ? result.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"
          : summary;
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!text.empty() && text.back() != '\n') std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace fragflow
