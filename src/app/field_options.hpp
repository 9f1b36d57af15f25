// Options of a subcommand from a struct that describes itself (src/base/fields.hpp): one --name for
// each field.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
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

}  // namespace fragflow
