// fragflow route: how to make given molecules from the blocks of a vocabulary.
#include <fmt/format.h>

#include <memory>

#include "envs/fragment_tree.hpp"
#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/run/route_run.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

struct RouteArguments {
  RouteRequest request;
  std::string output;
};

std::string csv_rows(const MoleculeRoutes& molecule, const RouteFinder& finder) {
  if (molecule.routes.empty()) {
    return csv_row({molecule.smiles, molecule.canonical, "0", "", "", "", "", molecule.reason});
  }
  std::string text;
  for (std::size_t k = 0; k < molecule.routes.size(); ++k) {
    std::vector<std::string> row = {molecule.smiles, molecule.canonical, std::to_string(k + 1)};
    for (std::string& cell : finder.cells(molecule.routes[k], csv_number)) {
      row.push_back(std::move(cell));
    }
    row.push_back(molecule.reason);
    text += csv_row(row);
  }
  return text;
}

Json molecule_json(const MoleculeRoutes& molecule, const RouteFinder& finder) {
  Json json = {{"smiles", molecule.smiles}, {"canonical_smiles", molecule.canonical}};
  json["routes"] = Json::array();
  for (const Route& route : molecule.routes) {
    json["routes"].push_back(Json::parse(finder.json(route)));
  }
  if (!molecule.reason.empty()) json["reason"] = molecule.reason;
  return json;
}

void run(const GlobalOptions& global, const RouteArguments& arguments) {
  const std::filesystem::path output = arguments.output;
  const bool as_json = output.extension() == ".json";
  if (!as_json && output.extension() != ".csv") {
    user_error("'{}': cannot tell the format from '{}'; use .csv or .json", output.string(),
               output.extension().string());
  }
  std::string table = csv_row(
      {"smiles", "canonical_smiles", "route", "steps", "price", "yield", "reactions", "reason"});
  Json list = Json::array();
  std::int64_t molecules = 0, readable = 0, with_route = 0, routes = 0;
  find_routes(arguments.request, [&](const MoleculeRoutes& molecule, const RouteFinder& finder) {
    ++molecules;
    readable += molecule.canonical.empty() ? 0 : 1;
    with_route += molecule.routes.empty() ? 0 : 1;
    routes += static_cast<std::int64_t>(molecule.routes.size());
    if (as_json) {
      list.push_back(molecule_json(molecule, finder));
    } else {
      table += csv_rows(molecule, finder);
    }
  });
  if (readable == 0) {
    user_error("'{}' holds no molecule RDKit accepts ({} rows read)", arguments.request.input,
               molecules);
  }
  write_file_atomically(output, as_json ? list.dump(1) + "\n" : table);
  const Json json = {{"molecules", molecules},
                     {"with_route", with_route},
                     {"routes", routes},
                     {"vocabulary", arguments.request.vocabulary},
                     {"max_reactions", arguments.request.max_reactions},
                     {"output", output.string()}};
  print_result(
      global, json,
      fmt::format("{} of {} molecules have a route of at most {} reactions ({} routes); "
                  "written to {}\n",
                  with_route, molecules, arguments.request.max_reactions, routes, output.string()));
}

}  // namespace

void add_route_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "route", "How given molecules can be made from the blocks of a vocabulary of synthons");
  const auto arguments = std::make_shared<RouteArguments>();
  RouteRequest& request = arguments->request;
  request.vocabulary = "synthons.json";
  command.add_option("file", request.input, "molecules: .csv with a header, .smi or .sdf")
      ->required();
  command.add_option("--vocabulary", request.vocabulary, "synthons, of fragflow blocks build")
      ->capture_default_str();
  command
      .add_option("-o,--output", arguments->output,
                  ".csv (a row for each route) or .json (with conditions, names and prices)")
      ->required();
  command.add_option("--smiles", request.smiles_column, "SMILES column (default: by name)");
  command.add_option("--max-reactions", request.max_reactions, "steps of a route")
      ->check(CLI::Range(1, kMaxFragments - 1))
      ->capture_default_str();
  command.add_option("--max-routes", request.limits.max_routes, "routes of a molecule")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  add_global_options(command, global);
  command.footer("Example:\n  fragflow route candidates.smi -o routes.json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
