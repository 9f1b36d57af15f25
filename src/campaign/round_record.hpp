// The record of a finished round in campaign.json (src/base/facts.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "src/campaign/round_facts.hpp"

namespace fragflow {

// A file at a given time; digest: file_digest.
struct FileRecord {
  std::string file, digest;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("file", file);
    visit.fact("digest", digest);
  }
};

struct RoundKnownRecord {
  std::int64_t molecules = 0, bounded = 0;  // KnownFacts
  std::string digest;                       // of its table.csv

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("molecules", molecules);
    visit.fact("bounded", bounded);
    visit.fact("digest", digest);
  }
};

struct RoundModelRecord {
  RoundModelFacts facts;
  std::string digest;  // of its file

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    facts.visit_fields(visit);
    visit.fact("digest", digest);
  }
};

struct PolicyRecord {
  std::string run;  // folder in that of the campaign
  std::int64_t steps = 0, max_fragments = 0;
  double reward_kappa = 0, mean_score = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("run", run);
    visit.fact("steps", steps);
    visit.fact("max_fragments", max_fragments);
    visit.fact("reward_kappa", reward_kappa);
    visit.fact("mean_score", mean_score);
  }
};

// A finished round.
struct RoundRecord {
  std::int64_t round = 0;
  std::string begun, finished;  // utc_now
  std::string version;          // of the program
  std::uint64_t seed = 0;
  std::string strategy;
  std::string settings;  // ProposeSettings as TOML
  RoundKnownRecord known;
  RoundModelRecord model;
  // The source of its candidates: one of the two.
  std::optional<PolicyRecord> policy;
  std::optional<FileRecord> library;
  BatchFacts batch;
  FileRecord plate;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("round", round);
    visit.fact("begun", begun);
    visit.fact("finished", finished);
    visit.fact("version", version);
    visit.fact("seed", seed);
    visit.fact("strategy", strategy);
    visit.fact("settings", settings);
    visit.fact("known", known);
    visit.fact("model", model);
    visit.fact("policy", policy);
    visit.fact("library", library);
    visit.fact("batch", batch);
    visit.fact("plate", plate);
  }
};

}  // namespace fragflow
