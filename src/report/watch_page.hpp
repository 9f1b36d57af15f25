// The live page of a run (`fragflow watch`): an empty frame that fetches its content.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// The complete page, with styles and scripts inline. It fetches "data.json?have=VERSION" relative
// to its own address every two seconds, and links to "report.html" there once that is available.
std::string render_watch_page(const std::string& title);

// The fetched content: figures, curves and molecules of a report, as used by the page's script.
nlohmann::json watch_sections(const ReportData& report);

}  // namespace fragflow
