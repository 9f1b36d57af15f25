// Collects the contents of a run folder and writes its report: used by `report` and at the end of
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
  std::filesystem::path reference, proxy, check_proxy;  // empty: those named in run.json
  std::string smiles_column;                            // of reference; "": detected by name
  EvaluateOptions evaluate;
};

// Counts modes with the settings used in training.
void use_metrics_of(const Config& config, ReportRequest& request);

// The content of a run's report page; for a run with stages, the last finished one and a summary of
// each. Throws UserError if the folder holds no run.
ReportData collect_report(const ReportRequest& request);

// Writes that page and returns its content.
ReportData write_report(const ReportRequest& request);

}  // namespace fragflow
