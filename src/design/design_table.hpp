// The first stage of a design: reading the table.
#pragma once

#include <filesystem>
#include <string>

#include "src/chem/activity_table.hpp"
#include "src/design/design_settings.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/table_facts.hpp"

namespace fragflow {

// The minimum number of compounds for a model.
inline constexpr std::int64_t kFewestCompounds = 10;

// Options for reading a table.
ActivityOptions activity_options(const TableSettings& settings, const ColumnSettings& column);

// Writes the first two files of make_table.
void write_activities(const ActivityTable& table, const DesignPaths& paths);
// Writes all of its files.
void write_table_files(const ActivityTable& table, const DesignPaths& paths);

// Throws UserError if fewer than kFewestCompounds compounds are left or all have the same activity.
// list: the file with the rejected rows, "": none.
void require_usable(const ActivityTable& table, const std::string& source,
                    const std::filesystem::path& list);

// Reads one activity column. Writes table.csv
// (smiles,name,activity,lowest,highest,measurements,rows), bounds.csv (compounds without a
// measurement: smiles,name,relation,activity,rows) and rejected.csv (row,line,kind,text,reason);
// every row of the table is in one of them. Returns table_facts. Throws UserError as
// require_usable, after writing the last two.
TableFacts make_table(const DesignSettings& settings, const ColumnSettings& column,
                      const DesignPaths& paths);

// Facts about the table for summaries and later stages.
TableFacts table_facts(const ActivityTable& table);

}  // namespace fragflow
