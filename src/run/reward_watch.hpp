// Notices a training run that its reward cannot teach: nearly all molecules score the floor, or
// none has a pattern that is required.
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
  // Steps that are looked at together.
  static constexpr std::int64_t kInterval = 25;
  // From this fraction of molecules at the floor on there is next to nothing to learn from.
  static constexpr double kFloorFraction = 0.95;

  // names: of the components, in the order of config.components; none: never finds anything.
  // has_memory: the run learns again from the best objects it has met.
  RewardWatch(RewardConfig config, std::vector<std::string> names, bool has_memory);

  // What step `step` (1, 2, ...) drew. The first interval with something to say warns in the log.
  void observe(std::int64_t step, const std::vector<RewardResult>& rewards);

  // What is wrong at the end of training: of the interval under way or, if that is empty, of the
  // last one. Warns in the log if nothing did before.
  std::vector<std::string> at_end();

  // The interval under way and the last one, so that a resumed run says the same.
  void save(SafetensorsFile& file) const;
  // Files of earlier versions lack them: then an interval starts here.
  void load(const SafetensorsFile& file);

 private:
  struct OfComponent {
    double zero = 0;   // molecules with the value 0 or none
    double alone = 0;  // that would score more than the floor, were this component not there
    double found = 0;  // with a raw value above 0
    double lowest = 0, highest = 0;  // of the raw values; 0 where there is none
    double values = 0;               // how many raw values there are
  };
  static constexpr std::size_t kNumbers = 6;  // of a component

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
  std::vector<std::string> last_findings_;  // of the last whole interval
  bool has_warned_ = false;
};

}  // namespace fragflow
