#include "src/chem/group_rates.hpp"

#include <GraphMol/RWMol.h>

#include <limits>

#include "src/base/parallel.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {

std::vector<std::pair<std::string, double>> group_rates(const std::vector<std::string>& smiles) {
  static constexpr std::pair<const char*, const char*> kGroups[] = {
      {"N-C-O", "[#7]-[CX4]-[#8]"},
      {"N-N", "[#7]-;!@[#7]"},
      {"O-O", "[#8]-;!@[#8]"},
      {"N-halogen", "[#7]-[F,Cl,Br,I]"},
      {"sulfonyl S-H", "[#16;!H0]=[#8]"},
      {"C(=O)-H", "[#6X3;!H0]=[#8]"},
      {"thiol", "[#16X2;!H0]"},
  };
  std::vector<SmartsPattern> patterns;
  for (const auto& [name, smarts] : kGroups) patterns.emplace_back(smarts);
  std::vector<std::vector<char>> found(smiles.size());
  parallel_for(static_cast<std::int64_t>(smiles.size()), [&](std::int64_t i) {
    const auto molecule = parse_smiles(smiles[i]);
    if (!molecule) return;
    for (const SmartsPattern& pattern : patterns) found[i].push_back(pattern.matches(*molecule));
  });
  std::vector<std::pair<std::string, double>> rates;
  for (std::size_t g = 0; g < patterns.size(); ++g) {
    std::int64_t parsed = 0;
    std::int64_t hits = 0;
    for (const auto& row : found) {
      parsed += !row.empty();
      hits += !row.empty() && row[g];
    }
    const double rate = parsed > 0 ? static_cast<double>(hits) / static_cast<double>(parsed)
                                   : std::numeric_limits<double>::quiet_NaN();
    rates.emplace_back(kGroups[g].first, rate);
  }
  return rates;
}

}  // namespace fragflow
