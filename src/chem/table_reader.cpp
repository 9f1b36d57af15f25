#include "src/chem/table_reader.hpp"

#include <algorithm>
#include <cctype>
#include <functional>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/text.hpp"
#include "src/base/text_lines.hpp"
#include "src/chem/delimited_rows.hpp"
#include "src/chem/line_feed.hpp"
#include "src/chem/list_rows.hpp"
#include "src/chem/sdf_rows.hpp"
#include "src/chem/structure_column.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

enum class Extension { kOther, kList, kText, kSdf };

// By the file name without ".gz".
Extension extension_of(fs::path path) {
  const auto lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  if (lower(path.extension().string()) == ".gz") path = path.stem();
  const std::string extension = lower(path.extension().string());
  for (const char* list : {".smi", ".ism", ".can", ".smiles", ".cxsmi", ".cxsmiles"}) {
    if (extension == list) return Extension::kList;
  }
  for (const char* sdf : {".sdf", ".sd", ".mol"}) {
    if (extension == sdf) return Extension::kSdf;
  }
  return extension == ".txt" ? Extension::kText : Extension::kOther;
}

// The fourth line of an SDF holds atom counts and the version.
bool starts_as_sdf(LineFeed& feed) {
  const std::string* counts = feed.peek(3);
  return counts != nullptr &&
         (counts->find("V2000") != counts->npos || counts->find("V3000") != counts->npos);
}

// Whether a list's first line is the header of a delimited table with a column of structures.
bool has_header_of_table(LineFeed& feed) {
  const std::string* first = feed.peek(0);
  if (first == nullptr) return false;
  for (const char delimiter : {'\t', ',', ';'}) {
    const CsvTable header = parse_csv(*first + "\n", "", delimiter);
    const bool known = std::any_of(header.header.begin(), header.header.end(),
                                   [](const std::string& name) { return structure_rank(name); });
    if (header.header.size() > 1 && known) return true;
  }
  return false;
}

std::unique_ptr<RowSource> make_source(Extension extension, const std::function<TextLines()>& open,
                                       const std::string& smiles_column) {
  LineFeed feed(open());
  std::size_t blank = 0;
  while (feed.peek(blank) != nullptr && trim(*feed.peek(blank)).empty()) ++blank;
  if (feed.peek(blank) == nullptr) {
    user_error("{} is empty; expected a header line and rows, or molecules", feed.text().source());
  }
  if (extension == Extension::kSdf || starts_as_sdf(feed)) {
    return std::make_unique<SdfRows>(open);
  }
  const bool may_be_list = extension == Extension::kList || extension == Extension::kText;
  if (may_be_list && smiles_column.empty() && !has_header_of_table(feed)) {
    return std::make_unique<ListRows>(std::move(feed));
  }
  return std::make_unique<DelimitedRows>(std::move(feed), smiles_column);
}

}  // namespace

TableReader::TableReader(const fs::path& path, const std::string& smiles_column) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error) &&
      !fs::is_regular_file(path, error)) {
    memory_ = std::make_unique<const std::string>(read_file(path));  // a pipe; an SDF is read twice
  }
  const std::string* memory = memory_.get();
  const auto open = [path, memory] {
    return memory ? TextLines(*memory, "'" + path.string() + "'") : TextLines(path);
  };
  rows_ = make_source(extension_of(path), open, smiles_column);
}

TableReader::TableReader(std::string_view text, const std::string& source,
                         const std::string& smiles_column) {
  rows_ = make_source(
      Extension::kOther, [text, source] { return TextLines(text, source); }, smiles_column);
}

CsvTable read_whole(TableReader reader) {
  constexpr std::int64_t kBlock = 4096;
  CsvTable table;
  table.header = reader.header();
  table.delimiter = reader.delimiter();
  for (auto rows = reader.next(kBlock); !rows.empty(); rows = reader.next(kBlock)) {
    for (TableRow& row : rows) {
      table.rows.push_back(std::move(row.cells));
      table.line_numbers.push_back(row.line);
      table.certain.push_back(row.certain);
    }
  }
  table.remarks = reader.remarks();
  return table;
}

}  // namespace fragflow
