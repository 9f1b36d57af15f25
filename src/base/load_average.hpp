// The load of the machine.
#pragma once

namespace fragflow {

// Number of processes that run or wait for a processor, averaged over the last minute; negative if
// unknown. Times measured under load are unreliable.
double load_average();

}  // namespace fragflow
