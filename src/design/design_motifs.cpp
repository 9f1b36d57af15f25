#include "src/design/design_motifs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"
#include "src/chem/motifs.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFewestActives = 8;

std::string line_of(const Json& motif) {
  return fmt::format("{}: {:.1f} % of the best quarter, {:.1f} % of all",
                     motif["name"].get<std::string>(), 100 * motif["among_actives"].get<double>(),
                     100 * motif["among_all"].get<double>());
}

}  // namespace

std::vector<std::string> best_quarter(std::span<const KnownActivity> known, bool higher_is_better) {
  std::vector<std::size_t> order(known.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return higher_is_better ? known[a].value > known[b].value : known[a].value < known[b].value;
  });
  order.resize((known.size() + 3) / 4);
  std::vector<std::string> smiles;
  for (const std::size_t i : order) smiles.push_back(known[i].smiles);
  return smiles;
}

Json find_motifs(std::span<const KnownActivity> known, bool higher_is_better) {
  const std::vector<std::string> actives = best_quarter(known, higher_is_better);
  Json facts = {{"actives", actives.size()}, {"list", Json::array()}, {"core", Json::array()}};
  if (actives.size() < kFewestActives) return facts;
  std::vector<std::string> all;
  for (const KnownActivity& compound : known) all.push_back(compound.smiles);
  const std::vector<Motif> motifs = shared_motifs(actives, all);
  for (const Motif& motif : motifs) {
    facts["list"].push_back({{"name", motif.name},
                             {"smarts", motif.smarts},
                             {"atoms", motif.atoms},
                             {"among_actives", motif.among_actives},
                             {"among_all", motif.among_all}});
  }
  for (const std::size_t i : choose_core(motifs, actives)) {
    facts["core"].push_back(motifs[i].smarts);
  }
  return facts;
}

nlohmann::ordered_json motifs_for_core(const std::string& keep_core,
                                       std::span<const KnownActivity> known,
                                       bool higher_is_better) {
  return find_motifs(keep_core == "auto" ? known : std::span<const KnownActivity>(),
                     higher_is_better);
}

std::vector<std::string> core_patterns(const std::string& keep_core, const Json& motifs) {
  if (keep_core.empty()) return {};
  if (keep_core != "auto") return {keep_core};
  const Json core = motifs.value("core", Json::array());
  if (core.empty()) {
    const std::vector<std::string> lines = motif_lines(motifs);
    user_error(
        "--keep-core auto: no motif is shared by {:.0f} % of the best quarter of the table ({}); "
        "name one as SMARTS: --keep-core '[NX3]C(=O)[NX3]'",
        100 * kConserved, lines.empty() ? "not even by half of it" : "commonest: " + lines[0]);
  }
  return core.get<std::vector<std::string>>();
}

std::vector<std::string> motif_lines(const Json& motifs) {
  std::vector<std::string> lines;
  for (const Json& motif : motifs.value("list", Json::array())) lines.push_back(line_of(motif));
  return lines;
}

}  // namespace fragflow
