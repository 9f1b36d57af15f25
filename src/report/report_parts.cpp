#include "src/report/report_parts.hpp"

#include <fmt/format.h>

#include "src/report/html.hpp"

namespace fragflow {

std::string paragraph(const std::string& text, const char* style_class) {
  if (text.empty()) return "";
  return fmt::format("<p class=\"{}\">{}</p>\n", style_class, escape_html(text));
}

std::string section(const char* id, const char* title, const std::string& body) {
  return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, title, body);
}

std::string chart_card(const std::string& title, const std::string& explanation,
                       const std::string& id) {
  return fmt::format(
      "<div class=\"card\"><h3>{}</h3>{}<div class=\"chart\"><canvas id=\"{}\" role=\"img\" "
      "aria-label=\"{}\"></canvas></div></div>\n",
      escape_html(title), paragraph(explanation, "hint"), id, escape_html(title));
}

std::string findings_html(const std::vector<Finding>& items) {
  std::string html = "<div class=\"findings\">";
  for (const Finding& item : items) {
    html += fmt::format(
        "<div class=\"finding {}\"><div class=\"question\">{}</div><div class=\"value\">{}</div>"
        "<div class=\"hint\">{}</div></div>\n",
        item.good ? "good" : "bad", escape_html(item.question), escape_html(item.value),
        escape_html(item.reference));
  }
  return html + "</div>\n";
}

}  // namespace fragflow
