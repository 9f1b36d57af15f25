// Locates the files of data/ at run time.
#pragma once

#include <filesystem>
#include <string>

namespace fragflow {

// The file `name` of data/, looked up in this order: $FRAGFLOW_DATA,
// <executable>/../share/fragflow, <executable>/../data, the source tree the program was built from.
// Throws UserError naming every folder that was tried.
std::filesystem::path data_path(const std::string& name);

// The named file itself or, if it does not exist, the one of that name in the data folder (throws
// UserError if neither exists). The empty name stays empty.
std::string find_file(const std::string& name);

}  // namespace fragflow
