// TOML for all structs that describe themselves with fields.hpp.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "src/config/field_list.hpp"

namespace fragflow {

// Sets the fields named in `text` and leaves the others unchanged; a list of tables is replaced as
// a whole. Throws UserError naming source, line and key for invalid TOML, an unknown key (with the
// nearest known one), a wrong type or a value out of range (with the allowed range). Relative paths
// that exist below `folder` become absolute; others are resolved in the data folder later.
void read_toml(std::string_view text, const std::string& source,
               const std::filesystem::path& folder, FieldList& fields);

// Applies one "section.key=value". Elements of a list are named by index, or by their text `name`
// or else `type`: "reward.component.0.weight=2", "reward.component.qed.weight=2". Value is TOML;
// text needs no quotes. Relative paths are looked up in the working folder, then as above. Throws
// UserError.
void apply_override(std::string_view assignment, const std::filesystem::path& folder,
                    FieldList& fields);

// Differing values as "section.key before -> now"; ignores file names (a folder can be moved).
std::vector<std::string> differences(const FieldList& before, const FieldList& now,
                                     const std::string& prefix = "");

// Every field with its help as a comment; read_toml reads back the same values.
std::string print_toml(const FieldList& fields);

// The same as a starting point for users: for an empty list of tables, the keys of an element are
// shown as comments.
std::string explain_toml(const FieldList& fields);

}  // namespace fragflow
