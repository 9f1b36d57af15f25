// What the best compounds of a table share, and what of it a design keeps.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/design/motif_facts.hpp"
#include "src/design/shortlist.hpp"

namespace fragflow {

// The best quarter of the compounds, best first; all canonical SMILES.
std::vector<std::string> best_quarter(std::span<const KnownActivity> known, bool higher_is_better);

// Empty lists if the best quarter holds fewer than 8 compounds: anything could be common to so few.
// What counts as shared: src/chem/motifs.hpp.
MotifFacts find_motifs(std::span<const KnownActivity> known, bool higher_is_better);

// The same where keep_core is "auto", else without looking, which takes seconds: empty lists.
MotifFacts motifs_for_core(const std::string& keep_core, std::span<const KnownActivity> known,
                           bool higher_is_better);

// The patterns that keep_core asks for: none for "", those of find_motifs for "auto", else itself.
// Throws UserError for "auto" if nothing is conserved.
std::vector<std::string> core_patterns(const std::string& keep_core, const MotifFacts& motifs);

// The list of find_motifs for people, a line each: "urea: 92 % of the best quarter, 81 % of all".
std::vector<std::string> motif_lines(const MotifFacts& motifs);

}  // namespace fragflow
