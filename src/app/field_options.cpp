#include "src/app/field_options.hpp"

#include <algorithm>
#include <type_traits>

#include "src/config/config_toml.hpp"
#include "src/config/field_value.hpp"

namespace fragflow {
namespace {

std::string option_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

// Null for fields without an option.
CLI::Option* add_field(CLI::App& command, const Field& field, const std::string& name) {
  return std::visit(
      [&]<typename Target>(const Target& target) -> CLI::Option* {
        if constexpr (std::is_same_v<Target, bool*>) {
          return command.add_flag(name, *target, field.help);
        } else if constexpr (std::is_same_v<Target, FieldList> ||
                             std::is_same_v<Target, FieldTables>) {
          return nullptr;
        } else {
          using Value = std::remove_pointer_t<Target>;
          CLI::Option* option = command.add_option(name, *target, field.help);
          if constexpr (std::is_arithmetic_v<Value>) {
            option->check(CLI::Range(static_cast<Value>(field.bounds.min),
                                     static_cast<Value>(field.bounds.max)));
            option->capture_default_str();
          } else if constexpr (std::is_same_v<Value, std::string>) {
            if (!field.choices.empty()) option->check(CLI::IsMember(field.choices));
            if (!target->empty()) option->capture_default_str();
          } else {
            option->allow_extra_args(false);
          }
          return option;
        }
      },
      field.target);
}

}  // namespace

void FieldOptions::add(CLI::App& command, FieldList fields,
                       const std::map<std::string, std::string>& short_names) {
  for (Field& field : fields) {
    const auto found = short_names.find(field.name);
    const std::string name =
        (found == short_names.end() ? "" : found->second + ",") + option_name(field.name);
    CLI::Option* option = add_field(command, field, name);
    if (option != nullptr) options_.emplace_back(option, std::move(field));
  }
}

std::vector<std::string> FieldOptions::given() const {
  std::vector<std::string> assignments;
  for (const auto& [option, field] : options_) {
    if (option->count() > 0) assignments.push_back(field.name + "=" + print_value(field));
  }
  return assignments;
}

void apply_given(std::span<const char* const> first, const SectionOptions& options,
                 FieldList& fields) {
  for (const char* assignment : first) apply_override(assignment, {}, fields);
  for (const auto& [section, part] : options) {
    for (const std::string& assignment : part.given()) {
      apply_override(section + "." + assignment, {}, fields);
    }
  }
}

}  // namespace fragflow
