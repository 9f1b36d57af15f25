// Which process of how many this one is, as whatever started it says in the environment.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace fragflow {

struct RankPlace {
  int rank = 0, size = 1;
  std::string started_by;  // whose variables were read, for messages
  // How the processes find each other: a file that all can write, on one machine or a shared file
  // system; else rank 0's machine and a port.
  std::string file, address;
  int port = 29500;
};

// Text of an environment variable; null: not set.
using GetVariable = std::function<const char*(const char*)>;

// From RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT as torchrun sets them; the rank and size also
// from Open MPI, MPICH or Slurm (inside srun), where MASTER_ADDR may be missing if all processes
// are on one machine: they then meet at a file in a folder of the user's under TMPDIR. Nothing
// where the process is alone. Throws UserError for variables that do not fit together.
std::optional<RankPlace> rank_place(const GetVariable& get);
std::optional<RankPlace> rank_place();  // of this process

// Variable that `fragflow launch` sets: the file at which its processes meet.
inline constexpr const char* kRanksFile = "FRAGFLOW_RANKS_FILE";

// A folder TMPDIR/fragflow-ranks-UID of this user alone (0700). Throws UserError if another's is in
// its place.
std::string private_folder();

}  // namespace fragflow
