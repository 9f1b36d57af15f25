#include "src/ranks/launch.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/ranks/rank_place.hpp"

extern char** environ;

namespace fragflow {
namespace {

using Clock = std::chrono::steady_clock;

// Time for the others to finish writing (a checkpoint) after one has failed.
constexpr auto kGrace = std::chrono::seconds(5);
constexpr auto kPause = std::chrono::milliseconds(20);

// A signal handler can access only static variables.
volatile std::sig_atomic_t second_signal = 0;
void on_second_signal(int signal) { second_signal = signal; }

// A unique file name for the processes to meet at; the file is removed with the object.
class MeetingFile {
 public:
  MeetingFile() {
    path_ = private_folder() + "/launch-XXXXXX";
    const int file = ::mkstemp(path_.data());
    if (file < 0) user_error("cannot write into '{}': {}", private_folder(), std::strerror(errno));
    ::close(file);
  }
  ~MeetingFile() { ::unlink(path_.c_str()); }
  MeetingFile(const MeetingFile&) = delete;
  MeetingFile& operator=(const MeetingFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> variables_of(const LaunchRequest& request, const std::string& file,
                                      int rank) {
  std::vector<std::string> variables = {fmt::format("RANK={}", rank),
                                        fmt::format("WORLD_SIZE={}", request.ranks),
                                        fmt::format("{}={}", kRanksFile, file)};
  if (std::getenv("OMP_NUM_THREADS") == nullptr) {
    variables.push_back(fmt::format("OMP_NUM_THREADS={}", request.threads));
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string name(text.substr(0, text.find('=') + 1));
    bool is_ours = false;
    for (const std::string& own : variables) is_ours |= own.starts_with(name);
    if (!is_ours) variables.emplace_back(text);
  }
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Each rank has its own process group: Ctrl-C reaches only the launcher, which forwards it once.
pid_t start_rank(const LaunchRequest& request, const std::string& file, int rank) {
  std::vector<std::string> arguments = {"fragflow"};
  arguments.insert(arguments.end(), request.arguments.begin(), request.arguments.end());
  std::vector<std::string> variables = variables_of(request, file, rank);
  std::vector<char*> argv = pointers(arguments), envp = pointers(variables);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) user_error("cannot start rank {}: {}", rank, std::strerror(errno));
  if (child > 0) return child;
  // Only system calls are allowed from here on.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, STDIN_FILENO);
  if (rank > 0) ::dup2(nothing, STDOUT_FILENO);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  ::execve("/proc/self/exe", argv.data(), envp.data());
  ::_exit(127);
}

std::string end_text(int status) {
  return fmt::format("signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 1; }

class Ranks {
 public:
  explicit Ranks(const LaunchRequest& request) : request_(request) {
    for (int rank = 0; rank < request.ranks; ++rank) {
      pids_.push_back(start_rank(request, file_.path(), rank));
    }
  }
  ~Ranks() { kill_all(SIGKILL); }
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  int wait() {
    bool is_stopping = false;
    std::optional<Clock::time_point> failed;
    while (running() > 0) {
      collect(failed);
      if (request_.stop.stop_requested() && !is_stopping) {
        is_stopping = true;
        kill_all(SIGINT);
        // A second signal: do not wait for the current step.
        std::signal(SIGINT, on_second_signal);
        std::signal(SIGTERM, on_second_signal);
      }
      if (second_signal != 0) {
        is_killed_ = true;
        kill_all(SIGKILL);
        code_ = 128 + second_signal;
      }
      if (failed && Clock::now() - *failed > kGrace) {
        is_killed_ = true;  // by this process
        kill_all(SIGKILL);
      }
      std::this_thread::sleep_for(kPause);
    }
    return code_;
  }

 private:
  int running() const {
    int count = 0;
    for (const pid_t pid : pids_) count += pid > 0 ? 1 : 0;
    return count;
  }

  void collect(std::optional<Clock::time_point>& failed) {
    for (std::size_t rank = 0; rank < pids_.size(); ++rank) {
      int status = 0;
      if (pids_[rank] <= 0 || ::waitpid(pids_[rank], &status, WNOHANG) != pids_[rank]) continue;
      pids_[rank] = 0;
      if (status == 0) continue;
      if (!failed) code_ = exit_code(status);
      if (!failed) failed = Clock::now();
      // A process that ended by itself has reported its error. One that was killed has not, and its
      // end may be noticed after those of ranks that lost it.
      if (!is_killed_ && WIFSIGNALED(status)) report(static_cast<int>(rank), status);
    }
  }

  void report(int rank, int status) {
    is_killed_ = true;
    code_ = 1;
    spdlog::error(
        "rank {} of {} ended with {}: the others end, too; a run that had begun goes on from its "
        "last checkpoint with 'train --resume', with any number of processes",
        rank, pids_.size(), end_text(status));
  }

  void kill_all(int signal) {
    for (pid_t& pid : pids_) {
      if (pid <= 0) continue;
      ::kill(pid, signal);
      if (signal != SIGKILL) continue;
      ::waitpid(pid, nullptr, 0);
      pid = 0;
    }
  }

  const LaunchRequest& request_;
  MeetingFile file_;
  std::vector<pid_t> pids_;  // 0: has ended
  bool is_killed_ = false;   // one of them was, which is reported
  int code_ = 0;
};

}  // namespace

int launch(const LaunchRequest& request) { return Ranks(request).wait(); }

}  // namespace fragflow
