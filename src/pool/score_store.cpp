#include "src/pool/score_store.hpp"

#include <sqlite3.h>

#include <ctime>

#include "src/base/check.hpp"
#include "src/pool/store_statement.hpp"

namespace fragflow {
namespace {

constexpr int kApplication = 0x66666c77;  // "fflw", in the file's header
constexpr int kFormat = 1;
constexpr int kPatience = 30'000;  // milliseconds for the lock of another program

constexpr const char* kTables = R"(
CREATE TABLE scorers (id INTEGER PRIMARY KEY, version TEXT NOT NULL, command TEXT NOT NULL,
  UNIQUE (version, command));
CREATE TABLE molecules (scorer INTEGER NOT NULL REFERENCES scorers, smiles TEXT NOT NULL,
  failure TEXT, worker TEXT NOT NULL, added INTEGER NOT NULL,
  PRIMARY KEY (scorer, smiles)) WITHOUT ROWID;
CREATE TABLE scores (scorer INTEGER NOT NULL, smiles TEXT NOT NULL, output TEXT NOT NULL,
  value REAL NOT NULL, PRIMARY KEY (scorer, smiles, output)) WITHOUT ROWID;
CREATE TABLE claims (scorer INTEGER NOT NULL, smiles TEXT NOT NULL, owner TEXT NOT NULL,
  until REAL NOT NULL, PRIMARY KEY (scorer, smiles)) WITHOUT ROWID;
CREATE TABLE leases (id TEXT PRIMARY KEY, scorer INTEGER NOT NULL, owner TEXT NOT NULL,
  worker TEXT NOT NULL, smiles TEXT NOT NULL) WITHOUT ROWID;
)";

}  // namespace

ScoreStore::ScoreStore(const std::filesystem::path& path, Open open) : path_(path) {
  if (open == Open::kRead && !std::filesystem::is_regular_file(path)) {
    user_error("there is no score store '{}'", path.string());
  }
  const int flags =
      open == Open::kRead ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  int code = sqlite3_open_v2(path.c_str(), &database_, flags, nullptr);
  try {
    if (code != SQLITE_OK) fail(code);
    sqlite3_extended_result_codes(database_, 1);
    sqlite3_busy_timeout(database_, kPatience);
    check_format(open);
  } catch (...) {
    sqlite3_close(database_);
    throw;
  }
}

ScoreStore::~ScoreStore() { sqlite3_close(database_); }

void ScoreStore::fail(int code) {
  const std::string reason =
      database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      user_error("the score store '{}' is locked: another program has written to it for {} seconds",
                 path_.string(), kPatience / 1000);
    case SQLITE_FULL:
    case SQLITE_IOERR:
      user_error(
          "the score store '{}' cannot be written ({}): is the disk full? Scores that were stored "
          "before are kept",
          path_.string(), reason);
    case SQLITE_CORRUPT:
      user_error(
          "the score store '{}' is damaged ({}): move it away, and get what is left of it with "
          "sqlite3 OLD .recover | sqlite3 NEW",
          path_.string(), reason);
    case SQLITE_NOTADB:
      user_error("'{}' is no score store (an SQLite file that fragflow made)", path_.string());
    case SQLITE_CANTOPEN:
      user_error("the score store '{}' cannot be opened ({}): is its folder there?", path_.string(),
                 reason);
    case SQLITE_READONLY:
      user_error("the score store '{}' is read-only ({})", path_.string(), reason);
    default:
      user_error("the score store '{}': {}", path_.string(), reason);
  }
}

void ScoreStore::run(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void ScoreStore::check_format(Open open) {
  const auto value_of = [&](const char* sql) {
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : 0;
  };
  const auto is_empty = [&] { return value_of("SELECT count(*) FROM sqlite_master") == 0; };
  if (open == Open::kWrite && is_empty()) {
    Transaction transaction([this](const char* sql) { run(sql); }, database_);
    if (is_empty()) {  // checked again: another run may have been first
      run(kTables);
      run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, kFormat)
              .c_str());
    }
    transaction.commit();
  }
  if (value_of("PRAGMA application_id") != kApplication) {
    user_error("'{}' is no score store (an SQLite file that fragflow made)", path_.string());
  }
  const std::int64_t format = value_of("PRAGMA user_version");
  if (format != kFormat) {
    user_error("the score store '{}' has format {}, and this program knows format {}",
               path_.string(), format, kFormat);
  }
}

