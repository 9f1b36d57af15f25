// Values of fields: checked conversion into a field, and printing as TOML.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "src/config/field_list.hpp"

namespace fragflow {

// An array is either all texts or all numbers.
struct FieldArray {
  std::vector<std::string> texts;
  std::vector<double> numbers;
};
using FieldValue = std::variant<bool, std::int64_t, double, std::string, FieldArray>;

// The source of a value, for messages and for resolving its relative path.
struct FieldOrigin {
  std::string where;  // "'demo.toml' line 3"
  std::string key;    // "training.steps"
  std::vector<std::filesystem::path> folders;
};

// Throws UserError naming origin, key, value and the allowed values. Whole floats such as 1e5 are
// accepted as integers. Not for sections and lists of tables.
void set_field(Field& field, const FieldValue& value, const FieldOrigin& origin);

// The current value as TOML; an empty list of tables is [].
std::string print_value(const Field& field);

// Text as a quoted TOML string.
std::string quote_text(const std::string& text);

// Help with the allowed values, for instance "gradient steps (1 to 1000000000)".
std::string describe_field(const Field& field);

}  // namespace fragflow
