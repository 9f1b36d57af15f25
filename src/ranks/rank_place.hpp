// The rank of this process and the number of ranks, from the launcher's environment variables.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace fragflow {

struct RankPlace {
  int rank = 0, size = 1;
  std::string started_by;  // launcher whose variables were read, for messages
  // How the processes meet: a file writable by all, on one machine or a shared file system;
  // otherwise the machine and port of rank 0.
  std::string file, address;
  int port = 29500;
};

// Text of an environment variable; null: not set.
using GetVariable = std::function<const char*(const char*)>;

// From RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT as set by torchrun; rank and size also from
// Open MPI, MPICH or Slurm (inside srun), where MASTER_ADDR may be missing if all processes are on
// one machine: they then meet at a file in a folder of the user under TMPDIR. Empty if the process
// is alone. Throws UserError for inconsistent variables.
std::optional<RankPlace> rank_place(const GetVariable& get);
std::optional<RankPlace> rank_place();  // of this process

// Variable set by `fragflow launch`: the file at which its processes meet.
inline constexpr const char* kRanksFile = "FRAGFLOW_RANKS_FILE";

// A folder TMPDIR/fragflow-ranks-UID of this user alone (0700). Throws UserError if it exists with
// another owner.
std::string private_folder();

}  // namespace fragflow
