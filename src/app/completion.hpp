// Shell completion, generated from the program's own commands and options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace fragflow {

// A script for bash (and zsh with bashcompinit): subcommands at every level, options after "-",
// `keys` of the configuration after --set, file names elsewhere.
std::string bash_completion(const CLI::App& program, const std::vector<std::string>& keys);

}  // namespace fragflow
