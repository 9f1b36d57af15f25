#include "src/report/route_scheme.hpp"

#include <GraphMol/RWMol.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/depiction.hpp"
#include "src/chem/standardise.hpp"
#include "src/report/html.hpp"
#include "src/report/report_parts.hpp"

namespace fragflow {
namespace {

struct Size {
  int width, height;  // pixels
};
constexpr Size kBought{170, 120}, kMade{250, 150};

using Json = nlohmann::json;

std::string remark_of(const Json& route) {
  std::string remark;
  if (route.contains("price")) {
    remark = fmt::format("Bought compounds: {:.4g} a unit of each. ", route["price"].get<double>());
  }
  if (route.contains("yield")) {
    remark += fmt::format("Yield of all steps as the reactions say: {:.0f} %.",
                          100 * route["yield"].get<double>());
  }
  return remark;
}

std::string bought_note(const Json& reactant) {
  std::string note = reactant.value("name", "");
  if (reactant.contains("price")) {
    note +=
        fmt::format("{}{:.4g} a unit", note.empty() ? "" : ", ", reactant["price"].get<double>());
  }
  return note;
}

// "reaction: A.B>>C"; the reaction's name may hold colons.
std::optional<SchemeStep> step_of_text(std::string_view text) {
  const std::size_t colon = text.rfind(": ");
  const std::size_t arrow = text.find(">>", colon == std::string_view::npos ? 0 : colon);
  if (colon == std::string_view::npos || arrow == std::string_view::npos) return {};
  const std::string_view reactants = text.substr(colon + 2, arrow - colon - 2);
  const std::size_t dot = reactants.find('.');
  if (dot == std::string_view::npos) return {};
  SchemeStep step;
  step.reaction = text.substr(0, colon);
  step.reactants = {{std::string(reactants.substr(0, dot)), "", 0},
                    {std::string(reactants.substr(dot + 1)), "", 0}};
  step.product = text.substr(arrow + 2);
  return step;
}

// Falls back to the text if RDKit rejects it: the table may come from elsewhere.
std::string drawing(const std::string& smiles, Size size) {
  const auto molecule = parse_smiles(smiles);
  const std::string body = molecule ? depict(*molecule, size.width, size.height)
                                    : "<code>" + escape_html(smiles) + "</code>";
  return fmt::format("<span class=\"picture\" role=\"img\" aria-label=\"{}\">{}</span>",
                     escape_html(smiles), body);
}

std::string compound_html(const SchemeCompound& compound) {
  if (compound.from_step > 0) {
    return fmt::format("<div class=\"compound made\">product of step {}</div>", compound.from_step);
  }
  return fmt::format("<div class=\"compound\">{}{}</div>", drawing(compound.smiles, kBought),
                     paragraph(compound.note, "hint"));
}

std::string step_html(const SchemeStep& step, std::size_t number) {
  std::string html = "<li class=\"step\">";
  for (const SchemeCompound& compound : step.reactants) {
    if (&compound != step.reactants.data()) html += "<span class=\"plus\">+</span>";
    html += compound_html(compound);
  }
  html +=
      fmt::format("<div class=\"arrow\"><b>{}. {}</b><span aria-hidden=\"true\">⟶</span>{}</div>",
                  number, escape_html(step.reaction), paragraph(step.conditions, "hint"));
  return html + fmt::format("<div class=\"compound product\">{}</div></li>\n",
                            drawing(step.product, kMade));
}

}  // namespace

RouteScheme scheme_of_json(const std::string& text) {
  const Json route = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  FRAGFLOW_CHECK(route.is_object() && route.contains("steps"), "no route: '{}'", text);
  RouteScheme scheme;
  scheme.remark = remark_of(route);
  for (const Json& from : route["steps"]) {
    SchemeStep step{from.at("reaction"), from.value("conditions", ""), {}, from.at("product")};
    if (from.contains("yield")) {
      step.conditions += fmt::format("{}{:.0f} %", step.conditions.empty() ? "" : "; ",
                                     100 * from["yield"].get<double>());
    }
    for (const Json& reactant : from.at("reactants")) {
      step.reactants.push_back(
          {reactant.at("smiles"), bought_note(reactant), reactant.value("step", 0)});
    }
    scheme.steps.push_back(std::move(step));
  }
  return scheme;
}

std::optional<RouteScheme> scheme_of_text(std::string_view route) {
  RouteScheme scheme;
  std::size_t begin = 0;
  while (begin < route.size()) {
    const std::size_t end = std::min(route.find(" ; ", begin), route.size());
    auto step = step_of_text(route.substr(begin, end - begin));
    if (!step) return {};
    for (SchemeCompound& compound : step->reactants) {
      for (std::size_t k = 0; k < scheme.steps.size(); ++k) {
        if (scheme.steps[k].product == compound.smiles) {
          compound.from_step = static_cast<int>(k) + 1;
        }
      }
    }
    scheme.steps.push_back(std::move(*step));
    begin = end + 3;
  }
  if (scheme.steps.empty()) return {};
  return scheme;
}

std::string route_scheme_html(const RouteScheme& scheme) {
  std::string html;
  if (!scheme.steps.empty()) {
    html = "<ol class=\"route\">";
    for (std::size_t k = 0; k < scheme.steps.size(); ++k) html += step_html(scheme.steps[k], k + 1);
    html += "</ol>\n";
  }
  return html + paragraph(scheme.remark, "hint");
}

}  // namespace fragflow
