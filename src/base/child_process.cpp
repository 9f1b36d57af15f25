#include "src/base/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kErrorTail = 4096;
constexpr double kTimeToEnd = 0.5;  // seconds after closing its input

void close_descriptor(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// A pipe whose ends no child inherits, with descriptors above the standard three.
class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail();
    for (int k = 0; k < 2; ++k) {
      ends_[k] = ends[k] > 2 ? ends[k] : ::fcntl(ends[k], F_DUPFD_CLOEXEC, 3);
      if (ends_[k] != ends[k]) ::close(ends[k]);
      if (ends_[k] < 0) fail();
    }
  }
  ~Pipe() {
    for (int& end : ends_) close_descriptor(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() { close_descriptor(ends_[1]); }
  int take(int end) {
    const int descriptor = std::exchange(ends_[end], -1);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    return descriptor;
  }

 private:
  [[noreturn]] static void fail() { user_error("cannot make a pipe: {}", std::strerror(errno)); }
  std::array<int, 2> ends_ = {-1, -1};
};

// Runs in the child: only async-signal-safe calls after the fork of a program with threads.
[[noreturn]] void become(const char* program, char* const* arguments, int parent, const Pipe& input,
                         const Pipe& output, const Pipe& errors, int status) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent ended before the prctl call
  ::dup2(input.reading(), 0);
  ::dup2(output.writing(), 1);
  ::dup2(errors.writing(), 2);
  // Also files that libraries opened without O_CLOEXEC.
  const long limit = ::sysconf(_SC_OPEN_MAX);
  if (::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) != 0) {
    for (int d = 3; d < limit; ++d) ::fcntl(d, F_SETFD, FD_CLOEXEC);
  }
  for (const int number : {SIGPIPE, SIGINT, SIGTERM}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(program, arguments);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(status, &error, sizeof error);
  ::_exit(127);
}

// Writing to a child that has ended must give EPIPE, not end this program: SIGPIPE is blocked and
// discarded during the object's lifetime.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipeSignal() {
    const timespec now{};
    if (!was_pending_) ::sigtimedwait(&pipe_, nullptr, &now);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_ = false;
};

std::string describe_end(int code, int status) {
  if (code == CLD_EXITED) return fmt::format("exit status {}", status);
  return fmt::format("signal {} ({})", status, ::strsignal(status));
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.empty()) user_error("the program's name is empty");
  const auto check = [&name](const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) user_error("'{}' is a folder", path);
    if (::access(path.c_str(), X_OK) != 0) {
      user_error(
          "'{}' is not executable: make it so (chmod +x) or name its interpreter, for instance "
          "[\"python3\", \"{}\"]",
          path, name);
    }
    return path;
  };
  if (name.find('/') != name.npos) {
    if (::access(name.c_str(), F_OK) != 0) user_error("'{}': {}", name, std::strerror(errno));
    return check(name);
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const auto candidate = std::filesystem::path(rest.substr(0, end)) / name;
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::error_code error;
    if (std::filesystem::is_regular_file(candidate, error) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate.string();
    }
  }
  std::error_code error;
  if (std::filesystem::is_regular_file(name, error)) {
    user_error("there is no program '{}' in PATH; write \"./{}\" for the file in this folder", name,
               name);
  }
  user_error("there is no program '{}' in PATH", name);
}

std::string command_line(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) {
    if (!line.empty()) line += ' ';
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$") == word.npos;
    line += plain ? word : "'" + word + "'";
  }
  return line;
}

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  if (command.empty()) user_error("the command has no words");
  start(find_program(command[0]), command);
}

void ChildProcess::start(const std::string& program, const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  Pipe input, output, errors, status;
  const int parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) {
    user_error("cannot start '{}': {}", command_line(command), std::strerror(errno));
  }
  if (pid_ == 0) {
    become(program.c_str(), arguments.data(), parent, input, output, errors, status.writing());
  }
  status.close_writing();
  int error = 0;
  ssize_t size;
  do {
    size = ::read(status.reading(), &error, sizeof error);
  } while (size < 0 && errno == EINTR);
  if (size > 0) {
    kill();
    if (error == ENOEXEC) {
      user_error(
          "cannot start '{}': it is no program and has no first line that names its interpreter, "
          "such as #!/usr/bin/python3",
          program);
    }
    user_error("cannot start '{}': {}", program,
               error == ENOENT ? "the interpreter in its first line does not exist"
                               : std::strerror(error));
  }
  input_ = input.take(1);
  output_ = output.take(0);
  errors_ = errors.take(0);
}

ChildProcess::~ChildProcess() {
  if (!is_running()) return;
  close_input();
  close_descriptor(output_);  // further output is lost, but must not block the child
  close_descriptor(errors_);
  wait(kTimeToEnd);
  kill();
}

void ChildProcess::close_input() { close_descriptor(input_); }

bool ChildProcess::wait(double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (int pause = 50; is_running(); pause = std::min(2 * pause, 5000)) {
    // Observed but not reaped: the process and group number stay reserved until then.
    siginfo_t info{};
    if (::waitid(P_PID, pid_, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      if (errno == EINTR) continue;
      end_text_ = "an unknown end";  // reaped by other code
    } else if (info.si_pid == pid_) {
      end_text_ = describe_end(info.si_code, info.si_status);
    }
    if (errors_ >= 0) read_errors();  // a full pipe would keep it from ending
    if (!end_text_.empty()) {
      ::kill(-pid_, SIGKILL);
      while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
      }
      pid_ = -1;
      close_descriptor(input_);
      close_descriptor(output_);
      close_descriptor(errors_);
      return true;
    }
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(pause));
  }
  return true;
}

