// What a design rewards of several activities, as a chemist writes it:
//
//   IC50 A (nM) high, IC50 B (nM) low, IC50 A (nM) - IC50 B (nM) above 2
//
// Clauses are separated by commas or semicolons. A subject is the name of an activity column, its
// number ("#3") or words of its name that no other has, or the difference of two of them; a wish
// is high, low, above X, below X or between X and Y. Numbers are in the unit that is learned:
// p-units (high is potent) or, where the column is no concentration, its own.
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

// A clause whose subject is not yet looked up.
struct ObjectivePhrase {
  std::string subject;
  ObjectiveWish wish;
};

// Throws UserError for text that has no such clauses, naming the part that is wrong, and for a
// window whose ends are reversed. Empty text has none.
std::vector<ObjectivePhrase> parse_objective(const std::string& text);

// An activity column that clauses may name.
struct ObjectiveTarget {
  std::string name;        // as the table has it
  std::string given;       // as the user wrote it, which may be a number; "" if not
  std::size_t number = 0;  // of the column, from 1; 0: not known
  std::string unit;        // of what is learned: "p" for p-units; what can be compared is equal
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

// Throws UserError for a subject that is none of the targets or several (with the list), for a
// difference of a column from itself or of different units, and for clauses that ask twice for the
// same or contradict each other.
std::vector<ObjectiveClause> resolve_objective(std::span<const ObjectivePhrase> phrases,
                                               std::span<const ObjectiveTarget> targets);

// "IC50 A high", "IC50 A - IC50 B above 2"; names by target.
std::string clause_text(const ObjectiveClause& clause, std::span<const std::string> names);

// The names, with a number behind those that are taken or come again, whatever the case of letters.
std::vector<std::string> made_different(std::vector<std::string> names,
                                        std::span<const std::string> taken);

// Short names of columns for files and columns of results: letters, digits, '_',
// '.' and '-' only, without units in brackets; made different.
std::vector<std::string> target_keys(std::span<const std::string> names,
                                     std::span<const std::string> taken);

}  // namespace fragflow
