// JSON records of the program's own work, stored with a digest of their content, so that damage or
// manual changes are detected.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace fragflow {

// 64-bit FNV-1a as hexadecimal text.
std::string text_digest(std::string_view content);
// The same for a file's content; "" if the file does not exist.
std::string file_digest(const std::filesystem::path& path);

// JSON as text; bytes that are not UTF-8 (possible in user tables) are replaced.
std::string json_text(const nlohmann::ordered_json& value, int indent = -1);

// Writes the object with its digest, atomically. It must have the member "format".
void write_record(const std::filesystem::path& path, nlohmann::ordered_json record);
// The object without its digest. Throws UserError, naming the file, if it is missing, damaged or of
// another format.
nlohmann::ordered_json read_record(const std::filesystem::path& path, std::string_view format);

// Current time as "2026-11-29T19:10:45Z". For display and records only: no result depends on it.
std::string utc_now();

}  // namespace fragflow
