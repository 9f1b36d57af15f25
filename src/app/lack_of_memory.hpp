// Ends the program with a message as soon as an allocation fails.
#pragma once

namespace fragflow {

// To be called first in main(). From then on, a failed allocation in any library ends the program,
// as end_for_lack_of_memory() does. Libraries handle it badly: RDKit stops at an assertion, writes
// through null pointers and keeps locks, and streams ignore it. Files are left as after a kill,
// which every command can handle.
void end_where_memory_is_lacking();

// Reports this on standard error and ends with exit code 2.
[[noreturn]] void end_for_lack_of_memory();

}  // namespace fragflow
