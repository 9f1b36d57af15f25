// fragflow completion: a script that lets a shell complete commands and options.
#include "src/app/command.hpp"
#include "src/app/completion.hpp"
#include "src/config/field_list.hpp"
#include "src/run/config.hpp"

namespace fragflow {
namespace {

// "section.key" for every value except those of lists of tables.
void add_keys(const FieldList& fields, const std::string& prefix, std::vector<std::string>& keys) {
  for (const Field& field : fields) {
    if (const auto* nested = std::get_if<FieldList>(&field.target)) {
      add_keys(*nested, prefix + field.name + ".", keys);
    } else if (!std::holds_alternative<FieldTables>(field.target)) {
      keys.push_back(prefix + field.name);
    }
  }
}

std::vector<std::string> config_keys() {
  Config config;
  std::vector<std::string> keys;
  add_keys(list_fields(config), "", keys);
  return keys;
}

}  // namespace

void add_completion_command(CLI::App& app, GlobalOptions& global) {
  CLI::App* command = app.add_subcommand(
      "completion", "Print a script that completes commands, options and configuration keys");
  add_global_options(*command, global);
  command->footer("Example: fragflow completion > /etc/bash_completion.d/fragflow");
  command->callback([&app, &global] {
    const std::string script = bash_completion(app, config_keys());
    print_result(global, {{"script", script}}, script);
  });
}

}  // namespace fragflow
