// Small text helpers shared by error messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// Levenshtein distance.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to word; empty if none is close enough to be a likely typing error.
std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& names);

// "; did you mean 'x'?" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

// "a, b, c"
std::string join(const std::vector<std::string>& parts, std::string_view separator = ", ");

// Removes spaces, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

// The whole of text (after trim) as a finite double, or empty.
std::optional<double> parse_double(std::string_view text);

// With this many decimals; beyond a million in scientific notation, as 1.2e+300.
std::string format_score(double value, int decimals);

// 64-bit FNV-1a; for fingerprints of files and configs, not for security.
std::uint64_t fnv1a(std::string_view bytes);

}  // namespace fragflow
