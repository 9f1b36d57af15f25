// Files that are no text table, known by their first bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fragflow {

// What the file is and what to do instead ("is an Excel workbook: ..."), to follow the file's name;
// nothing if it may be text. `bytes` are the first of the file, some thousands at best.
std::optional<std::string> kind_of_other_file(std::string_view bytes);

bool is_gzip(std::string_view bytes);

}  // namespace fragflow
