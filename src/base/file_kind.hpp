// Detects files that are not text tables by their first bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fragflow {

// What the file is and what to do instead ("is an Excel workbook: ..."), to be put after the file's
// name; empty if it may be text. `bytes` are the first of the file, ideally some thousands.
std::optional<std::string> kind_of_other_file(std::string_view bytes);

bool is_gzip(std::string_view bytes);

}  // namespace fragflow