std::int64_t ScoreStore::id_of(const ScorerName& scorer) {
  Statement find(*this, "SELECT id FROM scorers WHERE version = ? AND command = ?");
  find.bind(1, scorer.version).bind(2, scorer.command);
  if (find.step()) return find.integer(0);
  Statement add(*this, "INSERT INTO scorers (version, command) VALUES (?, ?) RETURNING id");
  add.bind(1, scorer.version).bind(2, scorer.command);
  add.step();
  const std::int64_t id = add.integer(0);
  add.finish();
  return id;
}

std::vector<PoolRow> ScoreStore::find(const ScorerName& scorer,
                                      std::span<const std::string> smiles) {
  std::vector<PoolRow> rows;
  Statement scorers(*this, "SELECT id FROM scorers WHERE version = ? AND command = ?");
  scorers.bind(1, scorer.version).bind(2, scorer.command);
  if (!scorers.step()) return rows;
  const std::int64_t id = scorers.integer(0);
  Statement molecule(*this, "SELECT failure FROM molecules WHERE scorer = ? AND smiles = ?");
  Statement scores(*this, "SELECT output, value FROM scores WHERE scorer = ? AND smiles = ?");
  for (const std::string& text : smiles) {
    if (molecule.bind(1, id).bind(2, text).step()) {
      PoolRow& row = rows.emplace_back();
      row.smiles = text;
      row.failure = molecule.text(0);
      scores.bind(1, id).bind(2, text);
      while (scores.step()) row.values[scores.text(0)] = scores.number(1);
      scores.reset();
    }
    molecule.reset();
  }
  return rows;
}

bool ScoreStore::has_scores(const ScorerName& scorer) {
  Statement statement(*this,
                      "SELECT 1 FROM molecules WHERE scorer = (SELECT id FROM scorers WHERE "
                      "version = ? AND command = ?) AND failure IS NULL LIMIT 1");
  return statement.bind(1, scorer.version).bind(2, scorer.command).step();
}

void ScoreStore::add(const ScorerName& scorer, std::span<const PoolRow> rows,
                     const std::string& worker) {
  Transaction transaction([this](const char* sql) { run(sql); }, database_);
  const std::int64_t id = id_of(scorer);
  Statement molecule(*this,
                     "INSERT INTO molecules VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                     "failure = excluded.failure, worker = excluded.worker, added = excluded.added "
                     "WHERE failure IS NOT NULL");
  Statement score(*this, "INSERT INTO scores VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  Statement claim(*this, "DELETE FROM claims WHERE scorer = ? AND smiles = ?");
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  for (const PoolRow& row : rows) {
    molecule.bind(1, id).bind(2, row.smiles).bind(4, worker).bind(5, now);
    row.failure.empty() ? molecule.bind_null(3) : molecule.bind(3, row.failure);
    molecule.finish();
    for (const auto& [name, value] : row.values) {
      score.bind(1, id).bind(2, row.smiles).bind(3, name).bind(4, value).finish();
    }
    claim.bind(1, id).bind(2, row.smiles).finish();
  }
  transaction.commit();
}

std::vector<ScoreStore::Summary> ScoreStore::summaries() {
  std::vector<Summary> result;
  Statement statement(*this,
                      "SELECT version, command, count(added) - count(failure), count(failure), "
                      "coalesce(min(added), 0), coalesce(max(added), 0) FROM scorers LEFT JOIN "
                      "molecules ON scorer = id GROUP BY id ORDER BY version, command");
  while (statement.step()) {
    result.push_back({{statement.text(0), statement.text(1)},
                      statement.integer(2),
                      statement.integer(3),
                      statement.integer(4),
                      statement.integer(5)});
  }
  return result;
}

void ScoreStore::for_each(const std::function<void(const Entry&)>& use) {
  Statement statement(
      *this,
      "SELECT version, command, m.smiles, failure, worker, added, output, value FROM molecules m "
      "JOIN scorers ON id = m.scorer LEFT JOIN scores s ON s.scorer = m.scorer AND s.smiles = "
      "m.smiles ORDER BY version, command, m.smiles, output");
  Entry entry;
  bool has_entry = false;
  while (statement.step()) {
    const ScorerName scorer{statement.text(0), statement.text(1)};
    const std::string smiles = statement.text(2);
    if (!has_entry || !(scorer == entry.scorer) || smiles != entry.row.smiles) {
      if (has_entry) use(entry);
      entry = {scorer, {smiles, {}, statement.text(3)}, statement.text(4), statement.integer(5)};
      has_entry = true;
    }
    if (!statement.is_null(6)) entry.row.values[statement.text(6)] = statement.number(7);
  }
  if (has_entry) use(entry);
}

std::int64_t ScoreStore::remove_failures() {
  run("DELETE FROM molecules WHERE failure IS NOT NULL");
  return sqlite3_changes64(database_);
}

}  // namespace fragflow
