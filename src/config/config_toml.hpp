// TOML for anything that describes itself by fields.hpp.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "src/config/field_list.hpp"

namespace fragflow {

// Sets the fields that `text` names and leaves the others as they are; a list of tables is replaced
// as a whole. Throws UserError naming source, line and key for broken TOML, an unknown key (with
// the nearest known one), a wrong type and a value out of range (with the allowed range). Relative
// paths that exist below `folder` become absolute; others stay for the data folder.
void read_toml(std::string_view text, const std::string& source,
               const std::filesystem::path& folder, FieldList& fields);

// Applies one "section.key=value". Elements of a list are named by index, or by their text `name`
// or else `type`: "reward.component.0.weight=2", "reward.component.qed.weight=2". Value is TOML;
// text needs no quotes. Relative paths are looked up in the working folder, then as above. Throws
// UserError.
void apply_override(std::string_view assignment, const std::filesystem::path& folder,
                    FieldList& fields);

// Which values differ, "section.key before -> now"; names of files may (a folder can be moved).
std::vector<std::string> differences(const FieldList& before, const FieldList& now,
                                     const std::string& prefix = "");

// Every field with its help as a comment; read_toml gives the same values back.
std::string print_toml(const FieldList& fields);

// The same for people to start from: of an empty list of tables it shows, as comments, what an
// element may hold.
std::string explain_toml(const FieldList& fields);

}  // namespace fragflow
