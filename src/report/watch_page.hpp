// The page of a run under way (`fragflow watch`): an empty frame that asks for its content.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// The whole page, with styles and scripts inline. It fetches "data.json?have=VERSION" beside its
// own address every other second, and links to "report.html" there once that is offered.
std::string render_watch_page(const std::string& title);

// What a fetch brings: figures, curves and molecules of a report as the page's script takes them.
nlohmann::json watch_sections(const ReportData& report);

}  // namespace fragflow
