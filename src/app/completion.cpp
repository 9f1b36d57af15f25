#include "src/app/completion.hpp"

#include <fmt/format.h>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

// One entry per command: the words typed before, "proxy train", and possible next words.
struct Level {
  std::string path;
  std::vector<std::string> commands, options;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Level>& levels) {
  Level level{path, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) level.options.push_back("--" + name);
  }
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) level.commands.push_back(command->get_name());
  levels.push_back(level);
  for (const CLI::App* command : commands) {
    collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
            levels);
  }
}

}  // namespace

std::string bash_completion(const CLI::App& program, const std::vector<std::string>& keys) {
  std::vector<Level> levels;
  collect(program, "", levels);
  std::string paths, words;
  for (const Level& level : levels) {
    if (!level.path.empty())
      paths += (paths.empty() ? "" : "|") + fmt::format("\"{}\"", level.path);
    words += fmt::format("    \"{}\") commands=\"{}\" options=\"{}\" ;;\n", level.path,
                         join(level.commands, " "), join(level.options, " "));
  }
  const std::string name = program.get_name();
  return fmt::format(
      R"(# Completion of {0} for bash; zsh: autoload -U bashcompinit && bashcompinit first.
_{0}() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="" word commands="" options=""
  COMPREPLY=()
  if [ "${{COMP_WORDS[COMP_CWORD-1]}}" = --set ]; then
    COMPREPLY=($(compgen -S = -W "{1}" -- "$current"))
    return
  fi
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "${{path:+$path }}$word" in
      {2}) path="${{path:+$path }}$word" ;;
    esac
  done
  case "$path" in
{3}  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
  esac
}}
complete -o default -F _{0} {0}
)",
      name, join(keys, " "), paths, words);
}

}  // namespace fragflow
