// fragflow: one program, one subcommand per task. Errors that a user can fix end with exit code 2,
// all others with 1.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "src/app/command.hpp"
#include "src/app/exit_code.hpp"
#include "src/app/lack_of_memory.hpp"
#include "src/app/torch_runtime.hpp"
#include "src/base/check.hpp"
#include "src/base/ended_elsewhere.hpp"
#include "src/base/log.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/chem/fast/fast_chemistry.hpp"
#include "src/chem/standardise.hpp"
#include "src/ranks/rank_place.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitUserError = 2;

// In the order of --help.
void add_commands(CLI::App& app, GlobalOptions& global) {
  add_design_command(app, global);
  add_campaign_command(app, global);
  add_train_command(app, global);
  add_launch_command(app, global);
  add_sample_command(app, global);
  add_score_command(app, global);
  add_worker_command(app, global);
  add_scores_command(app, global);
  add_evaluate_command(app, global);
  add_likelihood_command(app, global);
  add_target_command(app, global);
  add_watch_command(app, global);
  add_report_command(app, global);
  add_draw_command(app, global);
  add_proxy_command(app, global);
  add_fragments_command(app, global);
  add_blocks_command(app, global);
  add_route_command(app, global);
  add_enumerate_command(app, global);
  add_grid_command(app, global);
  add_validate_command(app, global);
  add_compare_command(app, global);
  add_bench_command(app, global);
  add_doctor_command(app, global);
  add_config_command(app, global);
  add_completion_command(app, global);
}

int run(int argc, char** argv) {
  CLI::App app(
      "Trains generative flow networks that build molecules fragment by fragment, and samples them "
      "with probability proportional to a reward.",
      "fragflow");
  app.set_version_flag("--version", version_line());
  app.require_subcommand(1);
  app.footer(
      "Examples: fragflow design activities.csv --out my_design\n"
      "          fragflow train data/configs/demo.toml --out runs/demo\n"
      "Help of a command: fragflow COMMAND --help");
  GlobalOptions global;
  add_commands(app, global);
  if (const char* names = std::getenv("FRAGFLOW_USE_RDKIT")) use_rdkit_for(names);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Every process of a launch has the same arguments; only rank 0 complains.
    const char* rank = std::getenv("RANK");
    if (std::getenv(kRanksFile) != nullptr && rank != nullptr && std::string_view(rank) != "0") {
      return error.get_exit_code() == 0 ? 0 : kExitUserError;
    }
    return app.exit(error) == 0 ? 0 : kExitUserError;
  }
  return 0;
}

int exit_code_of(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const ExitCode& end) {
    return end.code();
  } catch (const EndedElsewhere&) {
    return kExitUserError;
  } catch (const UserError& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return kExitUserError;
  } catch (const std::filesystem::filesystem_error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return kExitUserError;
  } catch (const std::exception& error) {
    if (is_out_of_memory(error)) end_for_lack_of_memory();
    std::fprintf(stderr, "internal error: %s\n", error.what());
    return kExitFailure;
  }
}

}  // namespace
}  // namespace fragflow

int main(int argc, char** argv) {
  fragflow::end_where_memory_is_lacking();
  fragflow::set_up_log(/*quiet=*/false);
  fragflow::silence_rdkit();
  fragflow::require_deterministic_torch();
  const int code = fragflow::exit_code_of(argc, argv);
#if !defined(__SANITIZE_ADDRESS__)  // which checks for leaks at exit
  // Skips LibTorch's teardown, which takes a tenth of the time of a short command.
  std::cout.flush();
  std::fflush(nullptr);
  std::_Exit(code);
#endif
  return code;
}
