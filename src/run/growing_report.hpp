// The live view of a run for `watch`, from the files written so far. Read-only and without locks,
// so that the run is not affected.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "src/report/report.hpp"

namespace fragflow {

class GrowingReport {
 public:
  // folder: of a run, of a run with stages (shows the current one) or of a design (its run). It may
  // still be empty. Throws UserError if it is missing or holds something else.
  explicit GrowingReport(std::filesystem::path folder);

  // JSON for the page of src/report/watch_page.hpp: "version" (changes when there is something
  // new), "state" (waiting, training, finished or damaged), "text" (the same in words), "age"
  // (seconds since the last record; null before the first), "report" (whether a finished one
  // exists) and, unless `have` is the current version, the output of watch_sections(). Thread-safe.
  std::string data(std::int64_t have);

  // The report of the finished run or design; empty before.
  std::optional<std::filesystem::path> finished_report() const;

 private:
  void refresh();

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::string stamp_ = "nothing read yet";  // of the files that sections_ was made from
  std::int64_t version_ = 0;
  nlohmann::json sections_;
  std::string best_stamp_ = "nothing read yet";  // of best_'s checkpoint
  ReportData best_;
  std::string state_, text_;
};

}  // namespace fragflow
