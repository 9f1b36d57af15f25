#include "src/chem/delimited_rows.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/text.hpp"
#include "src/chem/find_header.hpp"

namespace fragflow {
namespace {

// Lines and bytes used to detect the delimiter, the header and the kinds of columns.
constexpr std::size_t kSampledLines = 2000, kSampledBytes = 1 << 18;
constexpr std::size_t kSampledRecords = 200;

std::string sample_of(LineFeed& feed) {
  std::string sample;
  for (std::size_t i = 0; i < kSampledLines && sample.size() < kSampledBytes; ++i) {
    const std::string* line = feed.peek(i);
    if (line == nullptr) break;
    sample += *line;
  }
  return sample;
}

// On one line and trimmed: names of columns may contain line breaks.
std::string one_line(std::string_view name) {
  std::string text(trim(name));
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return text;
}

// The texts of a row for messages.
std::string shown(const std::vector<std::string>& fields) {
  std::vector<std::string> filled;
  for (const std::string& field : fields) {
    if (!trim(field).empty()) filled.push_back(one_line(field));
  }
  return join(filled).substr(0, 80);
}

bool is_comment(const std::vector<std::string>& fields) {
  if (!trim(fields[0]).starts_with('#')) return false;
  return std::all_of(fields.begin() + 1, fields.end(),
                     [](const std::string& field) { return trim(field).empty(); });
}

}  // namespace

DelimitedRows::DelimitedRows(LineFeed feed, std::string smiles_column)
    : feed_(std::move(feed)), smiles_column_(std::move(smiles_column)) {
  read_header();
  read_rows_below_header();
  learn_shapes();
}

void DelimitedRows::read_header() {
  const std::string sample = sample_of(feed_);
  if (named_delimiter(sample) != '\0') {
    std::string line;
    feed_.next(line);
  }
  const HeaderPlace place = find_header(sample, smiles_column_);
  delimiter_ = place.delimiter;
  for (std::size_t i = 0; i < place.records_above; ++i) {
    const std::optional<Record> above = next_record();
    if (!above) break;  // a quote in a comment merged several lines into one record
    remarks_.push_back(fmt::format("line {} above the header was skipped: '{}'", above->line,
                                   shown(above->fields)));
  }
  const Record* first = peek(0);
  if (first == nullptr) {
    user_error("{} holds no header and no rows, only delimiters or comments",
               feed_.text().source());
  }
  if (place.structure_without_header) {
    name_columns_without_header(*first, *place.structure_without_header);
    return;
  }
  header_ = next_record()->fields;
  for (std::string& name : header_) name = one_line(name);
  if (place.is_comment) header_[0] = std::string(trim(header_[0].substr(1)));
}

void DelimitedRows::name_columns_without_header(const Record& first, std::size_t structure) {
  for (std::size_t c = 0; c < first.fields.size(); ++c) {
    header_.push_back(c == structure ? "SMILES" : fmt::format("column {}", c + 1));
  }
  remarks_.push_back(fmt::format("there is no header; the columns are called {}", join(header_)));
}

void DelimitedRows::read_rows_below_header() {
  for (const Record* below = peek(0); below != nullptr; below = peek(0)) {
    if (is_comment(below->fields)) {
      remarks_.push_back(fmt::format("line {} below the header was skipped: '{}'", below->line,
                                     shown(below->fields)));
    } else if (is_unit_row(*below)) {
      remarks_.push_back(fmt::format("line {} holds units, which were joined to the names: '{}'",
                                     below->line, shown(below->fields)));
      join_units(*below);
    } else {
      return;
    }
    next_record();
  }
}

bool DelimitedRows::is_unit_row(const Record& record) const {
  return record.fields.size() <= header_.size() && holds_units_only(record.fields);
}

void DelimitedRows::join_units(const Record& units) {
  for (std::size_t c = 0; c < units.fields.size(); ++c) {
    std::string unit = one_line(units.fields[c]);
    const bool in_brackets = unit.size() > 2 && ((unit.front() == '(' && unit.back() == ')') ||
                                                 (unit.front() == '[' && unit.back() == ']'));
    if (in_brackets) unit = unit.substr(1, unit.size() - 2);
    if (is_unit_word(unit)) header_[c] += fmt::format(" ({})", unit);
  }
}

void DelimitedRows::learn_shapes() {
  shapes_ = ColumnShapes(header_.size());
  for (std::size_t i = 0; i < kSampledRecords; ++i) {
    const Record* record = peek(i);
    if (record == nullptr) return;
    if (record->fields.size() <= header_.size()) shapes_.add(record->fields);
  }
}

const DelimitedRows::Record* DelimitedRows::peek(std::size_t index) {
  while (ahead_.size() <= index) {
    Record record;
    if (!read_record(record)) return nullptr;
    ahead_.push_back(std::move(record));
  }
  return &ahead_[index];
}

std::optional<DelimitedRows::Record> DelimitedRows::next_record() {
  if (peek(0) == nullptr) return {};
  Record record = std::move(ahead_.front());
  ahead_.pop_front();
  return record;
}

bool DelimitedRows::read_record(Record& record) {
  for (;;) {
    while (records_ && records_->next(record.fields, record.line)) {
      if (!is_blank_record(record.fields)) return true;
    }
    const std::size_t first_line = feed_.lines_read() + 1;
    QuoteState quotes(delimiter_);
    text_.clear();
    std::string line;
    do {
      if (!feed_.next(line)) break;
      quotes.add(line);
      text_ += line;
    } while (quotes.is_open());
    if (text_.empty()) return false;
    records_.emplace(text_, delimiter_, &feed_.text().source(), first_line);
  }
}

TableRow DelimitedRows::row_of(Record record) {
  std::vector<std::string>& fields = record.fields;
  while (fields.size() > header_.size() && trim(fields.back()).empty()) fields.pop_back();
  TableRow row;
  row.line = record.line;
  row.certain = header_.size();
  if (fields.size() > header_.size()) {
    row.certain = shapes_.certain(fields, delimiter_);
    if (long_rows_++ == 0) first_long_line_ = record.line;
  }
  fields.resize(header_.size());
  row.cells = std::move(fields);
  return row;
}

std::vector<TableRow> DelimitedRows::next(std::int64_t max_rows) {
  std::vector<TableRow> rows;
  while (static_cast<std::int64_t>(rows.size()) < max_rows) {
    std::optional<Record> record = next_record();
    if (!record) break;
    if (is_comment(record->fields)) {
      ++comments_;
    } else {
      rows.push_back(row_of(std::move(*record)));
    }
  }
  return rows;
}

std::vector<std::string> DelimitedRows::remarks() const {
  std::vector<std::string> remarks = feed_.text().remarks();
  remarks.insert(remarks.end(), remarks_.begin(), remarks_.end());
  if (comments_ > 0) {
    remarks.push_back(fmt::format("{} {} that {} with # were skipped", comments_,
                                  comments_ == 1 ? "line" : "lines",
                                  comments_ == 1 ? "starts" : "start"));
  }
  if (long_rows_ > 0) {
    remarks.push_back(fmt::format(
        "{} {} more fields than the header (the first: line {}); those whose columns are clear are "
        "used",
        long_rows_, long_rows_ == 1 ? "row has" : "rows have", first_long_line_));
  }
  return remarks;
}

}  // namespace fragflow
