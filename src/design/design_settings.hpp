// The settings of `fragflow design`, stage by stage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/fields.hpp"

namespace fragflow {

// Options of one activity column, from src/chem/activity_table.hpp.
struct ColumnSettings {
  std::string target, relation, unit_column;
  std::string units = "auto", direction = "auto";
};

// Options of activity columns are given once for
// all of them, or once for each `target` in order.
struct TableSettings {
  std::string smiles, name, decimal = "auto";
  std::vector<std::string> target, relation, unit_column, units, direction;
  std::vector<std::string> where;

  // At least 1: without `target` the column is detected.
  std::size_t num_targets() const { return target.empty() ? 1 : target.size(); }
  // The options of one of them. Throws UserError, naming the option, for lists of another length
  // and for an invalid direction.
  ColumnSettings column(std::size_t index) const;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("smiles", smiles, "column with SMILES, by name or number (#3); default: found");
    visit.texts(
        "target", target,
        "column with the activity; default: found by name and content. Repeated: a model of "
        "each; --relation, --unit-column, --units and --direction then count for all, or are "
        "repeated in the same order");
    visit.texts("relation", relation, "column with =, <, >; default: found by name and content");
    visit.texts("unit_column", unit_column, "column with units; default: found");
    visit.text("name", name, "column with compound names; default: found by name");
    visit.texts(
        "units", units,
        "of the activity: nM, uM, mM, M, pM, ug/mL, p (pIC50 and its kin: -log10 of a molar "
        "concentration), 'log nM', 'ln uM', '-log nM' and the like, none (take values as "
        "they stand), or auto (default)");
    visit.texts("direction", direction,
                "which values of the column are better: higher, lower or auto (default)");
    visit.choice("decimal", decimal, {"auto", "point", "comma"}, "decimal mark of the activity");
    visit.texts("where", where, "use only rows with COLUMN=VALUE; may be repeated");
  }
};

struct ScoreSettings {
  std::string objective;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text(
        "objective", objective,
        "what is wanted of the activities, for example 'IC50 A high, IC50 B low' or 'IC50 A - "
        "IC50 B above 2': NAME (of a --target, its number or words of its name) or NAME - "
        "NAME, then high, low, above X, below X or between X and Y, in p-units (high is "
        "potent) or the column's own unit; default: each target in its own direction");
  }
};

struct VocabularySettings {
  std::string vocabulary = "auto";
  std::string synthesis;
  std::int64_t max_fragments = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("vocabulary", vocabulary,
               "fragments from the table, default (those that come with the program), both, a "
               "vocabulary file, or auto: the table's, with the default ones if those are few");
    visit.text("synthesis", synthesis,
               "molecules that reactions make from blocks, with their routes: a vocabulary of "
               "fragflow blocks build, or default (the blocks that come with the program); then at "
               "most --max-fragments blocks, 4 if that is 0 (docs/synthesis.md)");
    visit.number("max_fragments", max_fragments, {0, 16},
                 "most fragments of a molecule; 0: as many as the best quarter of the table needs, "
                 "at most 12");
  }
};

struct ProxySettings {
  std::string model = "auto";
  std::string bounds = "auto";
  std::int64_t model_rows = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("model_rows", model_rows, {0, 1e9},
                 "learn the model of activity from at most so many compounds, drawn at random; 0: "
                 "from all (a Gaussian process from at most 10,000)");
    visit.choice("model", model, {"auto", "gp", "mpnn", "forest"},
                 "model of activity; auto: the better of gp and mpnn by scaffold cross-validation");
    visit.choice("bounds", bounds, {"auto", "learn", "leave-out"},
                 "what a Gaussian process does with values such as >10000 of compounds without a "
                 "measurement: learn from them as bounds, leave them out, or what cross-validation "
                 "prefers (auto)");
  }
};

struct RunSettings {
  std::int64_t steps = 1000;
  std::int64_t samples = 10000;
  std::string start_from;
  std::string keep_core;
  std::vector<std::string> set;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("steps", steps, {1, 1e9}, "training steps");
    visit.number("samples", samples, {1, 1e9}, "molecules drawn at the end");
    visit.text("start_from", start_from,
               "scaffold that every molecule grows from: SMILES with [*] where it may grow");
    visit.text("keep_core", keep_core,
               "a SMARTS pattern that candidates must have, or auto: what at least 90 % of the "
               "best quarter of the compounds share");
    visit.texts("set", set, "SECTION.KEY=VALUE of the training configuration; may be repeated");
  }
};

struct ShortlistSettings {
  std::int64_t count = 50;
  std::string diversity = "greedy";
  double similarity = 0.7;
  std::string fingerprint = "rdk";

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("count", count, {1, 1e6}, "molecules in the shortlist");
    visit.choice("diversity", diversity, {"greedy", "maxmin"},
                 "greedy: by score, each less similar to better ones than --similarity; maxmin: of "
                 "the best 20 times as many, those farthest apart");
    visit.number("similarity", similarity, {1e-9, 1.0}, "greedy: largest Tanimoto similarity");
    visit.choice("fingerprint", fingerprint, {"rdk", "morgan2", "morgan3"}, "for the similarity");
  }
};

struct DesignSettings {
  std::string activities;  // the table of activities
  std::uint64_t seed = 0;
  TableSettings table;
  ScoreSettings score;
  VocabularySettings vocabulary;
  ProxySettings proxy;
  RunSettings run;
  ShortlistSettings shortlist;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("activities", activities, "CSV of activities");
    visit.number("seed", seed, {0, 9e15}, "results are a function of it");
    visit.section("table", table, "Reading the activities");
    visit.section("score", score, "What is wanted of the activities");
    visit.section("vocabulary", vocabulary, "The fragments");
    visit.section("proxy", proxy, "The model of activity");
    visit.section("run", run, "Training and sampling");
    visit.section("shortlist", shortlist, "The choice among the samples");
  }
};

}  // namespace fragflow
