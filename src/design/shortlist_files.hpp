// A shortlist as files and for the summary.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "src/design/design_facts.hpp"
#include "src/design/shortlist.hpp"

namespace fragflow {

// A number formatted for tables: four significant digits; "" for NaN.
std::string rounded(double value);

// Name and text of every column of the files below, for one entry.
using ShortlistFields = std::vector<std::pair<std::string, std::string>>;
ShortlistFields shortlist_fields(const Shortlist& shortlist, std::size_t index,
                                 const std::vector<KnownActivity>& known);
// One row per entry: rank, structure, score, predictions of each target, nearest known compound,
// properties, components.
std::string shortlist_csv(const Shortlist& shortlist, const std::vector<KnownActivity>& known);
// The same as properties of an SD file.
std::string shortlist_sdf(const Shortlist& shortlist, const std::vector<KnownActivity>& known);
// The same as a list of objects.
nlohmann::ordered_json shortlist_json(const Shortlist& shortlist,
                                      const std::vector<KnownActivity>& known);

// For the summary, rounded as in the files.
std::vector<CandidateFacts> candidate_facts(const Shortlist& shortlist);

}  // namespace fragflow
