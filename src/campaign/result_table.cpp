#include "src/campaign/result_table.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/record_file.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"
#include "src/campaign/result_rows.hpp"
#include "src/chem/activity_table.hpp"

namespace fragflow {
namespace {

// Smaller relative differences are due to conversion of units.
constexpr double kSame = 1e-6;

bool same(double a, double b) { return std::abs(a - b) <= kSame * std::max(1.0, std::abs(b)); }

// What is known about a compound.
struct Known {
  std::vector<double> values;
  std::vector<std::pair<std::string, double>> bounds;  // relation and limit
};

class Results {
 public:
  Results(const std::filesystem::path& path, const ResultQuestion& question)
      : question_(question),
        source_("'" + path.string() + "'"),
        file_(path.filename().string()),
        digest_(file_digest(path)),
        rows_(read_result_rows(path, question)) {
    for (const Proposal& proposal : question.proposals) by_smiles_[proposal.smiles] = &proposal;
    for (const Measurement& m : question.measurements) {
      Known& known = known_[m.smiles];
      if (m.replaces) known = {};
      if (m.relation == "=") {
        known.values.push_back(m.value);
      } else {
        known.bounds.emplace_back(m.relation, m.value);
      }
    }
    table_.remarks = rows_.remarks;
    conflicts_ = rows_.conflicts;
  }

  ResultTable read() {
    const ActivityTable activities =
        activity_table_of(std::move(rows_.cells), source_, rows_.options);
    require_unit(activities);
    table_.rows = activities.rows;
    for (const ActivityTable::Rejected& row : activities.rejected) reject(row);
    for (const ActivityTable::Molecule& molecule : activities.molecules) add(molecule);
    for (const ActivityTable::Bound& bound : activities.bounds) add(bound);
    refuse_conflicts();
    const auto by_row = [](const auto& a, const auto& b) { return a.row < b.row; };
    std::stable_sort(table_.remarks.begin(), table_.remarks.end(), by_row);
    return std::move(table_);
  }

 private:
  void require_unit(const ActivityTable& activities) const {
    if (activities.size() + static_cast<std::int64_t>(activities.bounds.size()) == 0) return;
    const auto words = [](bool in_potency, const std::string& unit) {
      return in_potency ? std::string("concentrations or their -log10")
                        : "values as they stand" + (unit.empty() ? "" : " in '" + unit + "'");
    };
    const bool differs = activities.in_potency != question_.in_potency ||
                         (!question_.in_potency && activities.unit != question_.unit);
    if (!differs) return;
    user_error(
        "{}: '{}' is read as {} (because of {}), and this campaign's activities are {}; say what "
        "they are with --units, or name another column with --target",
        source_, activities.columns.target, words(activities.in_potency, activities.unit),
        activities.unit_source, words(question_.in_potency, question_.unit));
  }

  std::size_t line_of(std::int64_t row) const {
    return rows_.lines[static_cast<std::size_t>(row) - 1];
  }
  // "row 3 (line 4)", "rows 3, 5 (lines 4, 6)"
  std::string place(const std::vector<std::int64_t>& rows) const {
    std::vector<std::string> numbers, lines;
    for (const std::int64_t row : rows) {
      numbers.push_back(std::to_string(row));
      lines.push_back(std::to_string(line_of(row)));
    }
    const char* plural = rows.size() > 1 ? "s" : "";
    return fmt::format("row{} {} (line{} {})", plural, join(numbers), plural, join(lines));
  }

  void remark(const char* kind, const std::vector<std::int64_t>& rows, const std::string& text) {
    table_.remarks.push_back(
        {kind, rows.front(), line_of(rows.front()), place(rows) + ": " + text});
  }

  // "R2-07 (CCO)" or "CCO"
  std::string called(const std::string& smiles) const {
    const auto found = by_smiles_.find(smiles);
    return found == by_smiles_.end() ? smiles : fmt::format("{} ({})", found->second->id, smiles);
  }

  void reject(const ActivityTable::Rejected& row) {
    if (row.kind == "value" && trim(row.text).empty()) {
      ++table_.blank;  // not measured yet
    } else {
      remark("rejected", {row.row}, fmt::format("'{}': {}", row.text, row.reason));
    }
  }

  Measurement measurement_of(const std::string& smiles, const std::string& name,
                             const std::vector<std::int64_t>& rows) {
    Measurement m;
    m.smiles = smiles;
    m.name = name;
    m.file = file_;
    m.digest = digest_;
    m.rows = rows_text(rows);
    const auto proposal = by_smiles_.find(smiles);
    if (proposal != by_smiles_.end()) {
      m.id = proposal->second->id;
      m.name = proposal->second->name.empty() ? m.id : proposal->second->name;
    } else if (!known_.contains(smiles)) {
      remark("not proposed", rows, fmt::format("{} was never proposed; it is taken in", smiles));
    }
    return m;
  }

  bool is_far(const ActivityTable::Molecule& molecule) const {
    return molecule.highest - molecule.lowest > question_.spread;
  }

  // The value that counts among those in the file for a compound, if unambiguous.
  double counted(const ActivityTable::Molecule& molecule) const {
    const std::string& way = question_.settings.repeats;
    if (!is_far(molecule) || way == "median" || way == "ask") return molecule.value;
    return way == "first" ? molecule.values.front() : molecule.values.back();
  }

