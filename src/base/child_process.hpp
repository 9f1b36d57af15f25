// A user's programs, started without a shell and connected through pipes. Children inherit no files
// except the three pipes, have their own process group, and are killed with everything in it when
// the object is destroyed. They are also killed if the starting thread ends in any way (Linux:
// PR_SET_PDEATHSIG); what a child itself started then sees the end of its input.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// The file that command[0] refers to: itself if it contains '/', otherwise looked up in PATH.
// Throws UserError if it is missing, a folder or not executable.
std::string find_program(const std::string& name);

// For messages: "python3 score.py 'two words'", with words containing spaces in quotes.
std::string command_line(const std::vector<std::string>& command);

class ChildProcess {
 public:
  // Starts the program command[0] with the arguments command[1...]. Throws UserError if it cannot.
  explicit ChildProcess(const std::vector<std::string>& command);
  // Closes its input, waits up to half a second for it to end, then kills it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  bool is_running() const { return pid_ > 0; }
  // Kills the child and its group now.
  void kill();
  // After it has ended: "exit status 3", "signal 9 (Killed)"; "" while it runs.
  const std::string& end_text() const { return end_text_; }
  bool ended_well() const { return end_text_ == "exit status 0"; }
  // At most the last 4,096 bytes of its standard error, as far as they have been read.
  const std::string& error_tail() const { return error_tail_; }

 private:
  friend class ExchangeLoop;

  void start(const std::string& program, const std::vector<std::string>& command);
  // Reads available data into the buffers; false at the end of the output.
  bool read_output();
  void read_errors();
  void write_input(std::string_view& rest);
  void close_input();
  // Waits at most `seconds` for its end; true if it has ended.
  bool wait(double seconds);

  int pid_ = -1;
  int input_ = -1, output_ = -1, errors_ = -1;  // our ends, non-blocking
  std::string received_;                        // of its output, not yet taken
  std::string error_tail_, end_text_;
};

// One question to a child process, and its answer.
struct Exchange {
  enum class Until {
    kEndOfOutput,  // closes the input after the question; the answer ends with the child
    kLine,         // the answer is one line; the child keeps running
  };
  enum class Result {
    kAnswered,
    kEnded,     // the child ended first or, with kEndOfOutput, failed; `answer` is partial
    kTimedOut,  // the child is killed
    kUnasked,   // kLine: it wrote something before it was asked; the child is killed
    kTooLong,   // more than kMaxAnswer bytes; the child is killed
  };
  static constexpr std::size_t kMaxAnswer = std::size_t{1} << 28;

  ChildProcess* child = nullptr;
  std::string_view question;
  Until until = Until::kEndOfOutput;
  Result result = Result::kAnswered;
  std::string answer = {};
};

// Runs all exchanges concurrently on the calling thread, for at most `seconds`. Both directions and
// standard error are served together, so that full pipes cannot cause a deadlock.
void run_exchanges(std::span<Exchange> exchanges, double seconds);

}  // namespace fragflow
