// What those who watch a run see of it, from the files that it has written so far. Reads only, and
// takes no lock, so that the run does not notice.
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
  // folder: of a run, of a run with stages (the one under way is shown) or of a design (its run).
  // It may be empty so far. Throws UserError if it is missing or holds something else.
  explicit GrowingReport(std::filesystem::path folder);

  // For the page of src/report/watch_page.hpp, as JSON: "version" (another number when there is
  // something new), "state" (waiting, training, finished or damaged), "text" (the same for people),
  // "age" (seconds since the last record; null before the first), "report" (whether there is a
  // finished one) and, unless `have` is the version, what watch_sections() gives. Thread-safe.
  std::string data(std::int64_t have);

  // The report of the finished run or design; nothing before.
  std::optional<std::filesystem::path> finished_report() const;

 private:
  void refresh();

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::string stamp_ = "nothing read yet";  // of the files that sections_ was made of
  std::int64_t version_ = 0;
  nlohmann::json sections_;
  std::string best_stamp_ = "nothing read yet";  // of the checkpoint that best_ was made of
  ReportData best_;
  std::string state_, text_;
};

}  // namespace fragflow
