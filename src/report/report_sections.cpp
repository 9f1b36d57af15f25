#include "src/report/report_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/number_text.hpp"
#include "src/report/front_picture.hpp"
#include "src/report/heat_map.hpp"
#include "src/report/html.hpp"
#include "src/report/policy_picture.hpp"
#include "src/report/report_parts.hpp"

namespace fragflow {
namespace {

// A card for each picture; empty if there are none.
template <typename Picture>
std::string picture_section(const char* id, const char* title, const std::vector<Picture>& pictures,
                            std::string (*render)(const Picture&)) {
  if (pictures.empty()) return "";
  std::string body = "<div class=\"charts\">";
  for (const Picture& picture : pictures) {
    body += fmt::format("<div class=\"card\"><h3>{}</h3>{}{}</div>\n", escape_html(picture.title),
                        paragraph(picture.explanation, "hint"), render(picture));
  }
  return section(id, title, body + "</div>\n");
}

std::string list(const std::vector<std::string>& items, const char* style_class) {
  if (items.empty()) return "";
  std::string html = fmt::format("<ul class=\"{}\">", style_class);
  for (const std::string& item : items) html += "<li>" + escape_html(item) + "</li>";
  return html + "</ul>\n";
}

std::string table(const ReportTable& data) {
  std::string html = "<div class=\"scroll\"><table><thead><tr>";
  for (const std::string& cell : data.header) html += "<th>" + escape_html(cell) + "</th>";
  html += "</tr></thead><tbody>";
  for (const auto& row : data.rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + escape_html(cell) + "</td>";
    html += "</tr>";
  }
  return html + "</tbody></table></div>\n";
}

bool has_component(const MoleculeCard& molecule, std::string_view name) {
  return std::any_of(molecule.components.begin(), molecule.components.end(),
                     [&](const ComponentValue& component) { return component.name == name; });
}

std::string component_rows(const MoleculeCard& molecule) {
  std::string html =
      "<table class=\"components\"><thead><tr><th></th><th>raw</th><th>in score</th></tr></thead>"
      "<tbody>";
  for (const ComponentValue& component : molecule.components) {
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", escape_html(component.name),
                        format_number(component.raw), format_number(component.transformed));
  }
  const auto add = [&](const char* name, double value) {
    html += fmt::format("<tr><td>{}</td><td>{}</td><td></td></tr>", name, format_number(value));
  };
  if (!has_component(molecule, "qed")) add("QED", molecule.qed);
  if (!has_component(molecule, "sa")) add("SA", molecule.sa);
  return html + "</tbody></table>";
}

std::string molecule_card(const MoleculeCard& molecule, std::size_t rank) {
  std::string html = fmt::format(
      "<article class=\"molecule\"><header><span class=\"rank\">{}</span>"
      "<span class=\"score\" title=\"score\">{}</span></header><div "
      "class=\"drawing\">{}</div><code>{}</code>{}",
      rank, format_number(molecule.score), molecule.drawing, escape_html(molecule.smiles),
      component_rows(molecule));
  if (!molecule.alerts.empty()) {
    html += "<p class=\"alerts\">Alerts: ";
    for (std::size_t i = 0; i < molecule.alerts.size(); ++i) {
      html += (i == 0 ? "" : ", ") + escape_html(molecule.alerts[i]);
    }
    html += "</p>";
  }
  if (!molecule.nearest_smiles.empty()) {
    html += fmt::format(
        "<p class=\"nearest\">Nearest known: <b>{}</b> (Tanimoto {:.2f})<code>{}</code></p>",
        escape_html(molecule.nearest_name), molecule.nearest_similarity,
        escape_html(molecule.nearest_smiles));
  }
  return html + "</article>\n";
}

bool has_routes(const ReportData& data) {
  return std::any_of(data.molecules.begin(), data.molecules.end(),
                     [](const MoleculeCard& molecule) { return molecule.route.has_value(); });
}

}  // namespace

std::string render_header(const ReportData& data) {
  std::string html = fmt::format("<header class=\"top\"><h1>{}</h1>{}</header>\n",
                                 escape_html(data.title), paragraph(data.subtitle, "subtitle"));
  html += list(data.warnings, "warnings");
  return html + list(data.notes, "notes");
}

