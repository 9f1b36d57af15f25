// Options of a subcommand from a struct that describes itself (src/base/fields.hpp): one --name for
// each field.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/config/field_list.hpp"

namespace fragflow {

class FieldOptions {
 public:
  // Registers the fields, which must outlive the command; underscores become dashes. Ranges and
  // choices are checked by the command. Sections and lists of tables have no option. short_names:
  // "-n" for a field.
  void add(CLI::App& command, FieldList fields,
           const std::map<std::string, std::string>& short_names = {});

  // Those that the command line gave, as "name=value" for apply_override.
  std::vector<std::string> given() const;

 private:
  std::vector<std::pair<CLI::Option*, Field>> options_;
};

// Options by the section of the settings that they belong to.
using SectionOptions = std::vector<std::pair<std::string, FieldOptions>>;

// Sets `first` ("run.steps=100", what a flag such as --quick stands for), then what the command
// line gave over it.
void apply_given(std::span<const char* const> first, const SectionOptions& options,
                 FieldList& fields);

}  // namespace fragflow
