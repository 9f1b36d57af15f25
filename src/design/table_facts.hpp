// Facts about the table, reported by the first stage of a design (src/base/facts.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/design/motif_facts.hpp"

namespace fragflow {

// Numbers of rejected rows, by reason (ActivityTable::Rejected::kind).
struct RejectedFacts {
  std::int64_t censored = 0, value = 0, unit = 0, flagged = 0, structure = 0, fields = 0;

  std::int64_t all() const { return censored + value + unit + flagged + structure + fields; }

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("censored", censored);
    visit.fact("value", value);
    visit.fact("unit", unit);
    visit.fact("flagged", flagged);
    visit.fact("structure", structure);
    visit.later("fields", fields);
  }
};

// The columns used; "": none.
struct ColumnFacts {
  std::string smiles, target, relation, unit, type, name, assayed;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("smiles", smiles);
    visit.fact("target", target);
    visit.fact("relation", relation);
    visit.fact("unit", unit);
    visit.fact("type", type);
    visit.fact("name", name);
    visit.fact("assayed", assayed);
  }
};

// A compound whose measurements differ by more than conflict_spread.
struct ConflictFacts {
  std::string smiles, name;
  double lowest = 0, highest = 0;
  std::vector<std::int64_t> rows;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("smiles", smiles);
    visit.fact("name", name);
    visit.fact("lowest", lowest);
    visit.fact("highest", highest);
    visit.fact("rows", rows);
  }
};

// Of one activity column.
struct TableFacts {
  std::int64_t rows = 0, filtered = 0;  // filtered: by --where
  std::int64_t molecules = 0;
  std::int64_t merged = 0;                   // rows merged into the row of the same compound
  std::int64_t bounded = 0, bound_rows = 0;  // compounds known only by a bound; their rows
  RejectedFacts rejected;
  std::int64_t scaffolds = 0;
  std::string standardised;  // readable: changes made to the structures
  ColumnFacts columns;
  std::vector<std::string> remarks, notes;  // readable text
  std::string delimiter, decimal;
  std::string unit, unit_source;
  bool in_potency = false;  // values are p-units
  bool higher_is_better = true;
  std::string direction_source;
  double min = 0, p05 = 0, median = 0, p95 = 0, max = 0, deviation = 0;  // of the activities
  std::int64_t repeated = 0;                           // compounds measured more than once
  double conflict_spread = 0;                          // conflict: values further apart than this
  std::int64_t conflicts = 0;                          // compounds
  std::vector<ConflictFacts> worst_conflicts;          // some of them
  std::map<std::string, std::int64_t> types, assayed;  // rows by kind of measurement; by target

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("rows", rows);
    visit.fact("filtered", filtered);
    visit.fact("molecules", molecules);
    visit.fact("merged", merged);
    visit.later("bounded", bounded);
    visit.later("bound_rows", bound_rows);
    visit.fact("rejected", rejected);
    visit.fact("scaffolds", scaffolds);
    visit.fact("standardised", standardised);
    visit.fact("columns", columns);
    visit.later("remarks", remarks);
    visit.fact("notes", notes);
    visit.fact("delimiter", delimiter);
    visit.fact("decimal", decimal);
    visit.fact("unit", unit);
    visit.fact("unit_source", unit_source);
    visit.fact("in_potency", in_potency);
    visit.fact("higher_is_better", higher_is_better);
    visit.fact("direction_source", direction_source);
    visit.fact("min", min);
    visit.fact("p05", p05);
    visit.fact("median", median);
    visit.fact("p95", p95);
    visit.fact("max", max);
    visit.fact("deviation", deviation);
    visit.fact("repeated", repeated);
    visit.fact("conflict_spread", conflict_spread);
    visit.fact("conflicts", conflicts);
    visit.fact("worst_conflicts", worst_conflicts);
    visit.fact("types", types);
    visit.fact("assayed", assayed);
  }
};

// The stage of a design of one activity.
struct TableStageFacts {
  TableFacts table;
  MotifFacts motifs;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    table.visit_fields(visit);
    visit.later("motifs", motifs);
  }
};

// One of the activity columns of a design with an objective.
struct TargetFacts {
  // higher_is_better is true: values are unchanged, and the objective says what is better.
  TableFacts table;
  std::string key;          // in its file names
  std::string given;        // as the user wrote it
  std::int64_t number = 0;  // of the column, from 1
  std::string wanted;       // "high" or "low": its own direction

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    table.visit_fields(visit);
    visit.fact("key", key);
    visit.fact("given", given);
    visit.fact("number", number);
    visit.fact("wanted", wanted);
  }
};

// The stage of a design with an objective.
struct TargetsFacts {
  std::vector<TargetFacts> targets;
  std::int64_t molecules = 0;     // compounds of all columns
  std::int64_t all_measured = 0;  // those with every value

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("targets", targets);
    visit.fact("molecules", molecules);
    visit.fact("all_measured", all_measured);
  }
};

}  // namespace fragflow
