#include "src/report/watch_page.hpp"

#include <nlohmann/json.hpp>

#include "src/report/assets.hpp"
#include "src/report/html.hpp"
#include "src/report/report_sections.hpp"

namespace fragflow {

std::string render_watch_page(const std::string& title) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>";
  html += escape_html(title);
  html += "</title>\n<style>\n";
  html += report_css();
  html += watch_css();
  html += "</style>\n</head>\n<body>\n<main>\n<header><h1>";
  html += escape_html(title);
  html +=
      "</h1>\n<p id=\"run-state\" role=\"status\" aria-live=\"polite\">Asking for the run ...</p>\n"
      "<p id=\"run-age\"></p>\n"
      "<p id=\"run-report\" hidden><a href=\"report.html\">The report of the finished run</a></p>"
      "</header>\n<div id=\"run-summary\"></div>\n<div id=\"run-curves\"></div>\n"
      "<div id=\"run-molecules\"></div>\n</main>\n"
      "<noscript><p class=\"noscript\">This page needs JavaScript.</p></noscript>\n"
      "<script type=\"application/json\" id=\"report-data\">{\"charts\": []}</script>\n<script>\n";
  html += chart_js();
  html += "\n</script>\n<script>\n";
  html += report_js();
  html += "</script>\n<script>\n";
  html += watch_js();
  html += "</script>\n</body>\n</html>\n";
  return html;
}

nlohmann::json watch_sections(const ReportData& report) {
  nlohmann::json sections = chart_data(report);
  sections["summary"] = render_summary(report);
  sections["curves"] = render_curves(report);
  sections["molecules"] =
      render_molecules(report) + render_routes(report) + render_evaluation(report);
  return sections;
}

}  // namespace fragflow
