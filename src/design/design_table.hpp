// The first stage of a design: reading the table.
#pragma once

#include <filesystem>
#include <string>

#include "src/chem/activity_table.hpp"
#include "src/design/design_settings.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/table_facts.hpp"

namespace fragflow {

// Fewer compounds make no model.
inline constexpr std::int64_t kFewestCompounds = 10;

// What a table is read with.
ActivityOptions activity_options(const TableSettings& settings, const ColumnSettings& column);

// The first two files of make_table.
void write_activities(const ActivityTable& table, const DesignPaths& paths);
// All of them.
void write_table_files(const ActivityTable& table, const DesignPaths& paths);

// Throws UserError if fewer than kFewestCompounds compounds are left or all have one activity.
// list: the file that has the rejected rows, "": none.
void require_usable(const ActivityTable& table, const std::string& source,
                    const std::filesystem::path& list);

// Reads one activity column. Writes table.csv
// (smiles,name,activity,lowest,highest,measurements,rows), bounds.csv (compounds without a
// measurement: smiles,name,relation,activity,rows) and rejected.csv (row,line,kind,text,reason);
// every row of the table is in one of them. Returns table_facts. Throws UserError as
// require_usable, after writing the last two.
TableFacts make_table(const DesignSettings& settings, const ColumnSettings& column,
                      const DesignPaths& paths);

// What was read, for summaries and later stages.
TableFacts table_facts(const ActivityTable& table);

}  // namespace fragflow
