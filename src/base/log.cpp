#include "src/base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace fragflow {

void set_up_log(bool quiet) {
  auto logger = spdlog::get("fragflow");
  if (!logger) logger = spdlog::stderr_color_mt("fragflow");
  logger->set_pattern("%^%l%$: %v");
  logger->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
  spdlog::set_default_logger(logger);
}

}  // namespace fragflow
