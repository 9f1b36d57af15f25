#include "src/base/record_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/format_tag.hpp"
#include "src/base/json.hpp"
#include "src/base/text.hpp"

namespace fragflow {

using Json = nlohmann::ordered_json;

std::string text_digest(std::string_view content) { return fmt::format("{:016x}", fnv1a(content)); }

std::string file_digest(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) return "";
  return text_digest(read_file(path));
}

std::string json_text(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void write_record(const std::filesystem::path& path, Json record) {
  record.erase("digest");
  record["digest"] = text_digest(json_text(record));
  write_file_atomically(path, json_text(record, 2) + "\n");
}

Json read_record(const std::filesystem::path& path, std::string_view format) {
  Json record = read_json_object<Json>(path);
  const bool has_format = record.contains("format") && record["format"].is_string();
  require_format(has_format ? record["format"].get<std::string>() : "", format,
                 "'" + path.string() + "'");
  // The following relies on the layout of write_record.
  const Json digest = record.value("digest", Json());
  record.erase("digest");
  if (digest != text_digest(json_text(record))) {
    user_error("'{}' is damaged: its content does not have the digest it was written with",
               path.string());
  }
  return record;
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace fragflow
