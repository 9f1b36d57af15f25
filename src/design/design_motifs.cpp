#include "src/design/design_motifs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"
#include "src/chem/motifs.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kFewestForMotifs = 8;

std::string line_of(const MotifFact& motif) {
  return fmt::format("{}: {:.1f} % of the best quarter, {:.1f} % of all", motif.name,
                     100 * motif.among_actives, 100 * motif.among_all);
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

MotifFacts find_motifs(std::span<const KnownActivity> known, bool higher_is_better) {
  const std::vector<std::string> actives = best_quarter(known, higher_is_better);
  MotifFacts facts;
  facts.actives = static_cast<std::int64_t>(actives.size());
  if (actives.size() < kFewestForMotifs) return facts;
  std::vector<std::string> all;
  for (const KnownActivity& compound : known) all.push_back(compound.smiles);
  const std::vector<Motif> motifs = shared_motifs(actives, all);
  for (const Motif& motif : motifs) {
    facts.list.push_back(
        {motif.name, motif.smarts, motif.atoms, motif.among_actives, motif.among_all});
  }
  for (const std::size_t i : choose_core(motifs, actives)) facts.core.push_back(motifs[i].smarts);
  return facts;
}

MotifFacts motifs_for_core(const std::string& keep_core, std::span<const KnownActivity> known,
                           bool higher_is_better) {
  return find_motifs(keep_core == "auto" ? known : std::span<const KnownActivity>(),
                     higher_is_better);
}

std::vector<std::string> core_patterns(const std::string& keep_core, const MotifFacts& motifs) {
  if (keep_core.empty()) return {};
  if (keep_core != "auto") return {keep_core};
  if (motifs.core.empty()) {
    const std::vector<std::string> lines = motif_lines(motifs);
    user_error(
        "--keep-core auto: no motif is shared by {:.0f} % of the best quarter of the table ({}); "
        "name one as SMARTS: --keep-core '[NX3]C(=O)[NX3]'",
        100 * kConserved, lines.empty() ? "not even by half of it" : "commonest: " + lines[0]);
  }
  return motifs.core;
}

std::vector<std::string> motif_lines(const MotifFacts& motifs) {
  std::vector<std::string> lines;
  for (const MotifFact& motif : motifs.list) lines.push_back(line_of(motif));
  return lines;
}

}  // namespace fragflow
