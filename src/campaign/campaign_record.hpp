// The content of campaign.json (src/base/facts.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "src/campaign/round_record.hpp"
#include "src/design/table_facts.hpp"

namespace fragflow {

// The table a campaign was started with.
struct SourceRecord {
  FileRecord file;
  std::int64_t rows = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    file.visit_fields(visit);
    visit.fact("rows", rows);
  }
};

struct HitRecord {
  double value = 0;
  std::string from;  // as the user wrote it

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("value", value);
    visit.fact("from", from);
  }
};

// Hits of the first table.
struct BaseRecord {
  std::int64_t hits = 0, compounds = 0;
  double rate = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("hits", hits);
    visit.fact("compounds", compounds);
    visit.fact("rate", rate);
  }
};

// A round that was begun but not finished.
struct PendingRecord {
  std::int64_t round = 0;
  std::string begun;  // utc_now
  std::uint64_t seed = 0;
  std::string settings;  // ProposeSettings as TOML

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("round", round);
    visit.fact("begun", begun);
    visit.fact("seed", seed);
    visit.fact("settings", settings);
  }
};

struct RemarkRecord {
  std::string kind;
  std::int64_t row = 0, line = 0;
  std::string text;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("kind", kind);
    visit.fact("row", row);
    visit.fact("line", line);
    visit.fact("text", text);
  }
};

// Results that were added.
struct AdditionRecord {
  std::int64_t addition = 0;  // from 1
  std::string date, version;
  std::int64_t after_round = 0;
  FileRecord file;
  std::int64_t rows = 0;
  std::int64_t measurements = 0, of_proposals = 0, bounds = 0, hits = 0;
  std::int64_t blank = 0;             // rows without a value
  std::vector<RemarkRecord> remarks;  // ResultRemark

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("addition", addition);
    visit.fact("date", date);
    visit.fact("version", version);
    visit.fact("after_round", after_round);
    file.visit_fields(visit);
    visit.fact("rows", rows);
    visit.fact("measurements", measurements);
    visit.fact("of_proposals", of_proposals);
    visit.fact("bounds", bounds);
    visit.fact("hits", hits);
    visit.fact("blank", blank);
    visit.fact("remarks", remarks);
  }
};

// The committed state of a file that only grows.
struct FileMark {
  std::int64_t length = 0;
  std::string digest;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("length", length);
    visit.fact("digest", digest);
  }
};

struct CampaignRecord {
  std::string version, started;
  std::string settings;  // CampaignSettings as TOML
  SourceRecord source;
  TableFacts table;
  HitRecord hit;
  BaseRecord base;
  std::optional<PendingRecord> pending;
  std::vector<RoundRecord> rounds;
  std::vector<AdditionRecord> additions;
  std::map<std::string, FileMark> files;  // by name

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("version", version);
    visit.fact("started", started);
    visit.fact("settings", settings);
    visit.fact("source", source);
    visit.fact("table", table);
    visit.fact("hit", hit);
    visit.fact("base", base);
    visit.nullable("pending", pending);
    visit.fact("rounds", rounds);
    visit.fact("additions", additions);
    visit.fact("files", files);
  }
};

}  // namespace fragflow