  // The same with a remark; empty if they contradict each other.
  std::optional<double> settled(const ActivityTable::Molecule& molecule) {
    if (same(molecule.lowest, molecule.highest)) return molecule.value;
    const std::string& way = question_.settings.repeats;
    const bool far = is_far(molecule);
    const std::string what =
        fmt::format("{} has values from {:.4g} to {:.4g}", called(molecule.smiles), molecule.lowest,
                    molecule.highest);
    if (far && way == "ask") {
      conflicts_.push_back(place(molecule.rows) + ": " + what +
                           "; --repeats median, first or last says what counts");
      return {};
    }
    const bool of_one = far && way != "median";
    remark("repeat", molecule.rows,
           fmt::format("{}; {} counts", what, of_one ? "the " + way : "their median"));
    return counted(molecule);
  }

  // The new values of a compound in a table that has
  // grown: each known value accounts for one row.
  static ActivityTable::Molecule without(const std::vector<double>& known,
                                         const ActivityTable::Molecule& molecule) {
    std::vector<double> open = known;
    ActivityTable::Molecule rest = molecule;
    rest.values.clear();
    rest.rows.clear();
    for (std::size_t i = 0; i < molecule.values.size(); ++i) {
      const auto found = std::find_if(open.begin(), open.end(),
                                      [&](double v) { return same(v, molecule.values[i]); });
      if (found != open.end()) {
        open.erase(found);
        continue;
      }
      rest.values.push_back(molecule.values[i]);
      rest.rows.push_back(molecule.rows[i]);
    }
    if (rest.values.empty()) return rest;
    rest.value = median(rest.values);
    const auto [lowest, highest] = std::minmax_element(rest.values.begin(), rest.values.end());
    rest.lowest = *lowest;
    rest.highest = *highest;
    return rest;
  }

  void add(const ActivityTable::Molecule& molecule) {
    const auto found = known_.find(molecule.smiles);
    const std::vector<double> known =
        found == known_.end() ? std::vector<double>() : found->second.values;
    const auto is_known = [&](double v) { return same(v, counted(molecule)); };
    const ActivityTable::Molecule fresh = without(known, molecule);
    if (fresh.values.empty() || std::any_of(known.begin(), known.end(), is_known)) {
      remark("left out", molecule.rows,
             fmt::format("{} is known with this value", called(molecule.smiles)));
      return;
    }
    const std::optional<double> value = settled(fresh);
    if (!value) return;
    bool replaces = false;
    if (!known.empty() && !take_again(fresh, median(known), *value, replaces)) return;
    Measurement measurement = measurement_of(fresh.smiles, fresh.name, fresh.rows);
    measurement.value = *value;
    measurement.replaces = replaces;
    table_.measurements.push_back(std::move(measurement));
  }

  // A compound measured before, with another value. False if the new one is ignored.
  bool take_again(const ActivityTable::Molecule& molecule, double before, double now,
                  bool& replaces) {
    const std::string& way = question_.settings.repeats;
    const bool far = std::abs(now - before) > question_.spread;
    const std::string what = fmt::format("{} was measured before: {:.4g}, now {:.4g}",
                                         called(molecule.smiles), before, now);
    if (far && way == "ask") {
      conflicts_.push_back(place(molecule.rows) + ": " + what +
                           "; --repeats median, first or last says what counts");
      return false;
    }
    replaces = far && way == "last";
    const bool keep = far && way == "first";
    remark("repeat", molecule.rows,
           fmt::format("{}; {}", what,
                       keep       ? "the first value stays"
                       : replaces ? "the new value replaces it"
                                  : "their median counts"));
    return !keep;
  }

  void add(const ActivityTable::Bound& bound) {
    const std::string relation = bound.above ? ">" : "<";
    const auto found = known_.find(bound.smiles);
    if (found != known_.end()) {
      if (!found->second.values.empty()) {
        remark("left out", bound.rows,
               fmt::format("{} has a measurement, which counts more than the bound {} {:.4g}",
                           called(bound.smiles), relation, bound.limit));
        return;
      }
      for (const auto& [side, limit] : found->second.bounds) {
        if (side == relation && same(limit, bound.limit)) {
          remark("left out", bound.rows,
                 fmt::format("{} is known with this bound", called(bound.smiles)));
          return;
        }
      }
    }
    Measurement measurement = measurement_of(bound.smiles, bound.name, bound.rows);
    measurement.relation = relation;
    measurement.value = bound.limit;
    table_.measurements.push_back(std::move(measurement));
  }

  void refuse_conflicts() const {
    if (conflicts_.empty()) return;
    constexpr std::size_t kShown = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, conflicts_.size()); ++i) {
      text += fmt::format(" ({}) {}", i + 1, conflicts_[i]);
    }
    if (conflicts_.size() > kShown) {
      text += fmt::format(" and {} more", conflicts_.size() - kShown);
    }
    user_error("{}: nothing was added, because it is not clear what counts:{}", source_, text);
  }

  const ResultQuestion& question_;
  std::string source_, file_, digest_;
  ResultRows rows_;
  std::unordered_map<std::string, const Proposal*> by_smiles_;
  std::unordered_map<std::string, Known> known_;
  std::vector<std::string> conflicts_;
  ResultTable table_;
};

}  // namespace

ResultTable read_results(const std::filesystem::path& path, const ResultQuestion& question) {
  return Results(path, question).read();
}

}  // namespace fragflow
