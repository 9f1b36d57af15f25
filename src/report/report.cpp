#include "src/report/report.hpp"

#include <nlohmann/json.hpp>

#include "src/report/assets.hpp"
#include "src/report/html.hpp"
#include "src/report/pose_section.hpp"
#include "src/report/report_sections.hpp"
#include "src/report/target_fit.hpp"

namespace fragflow {

std::string render_report(const ReportData& data) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  html += escape_html(data.title);
  html += "</title>\n<style>\n";
  html += report_css();
  if (data.candidates) html += candidates_css();
  if (!data.poses.empty()) html += poses_css();
  html += "</style>\n</head>\n<body>\n";
  html += render_navigation(data);
  html += "<main>\n";
  html += render_header(data);
  if (data.candidates) html += candidates_html();
  html += render_summary(data);
  html += render_stages(data);
  html += render_molecules(data);
  html += render_routes(data);
  html += render_poses(data);
  html += render_scatters(data);
  html += render_fronts(data);
  html += render_quality(data);
  html += render_second_opinion(data);
  html += render_target_fit(data);
  html += render_heat_maps(data);
  html += render_policy_pictures(data);
  html += render_curves(data);
  html += render_histograms(data);
  html += render_evaluation(data);
  html += render_provenance(data);
  html += "</main>\n<noscript><p class=\"noscript\">The charts need JavaScript.</p></noscript>\n";
  html += "<script type=\"application/json\" id=\"report-data\">";
  html += json_for_script(chart_data(data));
  html += "</script>\n<script>\n";
  html += chart_js();
  html += "\n</script>\n<script>\n";
  html += report_js();
  html += "</script>\n";
  if (!data.poses.empty()) {
    html += "<script type=\"application/json\" id=\"poses-data\">";
    html += json_for_script(poses_json(data));
    html += "</script>\n<script type=\"module\">\n";
    html += poses_js();
    html += "</script>\n";
  }
  if (data.candidates) {
    html += "<script type=\"application/json\" id=\"candidates-data\">";
    html += json_for_script(candidates_json(*data.candidates));
    html += "</script>\n<script type=\"module\">\n";
    html += candidates_js();
    html += "</script>\n";
  }
  html += "</body>\n</html>\n";
  return html;
}

}  // namespace fragflow
