// How busy the machine is.
#pragma once

namespace fragflow {

// Programs that run or wait for a processor, averaged over the last minute; negative if unknown. A
// time measured beside other programs says little.
double load_average();

}  // namespace fragflow
