// Names of file formats: a kind and a number that is increased when older programs could not read
// the file, such as "fragflow proxy 1".
#pragma once

#include <string>
#include <string_view>

namespace fragflow {

// Throws UserError if a file's format is not the one this program reads; says whether it is a later
// or an earlier one of the same kind, or something else. `file` names the file.
void require_format(std::string_view found, std::string_view expected, const std::string& file);

}  // namespace fragflow
