#include "src/run/route_run.hpp"

#include <cstdint>

#include "src/base/data_path.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/eval/molecule_file.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kRowsAtOnce = 1000;

}  // namespace

void find_routes(const RouteRequest& request,
                 const std::function<void(const MoleculeRoutes&, const RouteFinder&)>& visit) {
  const std::string path = find_file(request.vocabulary);
  const MoleculeRouter router(Vocabulary::load(path), path, request.max_reactions);
  MoleculeFile file(request.input, {.smiles = request.smiles_column, .value = "", .name = "name"});
  for (auto rows = file.next(kRowsAtOnce); !rows.empty(); rows = file.next(kRowsAtOnce)) {
    std::vector<std::string> smiles, canonical;
    for (const MoleculeRow& row : rows) smiles.push_back(row.smiles);
    StandardiseCounts counts;
    const std::vector<CanonicalText> read = canonical_batch(smiles, counts);
    for (const CanonicalText& text : read) canonical.push_back(text.smiles);
    std::vector<MoleculeRoutes> results = router.routes(canonical, request.limits);
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].smiles = rows[i].smiles;
      if (canonical[i].empty()) results[i].reason = read[i].reason;
      visit(results[i], router.finder());
    }
  }
}

}  // namespace fragflow
