#include "src/ranks/rank_place.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

// The variables of one launcher. job: identifies the job on this machine; local_size, nodes: number
// of its processes here, and of machines; null: not provided.
struct Starter {
  const char *name, *rank, *size, *job, *local_size, *nodes;
};

constexpr std::array<Starter, 4> kStarters = {{
    {"the environment", "RANK", "WORLD_SIZE", nullptr, nullptr, nullptr},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE",
     "OMPI_COMM_WORLD_LOCAL_SIZE", nullptr},
    {"MPICH", "PMI_RANK", "PMI_SIZE", nullptr, "MPI_LOCALNRANKS", nullptr},
    // A batch script also has SLURM_NTASKS, but is alone; only srun sets these.
    {"Slurm", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_JOB_ID", nullptr,
     "SLURM_STEP_NUM_NODES"},
}};

bool is_set(const char* text) { return text != nullptr && *text != '\0'; }

int whole_number(const char* name, const char* text, int low, int high) {
  int value = 0;
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  if (error != std::errc() || stop != end || value < low || value > high) {
    user_error("the environment variable {} = '{}' is no whole number from {} to {}", name, text,
               low, high);
  }
  return value;
}

// On one machine the job's name suffices as a meeting point.
std::string file_of_job(const Starter& starter, const GetVariable& get, int size) {
  const char* job = starter.job == nullptr ? nullptr : get(starter.job);
  const char* local = starter.local_size == nullptr ? nullptr : get(starter.local_size);
  const char* nodes = starter.nodes == nullptr ? nullptr : get(starter.nodes);
  const bool on_one_machine =
      (is_set(local) && whole_number(starter.local_size, local, 1, 1 << 20) == size) ||
      (is_set(nodes) && std::strcmp(nodes, "1") == 0);
  if (!is_set(job) || !on_one_machine) return "";
  std::string name = job;
  if (const char* step = get("SLURM_STEP_ID"); is_set(step)) name += std::string("-") + step;
  // A requeued job must not use the file left by its first start.
  if (const char* again = get("SLURM_RESTART_COUNT"); is_set(again))
    name += std::string("-") + again;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '-';
  }
  return private_folder() + "/" + name;
}

void find_meeting_place(const Starter& starter, const GetVariable& get, RankPlace& place) {
  if (const char* file = get(kRanksFile); is_set(file)) {
    place.file = file;
    return;
  }
  const char* address = get("MASTER_ADDR");
  if (!is_set(address)) {
    place.file = file_of_job(starter, get, place.size);
    if (!place.file.empty()) return;
    user_error(
        "{} started {} processes, but MASTER_ADDR does not say where rank 0 is: set it to that "
        "machine's name or address (with Slurm: export MASTER_ADDR=$(scontrol show hostnames "
        "\"$SLURM_JOB_NODELIST\" | head -n 1)), the same for all; for one machine alone use "
        "'fragflow launch -n {} -- train ...'",
        place.started_by, place.size, place.size);
  }
  place.address = address;
  if (const char* port = get("MASTER_PORT"); is_set(port)) {
    place.port = whole_number("MASTER_PORT", port, 1, 65535);
  }
}

}  // namespace

std::string private_folder() {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("fragflow-ranks-{}", ::getuid());
  ::mkdir(folder.c_str(), 0700);
  struct stat status {};
  const bool is_ours = ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                       status.st_uid == ::getuid() && (status.st_mode & 077) == 0;
  if (!is_ours) {
    user_error("'{}' is no folder of yours alone: remove it, or set TMPDIR to another place",
               folder.string());
  }
  return folder;
}

std::optional<RankPlace> rank_place(const GetVariable& get) {
  for (const Starter& starter : kStarters) {
    const char *rank = get(starter.rank), *size = get(starter.size);
    if (!is_set(rank) && !is_set(size)) continue;
    if (!is_set(rank) || !is_set(size)) {
      // Schedulers set one of their variables outside of their steps, too.
      if (starter.rank != kStarters[0].rank) continue;
      user_error("{} is set, but {} is not: both say which of how many processes this is",
                 is_set(rank) ? starter.rank : starter.size,
                 is_set(rank) ? starter.size : starter.rank);
    }
    RankPlace place;
    place.started_by = starter.name;
    place.size = whole_number(starter.size, size, 1, 4096);
    place.rank = whole_number(starter.rank, rank, 0, place.size - 1);
    if (place.size == 1) return std::nullopt;
    find_meeting_place(starter, get, place);
    return place;
  }
  return std::nullopt;
}

std::optional<RankPlace> rank_place() {
  return rank_place([](const char* name) -> const char* { return std::getenv(name); });
}

}  // namespace fragflow
