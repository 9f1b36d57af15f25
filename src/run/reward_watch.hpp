// Detects a training run whose reward gives no signal: nearly all molecules score the floor, or
// none contains a required pattern.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/safetensors.hpp"
#include "src/reward/reward.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

class RewardWatch {
 public:
  // Steps per interval.
  static constexpr std::int64_t kInterval = 25;
  // If at least this fraction of molecules is at the floor, there is almost nothing to learn from.
  static constexpr double kFloorFraction = 0.95;

  // names: of the components, in the order of config.components; if empty, nothing is detected.
  // has_memory: the run replays the best objects it has met.
  RewardWatch(RewardConfig config, std::vector<std::string> names, bool has_memory);

  // The draws of step `step` (1, 2, ...). The first interval with a finding warns in the log.
  void observe(std::int64_t step, const std::vector<RewardResult>& rewards);

  // The findings at the end of training: of the current interval or, if that is empty, of the last
  // one. Warns in the log if there was no earlier warning.
  std::vector<std::string> at_end();

  // The current interval and the last one, so that a resumed run reports the same.
  void save(SafetensorsFile& file) const;
  // Files of earlier versions lack them; then a new interval starts.
  void load(const SafetensorsFile& file);

 private:
  struct OfComponent {
    double zero = 0;   // molecules with the value 0 or none
    double alone = 0;  // would score more than the floor if this component were left out
    double found = 0;  // with a raw value above 0
    double lowest = 0, highest = 0;  // of the raw values; 0 if there are none
    double values = 0;               // number of raw values
  };
  static constexpr std::size_t kNumbers = 6;  // per component

  void count(const RewardResult& reward);
  std::vector<std::string> findings() const;
  std::string floor_finding() const;
  std::string describe(std::size_t component) const;
  std::string remedy(std::size_t component) const;
  void warn(const std::vector<std::string>& findings);
  void clear();

  RewardConfig config_;
  std::vector<std::string> names_;
  bool has_memory_;
  double first_step_ = 0, last_step_ = 0, molecules_ = 0, at_floor_ = 0;
  std::vector<OfComponent> components_;
  std::vector<std::string> last_findings_;  // of the last complete interval
  bool has_warned_ = false;
};

}  // namespace fragflow
