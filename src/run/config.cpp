#include "src/run/config.hpp"

#include "src/base/file.hpp"
#include "src/config/config_toml.hpp"

namespace fragflow {

Config load_config(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  return parse_config(read_file(path), "'" + path.string() + "'", path.parent_path(), overrides);
}

Config parse_config(const std::string& text, const std::string& source,
                    const std::filesystem::path& folder,
                    const std::vector<std::string>& overrides) {
  Config config;
  FieldList fields = list_fields(config);
  read_toml(text, source, folder, fields);
  for (const std::string& assignment : overrides) apply_override(assignment, folder, fields);
  return config;
}

std::vector<std::string> changes_of_run(Config started, Config now) {
  started.training.steps = now.training.steps;
  started.stop = now.stop;
  return differences(list_fields(started), list_fields(now));
}

std::string print_config(Config config) { return print_toml(list_fields(config)); }

}  // namespace fragflow
