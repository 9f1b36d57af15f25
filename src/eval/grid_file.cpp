#include "src/eval/grid_file.hpp"

#include "src/base/check.hpp"

namespace fragflow {
namespace {

// More than any run with a known answer has.
constexpr std::size_t kMaxCells = 100'000'000;

// side^dimensions, 0 if it is out of range.
std::size_t num_cells(int side, int dimensions) {
  std::size_t cells = 1;
  for (int d = 0; d < dimensions && cells <= kMaxCells; ++d) cells *= std::size_t(side);
  return side < 1 || dimensions < 1 || cells > kMaxCells ? 0 : cells;
}

}  // namespace

GridFile parse_grid_file(const nlohmann::json& json, const std::filesystem::path& path) {
  GridFile file;
  try {
    file.side = json.at("side").get<int>();
    file.dimensions = json.at("dimensions").get<int>();
    file.target = json.at("target").get<std::vector<double>>();
    file.learned = json.at("learned").get<std::vector<double>>();
    file.policy_before = json.value("policy_before", file.policy_before);
    file.policy_after = json.value("policy_after", file.policy_after);
  } catch (const nlohmann::json::exception& error) {
    user_error("'{}' is damaged: {}", path.string(), error.what());
  }
  const std::size_t cells = num_cells(file.side, file.dimensions);
  const std::size_t in_policy = 3 * num_cells(file.side, 2);
  const auto fits = [&](const std::vector<double>& policy) {
    return policy.empty() || policy.size() == in_policy;
  };
  if (cells == 0 || file.target.size() != cells || file.learned.size() != cells ||
      !fits(file.policy_before) || !fits(file.policy_after)) {
    user_error("'{}' is damaged: its lists do not belong to a grid of {}^{} cells", path.string(),
               file.side, file.dimensions);
  }
  return file;
}

}  // namespace fragflow
