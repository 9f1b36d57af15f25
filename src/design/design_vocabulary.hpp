// The second stage of a design: fragments that can build the known active compounds.
#pragma once

#include <cstdint>
#include <vector>

#include "src/design/design_settings.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/model_facts.hpp"
#include "src/design/shortlist.hpp"

namespace fragflow {

// Indices of the best quarter by activity, at least 20 compounds (or all), best first; ties in
// order.
std::vector<std::size_t> best_quarter(const std::vector<KnownActivity>& known,
                                      bool higher_is_better);

// Writes vocabulary.json and actives.csv (smiles,name,VALUE: the best quarter; value_name is the
// quantity that compounds are ranked by). Returns the fragments, the size limit of molecules, and
// how much of the table can be built within it.
VocabularyFacts make_vocabulary(const VocabularySettings& settings, const DesignPaths& paths,
                                const std::vector<KnownActivity>& known, bool higher_is_better,
                                const std::string& value_name = "activity");

}  // namespace fragflow
