// Gathers what a run folder holds and writes its report: used by `report` and at the end of
// `train`.
#pragma once

#include <filesystem>
#include <string>

#include "src/eval/evaluate.hpp"
#include "src/eval/report.hpp"

namespace fragflow {

struct ReportRequest {
  std::filesystem::path run_folder;
  std::filesystem::path output;                         // empty: report.html in the run folder
  std::filesystem::path reference, proxy, check_proxy;  // empty: those that run.json names
  std::string smiles_column;                            // of reference; "": found by name
  EvaluateOptions evaluate;
};

// What the page of a run shows. Throws UserError if the folder holds no run.
ReportData collect_report(const ReportRequest& request);

// Writes that page and returns what is on it.
ReportData write_report(const ReportRequest& request);

}  // namespace fragflow
