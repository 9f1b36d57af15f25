// Gathers what a run folder holds and writes its report: used by `report` and at the end of
// `train`.
#pragma once

#include <filesystem>
#include <string>

#include "src/eval/evaluate.hpp"
#include "src/report/report.hpp"
#include "src/run/config.hpp"

namespace fragflow {

struct ReportRequest {
  std::filesystem::path run_folder;
  std::filesystem::path output;                         // empty: report.html in the run folder
  std::filesystem::path reference, proxy, check_proxy;  // empty: those that run.json names
  std::string smiles_column;                            // of reference; "": found by name
  EvaluateOptions evaluate;
};

// Modes are counted as training did.
void use_metrics_of(const Config& config, ReportRequest& request);

// What the page of a run shows; of a run with stages the last finished one, and what each did.
// Throws UserError if the folder holds no run.
ReportData collect_report(const ReportRequest& request);

// Writes that page and returns what is on it.
ReportData write_report(const ReportRequest& request);

}  // namespace fragflow
