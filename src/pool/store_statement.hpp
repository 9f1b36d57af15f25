// SQL statements and transactions of a ScoreStore, only for its own sources.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <string>

#include "src/pool/score_store.hpp"

namespace fragflow {

// One prepared statement; parameters are counted from 1, columns from 0.
class ScoreStore::Statement {
 public:
  Statement(ScoreStore& store, const char* sql) : store_(store) {
    const int code = sqlite3_prepare_v2(store.database_, sql, -1, &statement_, nullptr);
    if (code != SQLITE_OK) store.fail(code);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int k, const std::string& text) {
    return check(sqlite3_bind_text(statement_, k, text.data(), static_cast<int>(text.size()),
                                   SQLITE_TRANSIENT));
  }
  Statement& bind(int k, std::int64_t number) {
    return check(sqlite3_bind_int64(statement_, k, number));
  }
  Statement& bind(int k, double number) {
    return check(sqlite3_bind_double(statement_, k, number));
  }
  Statement& bind_null(int k) { return check(sqlite3_bind_null(statement_, k)); }

  // True if there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) store_.fail(code);
    return code == SQLITE_ROW;
  }
  void finish() {
    while (step()) {
    }
    reset();
  }
  void reset() { sqlite3_reset(statement_); }

  std::string text(int k) {
    const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_, k));
    const int size = sqlite3_column_bytes(statement_, k);
    return begin == nullptr ? "" : std::string(begin, static_cast<std::size_t>(size));
  }
  std::int64_t integer(int k) { return sqlite3_column_int64(statement_, k); }
  double number(int k) { return sqlite3_column_double(statement_, k); }
  bool is_null(int k) { return sqlite3_column_type(statement_, k) == SQLITE_NULL; }

 private:
  Statement& check(int code) {
    if (code != SQLITE_OK) store_.fail(code);
    return *this;
  }

  ScoreStore& store_;
  sqlite3_stmt* statement_ = nullptr;
};

// Rolls back unless committed. `Store::run` is private and is therefore passed as a function.
class Transaction {
 public:
  Transaction(const std::function<void(const char*)>& run, sqlite3* database)
      : run_(run), database_(database) {
    run_("BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (!is_done_) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    run_("COMMIT");
    is_done_ = true;
  }

 private:
  std::function<void(const char*)> run_;
  sqlite3* database_;
  bool is_done_ = false;
};

}  // namespace fragflow
