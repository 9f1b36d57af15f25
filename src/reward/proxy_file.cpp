#include "src/base/check.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/gp_proxy.hpp"
#include "src/reward/mpnn_proxy.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/reward/seh_proxy.hpp"

namespace fragflow {

std::unique_ptr<ProxyModel> load_proxy(const std::filesystem::path& path) {
  const SafetensorsFile file = read_safetensors(path);
  const auto kind = file.metadata.find("kind");
  if (kind != file.metadata.end() && kind->second == "gp") {
    return GpProxy::load(file, path.string());
  }
  if (kind != file.metadata.end() && kind->second == "mpnn") {
    return MpnnProxy::load(file, path.string());
  }
  // A foreign file, without our metadata.
  if (SehNetwork::recognises(file)) return std::make_unique<SehProxy>(file, path.string());
  user_error("{} is not a proxy: {}; `fragflow proxy train` writes proxies", path.string(),
             kind == file.metadata.end() ? "its metadata has no 'kind'"
                                         : "its kind is '" + kind->second + "'");
}

}  // namespace fragflow
