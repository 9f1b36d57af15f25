// Command-line options for a struct that describes itself (src/base/fields.hpp): one --name per
// field.
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
  // Registers the fields, which must outlive the command; underscores become dashes. The command
  // checks ranges and choices. Sections and lists of tables get no option. short_names: "-n" for a
  // field.
  void add(CLI::App& command, FieldList fields,
           const std::map<std::string, std::string>& short_names = {});

  // The options given on the command line, as "name=value" for apply_override.
  std::vector<std::string> given() const;

 private:
  std::vector<std::pair<CLI::Option*, Field>> options_;
};

// Options by section of the settings.
using SectionOptions = std::vector<std::pair<std::string, FieldOptions>>;

// Applies `first` ("run.steps=100", from a flag such
// as --quick), then the command line's options.
void apply_given(std::span<const char* const> first, const SectionOptions& options,
                 FieldList& fields);

}  // namespace fragflow
