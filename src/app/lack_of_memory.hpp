// Where memory is not there the program ends, at once and with a message.
#pragma once

namespace fragflow {

// Call first in main(). From then on an allocation that fails in any library ends the program, as
// end_for_lack_of_memory() does. Libraries do worse with it: RDKit stops at an assertion, writes
// through null pointers and keeps locks, and streams swallow it. What is on disk is as a kill
// leaves it, which every command bears.
void end_where_memory_is_lacking();

// Says so on standard error and ends with exit code 2.
[[noreturn]] void end_for_lack_of_memory();

}  // namespace fragflow
