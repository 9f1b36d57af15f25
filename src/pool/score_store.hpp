// Scores of molecules in one SQLite file, kept for good and shared by runs, so that no molecule is
// scored twice. SQLite (Debian's libsqlite3) survives kills and full disks, locks for several
// programs, and can be read by any other tool.
//
// Its ordinary journal is used, not the write-ahead log, which does not work on network folders.
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

// Whose scores they are. Another version or another command line is another scorer.
struct ScorerName {
  std::string version;
  std::string command;  // as one line

  bool operator==(const ScorerName&) const = default;
};

// Throws UserError, naming the file, if it cannot be opened, read or written (folder missing, disk
// full, locked for 30 seconds, damaged, no score store). What was stored before is kept then. Not
// thread-safe.
class ScoreStore {
 public:
  enum class Open { kRead, kWrite };
  // kWrite creates a missing file, kRead refuses.
  explicit ScoreStore(const std::filesystem::path& path, Open open = Open::kWrite);
  ~ScoreStore();
  ScoreStore(const ScoreStore&) = delete;
  ScoreStore& operator=(const ScoreStore&) = delete;

  // The rows of those molecules that have one, in their order.
  std::vector<PoolRow> find(const ScorerName& scorer, std::span<const std::string> smiles);
  // Whether any molecule has a score.
  bool has_scores(const ScorerName& scorer);
  // All of them or, on an error, none; they are on the disk afterwards. A score is never replaced;
  // a failure is, by a score. Frees the claims on the molecules.
  void add(const ScorerName& scorer, std::span<const PoolRow> rows, const std::string& worker);

  // Of several runs that want the same molecule one scores it: those of `smiles` that `owner` may
  // score now, for `seconds` from `now` on (of the system's clock), are claimed for it and
  // returned. What was its own stays so.
  std::vector<std::string> claim(const ScorerName& scorer, std::span<const std::string> smiles,
                                 const std::string& owner, double now, double seconds);
  void free_claims(const std::string& owner);

  // Batches that are being scored, so that a run that was killed knows them when it goes on.
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
  // Every molecule, ordered by scorer and SMILES.
  void for_each(const std::function<void(const Entry&)>& use);
  // Molecules that were given up are tried again. Returns how many there were.
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
