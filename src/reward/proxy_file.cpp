#include "src/base/check.hpp"
#include "src/base/format_tag.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/forest_proxy.hpp"
#include "src/reward/gp_proxy.hpp"
#include "src/reward/mpnn_proxy.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/reward/seh_proxy.hpp"

namespace fragflow {

std::unique_ptr<ProxyModel> load_proxy(const std::filesystem::path& path, bool open_slots) {
  const SafetensorsFile file = read_safetensors(path);
  const auto kind = file.metadata.find("kind");
  const bool is_ours = kind != file.metadata.end();
  if (open_slots && is_ours) {
    user_error("{}: a model of kind '{}' does not read open slots; only the sEH network does",
               path.string(), kind->second);
  }
  if (const auto format = file.metadata.find("format"); is_ours && format != file.metadata.end()) {
    if (format->second != kProxyFormat) {
      require_format(format->second, kProxyFormatWithBounds, path.string());
    }
  }
  if (is_ours && kind->second == "gp") {
    return GpProxy::load(file, path.string());
  }
  if (is_ours && kind->second == "mpnn") {
    return MpnnProxy::load(file, path.string());
  }
  if (is_ours && kind->second == "forest") {
    return ForestProxy::load(file, path.string());
  }
  // A file from elsewhere, without our metadata.
  if (SehNetwork::recognises(file)) {
    return std::make_unique<SehProxy>(file, path.string(), open_slots);
  }
  user_error("{} is not a proxy: {}; `fragflow proxy train` writes proxies", path.string(),
             is_ours ? "its kind is '" + kind->second + "'" : "its metadata has no 'kind'");
}

}  // namespace fragflow
