// A design's objective over several activities, as a chemist writes it:
//
//   IC50 A (nM) high, IC50 B (nM) low, IC50 A (nM) - IC50 B (nM) above 2
//
// Clauses are separated by commas or semicolons. A subject is the name of an activity column, its
// number ("#3") or words that occur only in its name, or the difference of two of them; a wish is
// high, low, above X, below X or between X and Y. Numbers are in the learned unit: p-units (high is
// potent) or, if the column is not a concentration, its own.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace fragflow {

struct ObjectiveWish {
  enum class Kind { kHigh, kLow, kAbove, kBelow, kBetween };
  Kind kind = Kind::kHigh;
  double low = 0;   // kAbove, kBetween
  double high = 0;  // kBelow, kBetween
};

// A clause whose subject has not been resolved yet.
struct ObjectivePhrase {
  std::string subject;
  ObjectiveWish wish;
};

// Throws UserError for text that is not a list of clauses, naming the wrong part, and for a window
// with reversed ends. Empty text gives none.
std::vector<ObjectivePhrase> parse_objective(const std::string& text);

// An activity column that clauses may refer to.
struct ObjectiveTarget {
  std::string name;        // as in the table
  std::string given;       // as the user wrote it, possibly a number; "" if not given
  std::size_t number = 0;  // of the column, from 1; 0: unknown
  std::string unit;        // of the learned values: "p" for p-units; equal units are comparable
};

struct ObjectiveTerm {
  std::size_t target = 0;
  double coefficient = 1;
};

// A wish for one activity, or for the difference of two (coefficients 1 and -1).
struct ObjectiveClause {
  std::vector<ObjectiveTerm> terms;
  ObjectiveWish wish;
};

// Throws UserError for a subject that matches none of the targets or several (with the list), for a
// difference of a column from itself or of different units, and for clauses that repeat or
// contradict each other.
std::vector<ObjectiveClause> resolve_objective(std::span<const ObjectivePhrase> phrases,
                                               std::span<const ObjectiveTarget> targets);

// "IC50 A high", "IC50 A - IC50 B above 2"; names by target.
std::string clause_text(const ObjectiveClause& clause, std::span<const std::string> names);

// The names, with a number appended to those that are taken or repeated, ignoring case.
std::vector<std::string> made_different(std::vector<std::string> names,
                                        std::span<const std::string> taken);

// Short names of columns for files and result columns: only letters, digits, '_', '.' and '-',
// without units in brackets; made different.
std::vector<std::string> target_keys(std::span<const std::string> names,
                                     std::span<const std::string> taken);

}  // namespace fragflow
