// Common features of the best compounds of a table, and which of them a design keeps.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/design/motif_facts.hpp"
#include "src/design/shortlist.hpp"

namespace fragflow {

// The best quarter of the compounds, best first; all canonical SMILES.
std::vector<std::string> best_quarter(std::span<const KnownActivity> known, bool higher_is_better);

// Empty lists if the best quarter holds fewer than 8 compounds: so few may have anything in common.
// For the definition of shared motifs see src/chem/motifs.hpp.
MotifFacts find_motifs(std::span<const KnownActivity> known, bool higher_is_better);

// The same if keep_core is "auto"; otherwise empty lists, since the search takes seconds.
MotifFacts motifs_for_core(const std::string& keep_core, std::span<const KnownActivity> known,
                           bool higher_is_better);

// The patterns selected by keep_core: none for "", those of find_motifs for "auto", otherwise the
// pattern itself. Throws UserError for "auto" if nothing is conserved.
std::vector<std::string> core_patterns(const std::string& keep_core, const MotifFacts& motifs);

// The list of find_motifs as readable lines: "urea: 92 % of the best quarter, 81 % of all".
std::vector<std::string> motif_lines(const MotifFacts& motifs);

}  // namespace fragflow
