// The program on a terminal: the progress line, an interrupt, a pager, input that is typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "lab/dns_server.h"
#include "output/terminal_text.h"
#include "support/bulk_world.h"
#include "support/child.h"
#include "support/fault_profile.h"
#include "support/paths.h"
#include "support/temp_dir.h"
#include "support/terminal.h"
#include "support/wait_until.h"

namespace mxbulk::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kEndsWithinMs = 30'000;
constexpr const char* kWipe = "\r\x1b[K";

// A list whose answers are slow, so that a progress line appears.
class OnTerminal : public testing::Test {
 protected:
  explicit OnTerminal(uint16_t columns = 120) : terminal_(columns) {}

  void SetUp() override {
    auto server = lab::DnsServer::start(zone_from(world_.zone_text), play({.delay_ms = 150}));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
    spec_.command = {program(),
                     "validate",
                     folder_.write("list.csv", world_.list),
                     "-r",
                     "127.0.0.1:" + std::to_string(server_->port()),
                     "-o",
                     folder_.file("out.csv")};
    spec_.environment = {{"TERM", "xterm"}, {"COLUMNS", ""}, {"NO_COLOR", "1"}};
    spec_.stderr_path = terminal_.path();
  }

  // The pieces between carriage returns: each is a state of the line.
  std::vector<std::string> lines_drawn() {
    std::vector<std::string> lines;
    std::string line;
    for (const char c : terminal_.text()) {
      if (c == '\r' || c == '\n') {
        if (!line.empty()) lines.push_back(std::exchange(line, {}));
      } else {
        line.push_back(c);
      }
    }
    return lines;
  }

  bool shows(std::string_view text) {
    return wait_until([&] { return terminal_.text().find(text) != std::string::npos; });
  }

  BulkWorld world_ = make_bulk_world(200);
  std::unique_ptr<lab::DnsServer> server_;
  TempDir folder_;
  Terminal terminal_;
  ChildSpec spec_;
};

TEST_F(OnTerminal, TheProgressLineIsDrawnAndWipedAtTheEnd) {
  Child child(spec_);
  EXPECT_TRUE(shows("in flight"));
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
  const std::string text = terminal_.text();
  EXPECT_THAT(text, HasSubstr(std::string(kWipe) + "\xE2\x9C\x94 200 addresses")) << text;
}

// It was left on the screen, with the message at its end.
TEST_F(OnTerminal, AnInterruptWipesTheProgressLine) {
  Child child(spec_);
  EXPECT_TRUE(shows("in flight"));
  child.signal(SIGINT);
  ASSERT_EQ(child.wait(kEndsWithinMs), 130);
  EXPECT_THAT(
      terminal_.text(),
      EndsWith(std::string(kWipe) + "mxbulk: interrupted; no new output file was written\r\n"));
}

TEST_F(OnTerminal, ADumbTerminalGetsNoEscapes) {
  spec_.environment.insert(spec_.environment.begin(), {"TERM", "dumb"});
  spec_.command.insert(spec_.command.end(), {"--progress", "bar"});
  Child child(spec_);
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
  EXPECT_THAT(terminal_.text(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(terminal_.text(), HasSubstr("200 addresses"));
}

// A pager has turned line editing off, and shows the rows on the same terminal.
TEST_F(OnTerminal, NothingIsDrawnOverAPager) {
  terminal_.turn_line_editing_off();
  const std::string fifo = folder_.file("rows");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  spec_.command.resize(spec_.command.size() - 2);  // rows to standard output
  spec_.stdout_path = fifo;
  Child child(spec_);
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
  EXPECT_THAT(terminal_.text(), Not(HasSubstr("in flight")));
  EXPECT_THAT(terminal_.text(), Not(HasSubstr("\r\x1b[K")));
  ::close(reader);
}

TEST_F(OnTerminal, NothingIsDrawnBetweenRowsOnTheSameTerminal) {
  spec_.command.resize(spec_.command.size() - 2);
  spec_.stdout_path = terminal_.path();
  Child child(spec_);
  // It reads while it waits: a terminal that is not read blocks the program that writes to it.
  const auto has_ended = [&] {
    static_cast<void>(terminal_.text());
    return !child.is_running();
  };
  EXPECT_TRUE(wait_until(has_ended, std::chrono::seconds(30)));
  EXPECT_THAT(terminal_.text(), Not(HasSubstr("in flight")));
  EXPECT_THAT(terminal_.text(), HasSubstr("200 addresses"));
}

class OnNarrowTerminal : public OnTerminal {
 protected:
  OnNarrowTerminal() : OnTerminal(50) {}
};

TEST_F(OnNarrowTerminal, TheLineFitsAndLeavesOutTheLeastImportant) {
  Child child(spec_);
  EXPECT_TRUE(shows("rows"));
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
  for (const std::string& line : lines_drawn()) {
    if (line.find("rows") == std::string::npos || !line.ends_with("\x1b[K")) continue;
    EXPECT_LE(output::columns_of(line.substr(0, line.size() - 3)), 49U) << line;
    EXPECT_THAT(line, Not(HasSubstr("in flight")));
  }
}

class OnTerminalOfNoWidth : public OnTerminal {
 protected:
  OnTerminalOfNoWidth() : OnTerminal(0) {}
};

TEST_F(OnTerminalOfNoWidth, TheWidthIsThatOfTheEnvironment) {
  spec_.environment.insert(spec_.environment.begin(), {"COLUMNS", "130"});
  Child child(spec_);
  EXPECT_TRUE(shows("in flight")) << "cut at 80 columns";
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
}

// It waited without a message.
TEST_F(OnTerminal, WithoutAFileAMessageSaysThatItReads) {
  spec_.command = {program(),   "validate", "-r", "lab",
                   "--columns", "reason",   "-o", folder_.file("out.csv")};
  spec_.stdin_path = terminal_.path();
  Child child(spec_);
  EXPECT_TRUE(
      shows("mxbulk: reading addresses from the terminal, one on each line; end with Ctrl-D"));
  terminal_.type("bob@gmail.com\n\x04");
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
  EXPECT_EQ(read_text(folder_.file("out.csv")), "email,mx_reason\nbob@gmail.com,mx\n");
  EXPECT_THAT(terminal_.text(), Not(HasSubstr(kWipe))) << "no progress line while a user types";
}

TEST_F(OnTerminal, AWarningIsALineAndQuietSuppressesIt) {
  spec_.environment.insert(spec_.environment.begin(), {"MXBULK_RESOLVRE", "127.0.0.1"});
  spec_.command.insert(spec_.command.end(), {"--probe-port", "26", "--progress", "none"});
  Child child(spec_);
  ASSERT_EQ(child.wait(kEndsWithinMs), 0);
  EXPECT_THAT(terminal_.text(),
              testing::StartsWith(
                  "mxbulk: warning: the variable MXBULK_RESOLVRE is not known; did you mean "
                  "MXBULK_RESOLVER?\r\n"
                  "mxbulk: warning: --probe-port has no effect without --probe: nothing is "
                  "probed\r\n"));
  const size_t size = terminal_.text().size();
  spec_.command.emplace_back("-q");
  Child quiet(spec_);
  ASSERT_EQ(quiet.wait(kEndsWithinMs), 0);
  EXPECT_EQ(terminal_.text().size(), size) << terminal_.text().substr(size);
}

}  // namespace
}  // namespace mxbulk::test
