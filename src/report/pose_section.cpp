#include "src/report/pose_section.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "src/report/html.hpp"
#include "src/report/report_parts.hpp"

namespace fragflow {
namespace {

constexpr const char* kExplanation =
    "Where the scorer put the molecules above: sticks in the colours of the elements, the receptor "
    "around them as thin lines, dashed what may be hydrogen bonds (N or O of both within 3.5 "
    "angstrom). Drag or use the arrow keys to turn, + and - to enlarge, 0 to start again. A pose "
    "and its value are a model's guess.";

std::string view_html(const PoseView& view, std::size_t index) {
  std::string html = fmt::format(
      "<div class=\"card pose-view\" data-set=\"{}\"><h3>{}</h3><div class=\"pose-columns\">"
      "<div class=\"pose-list\" role=\"group\" aria-label=\"Molecules with a pose\"></div>"
      "<figure><canvas tabindex=\"0\" role=\"img\"></canvas>"
      "<div class=\"pose-tools\"></div><figcaption></figcaption></figure></div>",
      index, escape_html(view.component));
  if (view.missing > 0) {
    html += paragraph(fmt::format("{} of the molecules above have no pose.", view.missing), "hint");
  }
  return html + "</div>\n";
}

// A hundredth of an angstrom is less than a pixel.
double rounded(double value) { return std::round(100 * value) / 100; }

}  // namespace

std::string render_poses(const ReportData& data) {
  if (data.poses.empty()) return "";
  std::string body = paragraph(kExplanation, "hint");
  for (std::size_t i = 0; i < data.poses.size(); ++i) body += view_html(data.poses[i], i);
  return section("poses", "Poses", body);
}

nlohmann::json poses_json(const ReportData& data) {
  nlohmann::json sets = nlohmann::json::array();
  for (const PoseView& view : data.poses) {
    nlohmann::json poses = nlohmann::json::array(), atoms = nlohmann::json::array();
    for (const ShownPose& pose : view.poses) {
      poses.push_back({{"rank", pose.molecule + 1},
                       {"smiles", data.molecules.at(pose.molecule).smiles},
                       {"value", pose.value},
                       {"record", pose.record}});
    }
    for (const AtomEnvironments::Atom& atom : view.around.atoms) {
      atoms.push_back({atom.element, rounded(atom.place[0]), rounded(atom.place[1]),
                       rounded(atom.place[2]), atom.residue});
    }
    sets.push_back({{"component", view.component},
                    {"poses", poses},
                    {"residues", view.around.residues},
                    {"atoms", atoms},
                    {"bonds", view.around.bonds}});
  }
  return {{"sets", sets}};
}

}  // namespace fragflow
