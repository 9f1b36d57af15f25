// Programs of the user's, started without a shell and talked to through pipes. Children inherit no
// file but the three pipes, live in a process group of their own, and are gone, with what they
// started in it, when the object is. They are also killed when the starting thread ends in
// whatever way (Linux: PR_SET_PDEATHSIG); what a child itself started then sees its input end.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// The file that command[0] means: as it is if it has a '/', otherwise looked up in PATH. Throws
// UserError saying that it is missing, a folder or not executable.
std::string find_program(const std::string& name);

// "python3 score.py 'two words'", for messages; words with spaces in quotes.
std::string command_line(const std::vector<std::string>& command);

class ChildProcess {
 public:
  // Starts the program command[0] with the arguments command[1...]. Throws UserError if it cannot.
  explicit ChildProcess(const std::vector<std::string>& command);
  // Closes its input, gives it half a second to end, then kills it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  bool is_running() const { return pid_ > 0; }
  // Kills the child and its group now.
  void kill();
  // After the end: "exit status 3", "signal 9 (Killed)"; "" while it runs.
  const std::string& end_text() const { return end_text_; }
  bool ended_well() const { return end_text_ == "exit status 0"; }
  // The last 4,096 bytes at most that it wrote to its standard error, as far as they were read.
  const std::string& error_tail() const { return error_tail_; }

 private:
  friend class ExchangeLoop;

  void start(const std::string& program, const std::vector<std::string>& command);
  // Reads what there is into the buffers; false at the end of the output.
  bool read_output();
  void read_errors();
  void write_input(std::string_view& rest);
  void close_input();
  // Waits at most so long for the end; true if it came.
  bool wait(double seconds);

  int pid_ = -1;
  int input_ = -1, output_ = -1, errors_ = -1;  // our ends, non-blocking
  std::string received_;                        // of its output, not yet taken
  std::string error_tail_, end_text_;
};

// One question to one child and its answer.
struct Exchange {
  enum class Until {
    kEndOfOutput,  // the input is closed behind the question; the answer ends with the child
    kLine,         // the answer is one line; the child goes on
  };
  enum class Result {
    kAnswered,
    kEnded,     // the child ended first or, with kEndOfOutput, badly; `answer` has what came
    kTimedOut,  // the child is killed
    kUnasked,   // kLine: it wrote more than answers before it was asked; the child is killed
    kTooLong,   // more than kMaxAnswer bytes; the child is killed
  };
  static constexpr std::size_t kMaxAnswer = std::size_t{1} << 28;

  ChildProcess* child = nullptr;
  std::string_view question;
  Until until = Until::kEndOfOutput;
  Result result = Result::kAnswered;
  std::string answer = {};
};

// All at the same time, on the calling thread, at most `seconds` long. Both directions and the
// standard error are served together, so that neither side waits for ever with full pipes.
void run_exchanges(std::span<Exchange> exchanges, double seconds);

}  // namespace fragflow