void ChildProcess::kill() {
  if (!is_running()) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  wait(1e9);
}

bool ChildProcess::read_output() {
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t size = ::read(output_, buffer.data(), buffer.size());
    if (size > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(size));
      if (received_.size() > Exchange::kMaxAnswer) return true;
    } else if (size == 0) {
      return false;
    } else if (errno != EINTR) {
      return errno == EAGAIN;
    }
  }
}

void ChildProcess::read_errors() {
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t size = ::read(errors_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size == 0) close_descriptor(errors_);
    if (size <= 0) return;
    error_tail_.append(buffer.data(), static_cast<std::size_t>(size));
    if (error_tail_.size() > kErrorTail) error_tail_.erase(0, error_tail_.size() - kErrorTail);
  }
}

void ChildProcess::write_input(std::string_view& rest) {
  while (!rest.empty()) {
    const ssize_t size = ::write(input_, rest.data(), rest.size());
    if (size >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      // A child that stops reading may still answer, or end: both are noticed on its output.
      if (errno != EAGAIN) rest = {};
      return;
    }
  }
}

// The state of all exchanges of one call.
class ExchangeLoop {
 public:
  ExchangeLoop(std::span<Exchange> exchanges, double seconds)
      : exchanges_(exchanges),
        end_(Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))) {
    for (const Exchange& exchange : exchanges) open_.push_back({exchange.question, true});
  }

  void run() {
    const NoBrokenPipeSignal guard;
    for (std::size_t i = 0; i < exchanges_.size(); ++i) begin(i);
    std::vector<pollfd> polled;
    while (wait_for_events(polled)) {
      for (std::size_t i = 0; i < exchanges_.size(); ++i) {
        if (open_[i].is_open) serve(i);
      }
    }
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      if (open_[i].is_open) fail(i, Exchange::Result::kTimedOut);
    }
  }

 private:
  struct Open {
    std::string_view rest;  // unsent part of the question
    bool is_open;
  };

  // False if nothing is open or time is up.
  bool wait_for_events(std::vector<pollfd>& polled) {
    polled.clear();
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      if (!open_[i].is_open) continue;
      const ChildProcess& child = *exchanges_[i].child;
      polled.push_back({child.output_, POLLIN, 0});
      if (child.errors_ >= 0) polled.push_back({child.errors_, POLLIN, 0});
      if (!open_[i].rest.empty()) polled.push_back({child.input_, POLLOUT, 0});
    }
    if (polled.empty()) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    if (left <= 0) return false;
    // Splits long waits, so that the number of milliseconds does not overflow.
    ::poll(polled.data(), polled.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    return true;
  }

  void begin(std::size_t i) {
    Exchange& exchange = exchanges_[i];
    if (!exchange.child->is_running()) return fail(i, Exchange::Result::kEnded);
    if (exchange.until == Exchange::Until::kLine && exchange.child->read_output() &&
        !exchange.child->received_.empty()) {
      fail(i, Exchange::Result::kUnasked);
    } else if (open_[i].rest.empty()) {
      end_of_question(i);
    }
  }

  void end_of_question(std::size_t i) {
    if (exchanges_[i].until == Exchange::Until::kEndOfOutput) exchanges_[i].child->close_input();
  }

  void serve(std::size_t i) {
    Exchange& exchange = exchanges_[i];
    ChildProcess& child = *exchange.child;
    if (!open_[i].rest.empty()) {
      child.write_input(open_[i].rest);
      if (open_[i].rest.empty()) end_of_question(i);
    }
    if (child.errors_ >= 0) child.read_errors();
    const bool goes_on = child.read_output();
    if (child.received_.size() > Exchange::kMaxAnswer) {
      fail(i, Exchange::Result::kTooLong);
    } else if (exchange.until == Exchange::Until::kLine) {
      const std::size_t line_end = child.received_.find('\n');
      if (line_end != std::string::npos) {
        exchange.answer = child.received_.substr(0, line_end);
        child.received_.erase(0, line_end + 1);
        open_[i].is_open = false;
      } else if (!goes_on) {
        finish(i, /*may_be_answer=*/false);
      }
    } else if (!goes_on) {
      finish(i, /*may_be_answer=*/true);
    }
  }

  // The output has ended: the child should end, too.
  void finish(std::size_t i, bool may_be_answer) {
    Exchange& exchange = exchanges_[i];
    exchange.child->close_input();
    const std::chrono::duration<double> left = end_ - Clock::now();
    if (!exchange.child->wait(left.count())) return fail(i, Exchange::Result::kTimedOut);
    fail(i, may_be_answer && exchange.child->ended_well() ? Exchange::Result::kAnswered
                                                          : Exchange::Result::kEnded);
  }

  // Ends the exchange and the child.
  void fail(std::size_t i, Exchange::Result result) {
    exchanges_[i].child->kill();
    exchanges_[i].result = result;
    exchanges_[i].answer = std::move(exchanges_[i].child->received_);
    open_[i].is_open = false;
  }

  std::span<Exchange> exchanges_;
  Clock::time_point end_;
  std::vector<Open> open_;
};

void run_exchanges(std::span<Exchange> exchanges, double seconds) {
  ExchangeLoop(exchanges, seconds).run();
}

}  // namespace fragflow
