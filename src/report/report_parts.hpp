// HTML building blocks of report sections.
#pragma once

#include <string>
#include <vector>

#include "src/report/report.hpp"

namespace fragflow {

// text: not escaped yet. "" for "".
std::string paragraph(const std::string& text, const char* style_class);
// body: HTML.
std::string section(const char* id, const char* title, const std::string& body);
// The place where the page's script draws the chart `id`.
std::string chart_card(const std::string& title, const std::string& explanation,
                       const std::string& id);
std::string findings_html(const std::vector<Finding>& items);

}  // namespace fragflow
