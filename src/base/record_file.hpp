// JSON objects that the program keeps of its own work, with a digest of their content, so that a
// file that was damaged or changed by hand is noticed.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace fragflow {

// 64-bit FNV-1a as hexadecimal text.
std::string text_digest(std::string_view content);
// The same of a file's content; "" for a file that is not there.
std::string file_digest(const std::filesystem::path& path);

// As text; bytes that are no UTF-8, which a user's table may have, are replaced.
std::string json_text(const nlohmann::ordered_json& value, int indent = -1);

// Writes the object with its digest, atomically. It has the member "format".
void write_record(const std::filesystem::path& path, nlohmann::ordered_json record);
// The object without its digest. Throws UserError, naming the file, if it is missing, damaged or of
// another format.
nlohmann::ordered_json read_record(const std::filesystem::path& path, std::string_view format);

// Now, as "2026-11-29T19:10:45Z". For people and records alone: no result depends on it.
std::string utc_now();

}  // namespace fragflow