std::string render_summary(const ReportData& data) {
  if (data.figures.empty()) return "";
  std::string cards = "<div class=\"figures\">";
  for (const KeyFigure& figure : data.figures) {
    cards += fmt::format(
        "<div class=\"figure\"><div class=\"label\">{}</div><div class=\"number\">{}</div>"
        "<div class=\"hint\">{}</div></div>\n",
        escape_html(figure.label), escape_html(figure.value), escape_html(figure.explanation));
  }
  return section("summary", "Summary", cards + "</div>\n");
}

std::string render_navigation(const ReportData& data) {
  std::string html = "<nav><div>";
  const auto link = [&](bool there, const char* id, const char* title) {
    if (there) html += fmt::format("<a href=\"#{}\">{}</a>", id, title);
  };
  link(data.candidates.has_value(), "shortlist", "Shortlist");
  link(!data.figures.empty(), "summary", "Summary");
  link(!data.stages.rows.empty(), "stages", "Stages");
  link(!data.molecules.empty(), "molecules", "Molecules");
  link(has_routes(data), "routes", "Routes");
  link(!data.poses.empty(), "poses", "Poses");
  link(!data.scatters.empty(), "activities", "Activities");
  link(!data.fronts.empty(), "front", "Front");
  link(!data.quality.empty(), "quality", "Quality");
  link(data.second_opinion.has_value(), "second-opinion", "Second opinion");
  link(data.target_fit.has_value(), "target-fit", "Does it follow R?");
  link(!data.heat_maps.empty(), "distribution", "Distribution");
  link(!data.policy_pictures.empty(), "policy", "Policy");
  link(!data.curves.empty(), "training", "Training");
  link(!data.histograms.empty(), "properties", "Properties");
  link(!data.evaluation.rows.empty(), "evaluation", "All figures");
  link(true, "provenance", "How it was made");
  return html + "</div></nav>\n";
}

std::string render_stages(const ReportData& data) {
  if (data.stages.rows.empty()) return "";
  return section("stages", "Stages",
                 paragraph("Each started from the weights of the one before; this page is of the "
                           "last one that is finished.",
                           "hint") +
                     table(data.stages));
}

std::string render_curves(const ReportData& data) {
  if (data.curves.empty()) return "";
  std::string body = paragraph(data.curves_explanation, "hint") + "<div class=\"charts\">";
  for (std::size_t i = 0; i < data.curves.size(); ++i) {
    body +=
        chart_card(data.curves[i].title, data.curves[i].explanation, fmt::format("curve-{}", i));
  }
  return section("training", "Training", body + "</div>\n");
}

std::string render_heat_maps(const ReportData& data) {
  return picture_section("distribution", "Distribution", data.heat_maps, render_heat_map);
}

std::string render_policy_pictures(const ReportData& data) {
  return picture_section("policy", "Policy", data.policy_pictures, render_policy_picture);
}

std::string render_fronts(const ReportData& data) {
  return picture_section("front", "Front", data.fronts, render_front_picture);
}

std::string render_scatters(const ReportData& data) {
  if (data.scatters.empty()) return "";
  std::string body = paragraph(data.scatters_explanation, "hint") + "<div class=\"charts\">";
  for (std::size_t i = 0; i < data.scatters.size(); ++i) {
    body += chart_card(data.scatters[i].title, data.scatters[i].explanation,
                       fmt::format("scatter-{}", i));
  }
  return section("activities", "Activities", body + "</div>\n");
}

std::string render_molecules(const ReportData& data) {
  if (data.molecules.empty()) return "";
  std::string body = paragraph(data.molecules_explanation, "hint") + "<div class=\"molecules\">";
  for (std::size_t i = 0; i < data.molecules.size(); ++i) {
    body += molecule_card(data.molecules[i], i + 1);
  }
  return section("molecules", data.molecules_title.c_str(), body + "</div>\n");
}

std::string render_routes(const ReportData& data) {
  if (!has_routes(data)) return "";
  std::string body = paragraph(
      "How the molecules above are made from building blocks. Conditions, names and prices: "
      "fragflow route samples.csv -o routes.json.",
      "hint");
  for (std::size_t i = 0; i < data.molecules.size(); ++i) {
    const MoleculeCard& molecule = data.molecules[i];
    if (!molecule.route) continue;
    body += fmt::format("<div class=\"card\"><h3>{}. <code>{}</code></h3>{}</div>\n", i + 1,
                        escape_html(molecule.smiles), route_scheme_html(*molecule.route));
  }
  return section("routes", "Routes", body);
}

