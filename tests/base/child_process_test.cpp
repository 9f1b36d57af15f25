#include "src/base/child_process.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;
using Result = Exchange::Result;
using Until = Exchange::Until;

constexpr double kPlenty = 60, kShort = 0.2;  // seconds

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

Exchange ask(ChildProcess& child, std::string_view question, Until until,
             double seconds = kPlenty) {
  std::array<Exchange, 1> exchanges = {{{&child, question, until}}};
  run_exchanges(exchanges, seconds);
  return exchanges[0];
}

// Neither gone nor waiting to be taken off by whoever its parent is now.
bool is_alive(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  return name_end != std::string::npos && text.at(name_end + 2) != 'Z';
}

bool ends_soon(int pid) {
  for (int i = 0; i < 1000 && is_alive(pid); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return !is_alive(pid);
}

std::string error_of(const std::vector<std::string>& command) {
  try {
    ChildProcess child(command);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ChildProcess, MegabytesGoBothWays) {
  const std::string text(5 << 20, 'x');
  ChildProcess child({"cat"});
  const Exchange done = ask(child, text, Until::kEndOfOutput);
  EXPECT_EQ(done.result, Result::kAnswered);
  EXPECT_TRUE(done.answer == text);
  EXPECT_FALSE(child.is_running());
  EXPECT_TRUE(child.ended_well());
}

TEST(ChildProcess, LinesWhileItRuns) {
  ChildProcess child(
      shell("while read -r x; do if [ -z \"$x\" ]; then echo $n; n=; else n=$n$x; fi; done"));
  EXPECT_EQ(ask(child, "a\nb\n\n", Until::kLine).answer, "ab");
  EXPECT_EQ(ask(child, "c\n\n", Until::kLine).answer, "c");
  EXPECT_TRUE(child.is_running());
}

TEST(ChildProcess, SeveralAtATime) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  std::vector<Exchange> exchanges;
  // Each waits for the one before it: one after the other they would not end.
  const std::string folder = testing::TempDir() + "several_at_a_time";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (int i = 0; i < 4; ++i) {
    const std::string next = folder + "/" + std::to_string((i + 1) % 4);
    children.push_back(std::make_unique<ChildProcess>(
        shell("echo > " + folder + "/" + std::to_string(i) + "; while [ ! -e " + next +
              " ]; do sleep 0.01; done; cat")));
    exchanges.push_back({children.back().get(), "abcd", Until::kEndOfOutput});
  }
  run_exchanges(exchanges, kPlenty);
  for (const Exchange& one : exchanges) EXPECT_EQ(one.answer, "abcd");
}

TEST(ChildProcess, SaysHowItEnded) {
  ChildProcess status(shell("cat > /dev/null; echo part; echo because >&2; exit 3"));
  const Exchange bad = ask(status, "x", Until::kEndOfOutput);
  EXPECT_EQ(bad.result, Result::kEnded);
  EXPECT_EQ(bad.answer, "part\n");
  EXPECT_EQ(status.end_text(), "exit status 3");
  EXPECT_EQ(status.error_tail(), "because\n");
  ChildProcess killed(shell("kill -SEGV $$"));
  EXPECT_EQ(ask(killed, "x", Until::kLine).result, Result::kEnded);
  EXPECT_EQ(killed.end_text(), "signal 11 (Segmentation fault)");
  EXPECT_EQ(ask(killed, "x", Until::kLine).result, Result::kEnded);  // and stays so
}

TEST(ChildProcess, WhatReadsNothingMayAnswer) {
  ChildProcess child(shell("exec 0<&-; echo yes"));
  const Exchange done = ask(child, std::string(5 << 20, 'x'), Until::kEndOfOutput);
  EXPECT_EQ(done.result, Result::kAnswered);
  EXPECT_EQ(done.answer, "yes\n");
}

TEST(ChildProcess, LongErrorsAreReadAndTheirEndIsKept) {
  for (const Until until : {Until::kEndOfOutput, Until::kLine}) {
    ChildProcess child(shell(
        "read -r x; head -c 10000000 /dev/zero | tr '\\0' e >&2; echo last >&2; echo answer; cat"));
    const Exchange done = ask(child, "go\n", until);
    EXPECT_EQ(done.result, Result::kAnswered);
    EXPECT_EQ(done.answer.substr(0, 6), "answer");
    EXPECT_LE(child.error_tail().size(), 4096u);
  }
}

TEST(ChildProcess, TimeIsLimitedAndItsChildrenEndToo) {
  ChildProcess child(shell("read -r x; sleep 1000 & echo $!; wait"));
  const Exchange asked = ask(child, "go\n", Until::kLine);
  const int grandchild = std::stoi(asked.answer);
  EXPECT_TRUE(is_alive(grandchild));
  EXPECT_EQ(ask(child, "x\n", Until::kLine, kShort).result, Result::kTimedOut);
  EXPECT_FALSE(child.is_running());
  EXPECT_EQ(child.end_text(), "signal 9 (Killed)");
  EXPECT_TRUE(ends_soon(grandchild));
}

TEST(ChildProcess, OneThatIgnoresItsInputIsKilledWithTheObject) {
  int pid = 0;
  {
    ChildProcess child(shell("read -r x; echo $$; trap '' TERM; sleep 1000"));
    pid = std::stoi(ask(child, "go\n", Until::kLine).answer);
  }
  EXPECT_TRUE(ends_soon(pid));
}

TEST(ChildProcess, EndsWithTheProgramThatStartedIt) {
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe(ends.data()), 0);
  const int starter = ::fork();
  if (starter == 0) {
    ChildProcess child(shell("read -r x; echo $$; exec sleep 1000"));
    const int pid = std::stoi(ask(child, "go\n", Until::kLine).answer);
    if (::write(ends[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::raise(SIGKILL);
  }
  int pid = 0;
  ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ::waitpid(starter, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_TRUE(ends_soon(pid));
}

TEST(ChildProcess, AnswersThatNobodyAskedForAreNoticed) {
  ChildProcess child(shell("while read -r x; do printf 'one\\ntwo\\n'; done"));
  EXPECT_EQ(ask(child, "a\n", Until::kLine).answer, "one");
  EXPECT_EQ(ask(child, "a\n", Until::kLine).result, Result::kUnasked);
  EXPECT_FALSE(child.is_running());
}

TEST(ChildProcess, InheritsNoFilesAndNoBlockedSignals) {
  const int open_file = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GT(open_file, 2);
  ChildProcess files({"ls", "/proc/self/fd"});
  EXPECT_EQ(ask(files, "", Until::kEndOfOutput).answer, "0\n1\n2\n3\n");  // 3: the folder itself
  ::close(open_file);
  ChildProcess signals({"grep", "SigBlk", "/proc/self/status"});
  EXPECT_EQ(ask(signals, "", Until::kEndOfOutput).answer, "SigBlk:\t0000000000000000\n");
}

TEST(ChildProcess, WhatCannotBeStartedIsExplained) {
  const std::string folder = testing::TempDir();
  const auto script = [&](const std::string& name, const std::string& text, bool executable) {
    const std::string path = folder + name;
    write_file_atomically(path, text);
    std::filesystem::permissions(path, std::filesystem::perms(executable ? 0755 : 0644));
    return path;
  };
  EXPECT_THAT(error_of({"no-such-program"}), HasSubstr("no program 'no-such-program' in PATH"));
  EXPECT_THAT(error_of({"./no-such-file"}), HasSubstr("'./no-such-file': No such file"));
  EXPECT_THAT(error_of({script("plain.py", "print(1)\n", false)}), HasSubstr("chmod +x"));
  EXPECT_THAT(error_of({script("no_line.py", "print(1)\n", true)}), HasSubstr("first line"));
  EXPECT_THAT(error_of({script("bad.py", "#!/no/such\n", true)}),
              HasSubstr("interpreter in its first line does not exist"));
  EXPECT_THAT(error_of({folder}), HasSubstr("is a folder"));
  EXPECT_THAT(error_of({}), HasSubstr("no words"));
}

TEST(ChildProcess, CommandsInMessages) {
  EXPECT_EQ(command_line({"score", "--name", "two words", ""}), "score --name 'two words' ''");
}

}  // namespace
}  // namespace fragflow
