// What a scoring program answers for a batch of molecules:
//   {"version": 1, "payload": {"name": [0.7, 1.2, ...], ...}}
// one list per output, one number per molecule in the order they were sent. null, NaN and infinite
// numbers (as Python writes them) say that a molecule has no value. "version" may be left out, and
// other keys are ignored.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// By name of the output; NaN where there is no value.
using ScorerAnswer = std::map<std::string, std::vector<double>>;

// Throws UserError that says what is wrong, without saying whose answer it is: text that is not
// JSON, no payload, a newer version, an output that is not a list of `num_molecules` numbers.
ScorerAnswer parse_scorer_answer(std::string_view text, std::size_t num_molecules);

// The same of a program that also says which molecules the values are of:
//   {"version": 1, "smiles": ["CCO", ...], "payload": {...}}
// in any order; the result is in the order of `smiles`, which are distinct. Throws UserError too if
// "smiles" are not exactly those that were sent (a molecule missing, twice, or of another batch),
// or if there are none and `needs_echo`.
ScorerAnswer parse_echoing_answer(std::string_view text, std::span<const std::string> smiles,
                                  bool needs_echo);

// The output `property` means: of this name, or the only one if it is empty. Throws UserError
// naming those there are.
const std::vector<double>& find_output(const ScorerAnswer& answer, const std::string& property);

}  // namespace fragflow