std::string render_quality(const ReportData& data) {
  if (data.quality.empty()) return "";
  return section("quality", "Quality of the top 100", findings_html(data.quality));
}

std::string render_second_opinion(const ReportData& data) {
  if (!data.second_opinion) return "";
  const SecondOpinion& opinion = *data.second_opinion;
  std::string body = paragraph(opinion.explanation, "hint") + findings_html(opinion.findings);
  body += "<div class=\"charts\">" +
          chart_card("Both models, molecule by molecule",
                     "On the dashed line they agree; below it the reward's model is the more "
                     "optimistic one.",
                     "second-opinion-chart") +
          "</div>\n";
  return section("second-opinion", "Second opinion", body);
}

std::string render_histograms(const ReportData& data) {
  if (data.histograms.empty()) return "";
  std::string body = "<div class=\"charts\">";
  for (std::size_t i = 0; i < data.histograms.size(); ++i) {
    body += chart_card(data.histograms[i].title, data.histograms[i].explanation,
                       fmt::format("histogram-{}", i));
  }
  return section("properties", "Scores and properties", body + "</div>\n");
}

std::string render_evaluation(const ReportData& data) {
  if (data.evaluation.rows.empty()) return "";
  return section("evaluation", data.evaluation_title.c_str(), table(data.evaluation));
}

std::string render_provenance(const ReportData& data) {
  std::string body = list(data.statements, "statements");
  if (!data.provenance.empty()) {
    ReportTable rows;
    for (const auto& [key, value] : data.provenance) rows.rows.push_back({key, value});
    body += table(rows);
  }
  if (!data.config.empty()) {
    body += "<details><summary>Effective configuration</summary><pre>" + escape_html(data.config) +
            "</pre></details>\n";
  }
  return section("provenance", "How it was made", body);
}

nlohmann::json chart_data(const ReportData& data) {
  const auto series_json = [](const Series& series) {
    nlohmann::json json = {{"name", series.name}, {"x", series.x}, {"y", series.y}};
    if (!series.low.empty()) json.update({{"low", series.low}, {"high", series.high}});
    return json;
  };
  nlohmann::json charts = nlohmann::json::array();
  const auto add_curves = [&](const std::vector<Curve>& curves, const char* id) {
    for (std::size_t i = 0; i < curves.size(); ++i) {
      const Curve& curve = curves[i];
      nlohmann::json all = nlohmann::json::array();
      for (const Series& series : curve.series) all.push_back(series_json(series));
      charts.push_back({{"id", fmt::format("{}-{}", id, i)},
                        {"kind", "curve"},
                        {"x_label", curve.x_label},
                        {"y_label", curve.y_label},
                        {"logarithmic", curve.logarithmic},
                        {"series", all}});
    }
  };
  add_curves(data.curves, "curve");
  if (data.target_fit) add_curves(data.target_fit->curves, "fit");
  for (std::size_t i = 0; i < data.histograms.size(); ++i) {
    nlohmann::json sets = nlohmann::json::array();
    for (const auto& set : data.histograms[i].sets) {
      sets.push_back({{"name", set.name}, {"shares", set.shares}});
    }
    charts.push_back({{"id", fmt::format("histogram-{}", i)},
                      {"kind", "histogram"},
                      {"edges", data.histograms[i].edges},
                      {"sets", sets}});
  }
  for (std::size_t i = 0; i < data.scatters.size(); ++i) {
    const Scatter& scatter = data.scatters[i];
    nlohmann::json points = nlohmann::json::array(), lines = nlohmann::json::array();
    for (const Series& series : scatter.points) points.push_back(series_json(series));
    for (const Series& series : scatter.lines) lines.push_back(series_json(series));
    charts.push_back({{"id", fmt::format("scatter-{}", i)},
                      {"kind", "plane"},
                      {"x_label", scatter.x_label},
                      {"y_label", scatter.y_label},
                      {"series", points},
                      {"lines", lines}});
  }
  if (data.second_opinion) {
    charts.push_back(
        {{"id", "second-opinion-chart"},
         {"kind", "scatter"},
         {"x_label", "model in the reward"},
         {"y_label", "second model"},
         {"series",
          {series_json(data.second_opinion->known), series_json(data.second_opinion->top)}}});
  }
  return {{"charts", charts}};
}

}  // namespace fragflow
