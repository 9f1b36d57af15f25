// fragflow watch: the live page of a run in the browser.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/app/watch_server.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

struct WatchArguments {
  std::string folder;
  int port = 0;
};

void run(const GlobalOptions& global, const WatchArguments& arguments) {
  const StopToken stop = stop_on_signals();
  // Watching must not slow the run: one thread
  // (unless more are requested) of low priority.
  if (global.threads == 0) set_num_threads(1);
  if (nice(10) == -1) spdlog::debug("the priority stays as it is");
  GrowingReport report(arguments.folder);
  const std::filesystem::path folder =
      std::filesystem::absolute(arguments.folder).lexically_normal();
  const std::string name =
      (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  WatchServer server(report, "fragflow watch: " + name, arguments.port);
  print_result(global, {{"run", arguments.folder}, {"url", server.url()}, {"port", server.port()}},
               fmt::format("{}\nOpen this address in a browser of this machine; Ctrl-C ends it.\n",
                           server.url()));
  server.serve(stop);
}

}  // namespace

void add_watch_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "watch", "Show a run under way in the browser: curves and best molecules");
  const auto arguments = std::make_shared<WatchArguments>();
  command.add_option("run", arguments->folder, "folder of a run or of a design")->required();
  command.add_option("--port", arguments->port, "of 127.0.0.1; 0: a free one, which is printed")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  add_global_options(command, global);
  command.footer(
      "The page is for this machine only. From another one: ssh -L 8080:127.0.0.1:8080 MACHINE "
      "with --port 8080.\n"
      "Example:\n  fragflow watch runs/demo");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
