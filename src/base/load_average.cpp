#include "src/base/load_average.hpp"

#include <array>
#include <cstdlib>

namespace fragflow {

double load_average() {
  std::array<double, 1> load = {-1};
  return ::getloadavg(load.data(), 1) == 1 ? load[0] : -1;
}

}  // namespace fragflow
