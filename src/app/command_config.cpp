// fragflow config: prints the configuration in effect, with comments.
#include <filesystem>
#include <memory>

#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/config/config_toml.hpp"
#include "src/run/config.hpp"

namespace fragflow {
namespace {

struct ConfigOptions {
  bool defaults = false;
  std::string file;
  std::vector<std::string> overrides;
};

void run(const ConfigOptions& options, const GlobalOptions& global) {
  if (options.defaults == !options.file.empty()) {
    user_error("config: give either --defaults or a CONFIG.toml");
  }
  Config config = options.defaults
                      ? parse_config("", "defaults", std::filesystem::path(), options.overrides)
                      : load_config(options.file, options.overrides);
  if (global.seed_given) config.seed = global.seed;
  const std::string text =
      options.defaults ? explain_toml(list_fields(config)) : print_config(config);
  print_result(global, {{"config", text}}, text);
}

}  // namespace

void add_config_command(CLI::App& app, GlobalOptions& global) {
  CLI::App* command = app.add_subcommand("config", "Print the configuration in effect");
  auto options = std::make_shared<ConfigOptions>();
  command->add_flag("--defaults", options->defaults, "every key with its default and its meaning");
  command->add_option("CONFIG", options->file, "check this file and print what it amounts to");
  add_override_option(*command, options->overrides,
                      "override a key, for instance training.steps=10");
  add_global_options(*command, global);
  command->footer("Example: fragflow config --defaults > my.toml");
  command->callback([options, &global] { run(*options, global); });
}

}  // namespace fragflow
