// Scores of molecules in one SQLite file, stored permanently and shared by runs, so that no
// molecule is scored twice. SQLite (Debian's libsqlite3) survives kills and full disks, locks
// against other programs, and can be read by other tools.
//
// Uses the rollback journal, since the write-ahead log does not work on network folders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/pool/pool_row.hpp"

struct sqlite3;

namespace fragflow {

// Identifies a scorer. Another version or another command line is another scorer.
struct ScorerName {
  std::string version;
  std::string command;  // as one line

  bool operator==(const ScorerName&) const = default;
};

// Throws UserError, naming the file, if it cannot be opened, read or written (folder missing, disk
// full, locked for 30 seconds, damaged, not a score store). Stored data is then kept. Not
// thread-safe.
class ScoreStore {
 public:
  enum class Open { kRead, kWrite };
  // kWrite creates a missing file, kRead throws.
  explicit ScoreStore(const std::filesystem::path& path, Open open = Open::kWrite);
  ~ScoreStore();
  ScoreStore(const ScoreStore&) = delete;
  ScoreStore& operator=(const ScoreStore&) = delete;

  // The rows of those molecules that have one, in order.
  std::vector<PoolRow> find(const ScorerName& scorer, std::span<const std::string> smiles);
  // Whether any molecule has a score.
  bool has_scores(const ScorerName& scorer);
  // Stores all of them or, on an error, none; they are durable on return. A score is never
  // replaced; a failure is replaced by a score. Releases the claims on the molecules.
  void add(const ScorerName& scorer, std::span<const PoolRow> rows, const std::string& worker);

  // Lets only one of several runs score a molecule: returns those of `smiles` that `owner` may
  // score now, and claims them for it for `seconds` from `now` on (system clock). Its own claims
  // are kept.
  std::vector<std::string> claim(const ScorerName& scorer, std::span<const std::string> smiles,
                                 const std::string& owner, double now, double seconds);
  void free_claims(const std::string& owner);

  // Batches being scored, so that a killed run knows them when it is resumed.
  struct StoredLease {
    std::string id, worker;
    std::vector<std::string> smiles;
  };
  void add_lease(const ScorerName& scorer, const std::string& owner, const StoredLease& lease);
  void remove_lease(const std::string& id);
  std::vector<StoredLease> leases(const ScorerName& scorer, const std::string& owner);

  struct Summary {
    ScorerName scorer;
    std::int64_t scored = 0, failed = 0;
    std::int64_t first = 0, last = 0;  // when added, in seconds since 1970
  };
  std::vector<Summary> summaries();

  struct Entry {
    ScorerName scorer;
    PoolRow row;
    std::string worker;
    std::int64_t added = 0;
  };
  // Calls use for every molecule, ordered by scorer and SMILES.
  void for_each(const std::function<void(const Entry&)>& use);
  // Makes given-up molecules available again. Returns how many there were.
  std::int64_t remove_failures();

 private:
  class Statement;
  void run(const char* sql);
  [[noreturn]] void fail(int code);
  void check_format(Open open);
  std::int64_t id_of(const ScorerName& scorer);

  std::filesystem::path path_;
  sqlite3* database_ = nullptr;
};

}  // namespace fragflow
