// Claims of molecules by runs, and leases of batches by workers.
#include <sstream>

#include "src/base/text.hpp"
#include "src/pool/score_store.hpp"
#include "src/pool/store_statement.hpp"

namespace fragflow {

std::vector<std::string> ScoreStore::claim(const ScorerName& scorer,
                                           std::span<const std::string> smiles,
                                           const std::string& owner, double now, double seconds) {
  std::vector<std::string> claimed;
  Transaction transaction([this](const char* sql) { run(sql); }, database_);
  const std::int64_t id = id_of(scorer);
  // Excludes molecules scored in the meantime.
  Statement statement(
      *this,
      "INSERT INTO claims SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM molecules WHERE "
      "scorer = ?1 AND smiles = ?2) ON CONFLICT DO UPDATE SET owner = ?3, until = ?4 "
      "WHERE owner = ?3 OR until < ?5 RETURNING 1");
  for (const std::string& text : smiles) {
    statement.bind(1, id).bind(2, text).bind(3, owner).bind(4, now + seconds).bind(5, now);
    if (statement.step()) {
      claimed.push_back(text);
      statement.finish();
    }
    statement.reset();
  }
  transaction.commit();
  return claimed;
}

void ScoreStore::free_claims(const std::string& owner) {
  Statement(*this, "DELETE FROM claims WHERE owner = ?").bind(1, owner).finish();
}

void ScoreStore::add_lease(const ScorerName& scorer, const std::string& owner,
                           const StoredLease& lease) {
  Transaction transaction([this](const char* sql) { run(sql); }, database_);
  Statement(*this, "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?)")
      .bind(1, lease.id)
      .bind(2, id_of(scorer))
      .bind(3, owner)
      .bind(4, lease.worker)
      .bind(5, join(lease.smiles, "\n"))
      .finish();
  transaction.commit();
}

void ScoreStore::remove_lease(const std::string& id) {
  Statement(*this, "DELETE FROM leases WHERE id = ?").bind(1, id).finish();
}

std::vector<ScoreStore::StoredLease> ScoreStore::leases(const ScorerName& scorer,
                                                        const std::string& owner) {
  std::vector<StoredLease> result;
  Statement statement(*this,
                      "SELECT l.id, worker, smiles FROM leases l JOIN scorers s ON s.id = scorer "
                      "WHERE version = ? AND command = ? AND owner = ? ORDER BY l.id");
  statement.bind(1, scorer.version).bind(2, scorer.command).bind(3, owner);
  while (statement.step()) {
    StoredLease& lease = result.emplace_back();
    lease.id = statement.text(0);
    lease.worker = statement.text(1);
    std::istringstream lines(statement.text(2));
    for (std::string line; std::getline(lines, line);) lease.smiles.push_back(line);
  }
  return result;
}

}  // namespace fragflow
