// The answer of a scoring program for a batch of molecules:
//   {"version": 1, "payload": {"name": [0.7, 1.2, ...], ...}}
// one list per output, one number per molecule in the order sent. null, NaN and infinite numbers
// (as Python writes them) mean that a molecule has no value. "version" may be omitted, and other
// keys are ignored.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// By name of the output; NaN for missing values.
using ScorerAnswer = std::map<std::string, std::vector<double>>;

// Throws UserError that says what is wrong, but not whose answer it is: text that is not JSON, no
// payload, a newer version, an output that is not a list of `num_molecules` numbers.
ScorerAnswer parse_scorer_answer(std::string_view text, std::size_t num_molecules);

// The same for a program that also returns the molecules that the values belong to:
//   {"version": 1, "smiles": ["CCO", ...], "payload": {...}}
// in any order; the result is in the order of `smiles`, which are distinct. Also throws UserError
// if "smiles" are not exactly those sent (a molecule missing, repeated, or of another batch), or if
// they are absent and `needs_echo`.
ScorerAnswer parse_echoing_answer(std::string_view text, std::span<const std::string> smiles,
                                  bool needs_echo);

// The output named `property`, or the only one if `property` is empty. Throws UserError naming the
// existing ones.
const std::vector<double>& find_output(const ScorerAnswer& answer, const std::string& property);

}  // namespace fragflow
