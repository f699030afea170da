#include "net/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "net/reply_box.h"
#include "support/wait_until.h"

namespace mxbulk::net {
namespace {

constexpr int64_t kFarUs = 3'600'000'000;

std::unique_ptr<Loop> make_loop(const Clock& clock) {
  return std::move(Loop::create(clock).value());
}

#if !defined(__SANITIZE_ADDRESS__)  // it looks at memory by way of a pipe
// libuv aborted: `ulimit -n 12`.
TEST(Loop, WithoutDescriptorsIsAFailureAndNoAbort) {
  const SteadyClock clock;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(0);
  close(next);
  for (const rlim_t room : {0, 1}) {
    const rlimit few{static_cast<rlim_t>(next) + room, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    const auto loop = Loop::create(clock);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_FALSE(loop.ok());
  }
}
#endif

TEST(Loop, IteratesAtTheStartAndWhenItsTimeHasCome) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  const int64_t began_us = clock.now_us();
  int64_t last_us = 0;
  int iterations = 0;
  loop->run([&](int64_t now_us) {
    last_us = now_us;
    if (++iterations == 3) loop->stop();
    return now_us + 20'000;
  });
  EXPECT_EQ(iterations, 3);
  EXPECT_GE(last_us - began_us, 38'000);  // two sleeps, libuv counting in whole milliseconds
}

// libuv runs timers before and after its poll too: one that came due there caused no iteration,
// and the poll then slept without end. (A run hung about once in twenty.)
TEST(Loop, AnIterationIsNotLostIfItsTimeComesOutsideThePoll) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  constexpr int kIterations = 200;
  std::atomic<int> iterations{0};
  std::thread watchdog([&] {
    (void)test::wait_until([&] { return iterations == kIterations; });
    loop->stop();
  });
  loop->run([&](int64_t now_us) {
    if (++iterations == kIterations) loop->stop();
    return now_us + iterations % 2;  // at once, or after the shortest sleep
  });
  watchdog.join();
  EXPECT_EQ(iterations, kIterations);
}

TEST(Loop, AStopFromAnotherThreadEndsItsSleep) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  std::thread stopper;
  loop->run([&](int64_t now_us) {
    if (!stopper.joinable()) stopper = std::thread([&] { loop->stop(); });
    return now_us + kFarUs;
  });
  stopper.join();
}

TEST(Loop, AWakeCausesAnIteration) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  std::atomic<bool> woken{false};
  std::thread waker;
  loop->run([&](int64_t now_us) {
    if (!waker.joinable()) {
      waker = std::thread([&] {
        woken = true;
        loop->wake();
      });
    }
    if (woken) loop->stop();
    return now_us + kFarUs;
  });
  waker.join();
  EXPECT_TRUE(woken);
}

TEST(SocketWatch, ReportsTheRequestedEvents) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
  std::string read_in;
  {
    SocketWatch watch(loop->handle(), ends[0], [&](bool readable, bool writable) {
      EXPECT_TRUE(readable);
      EXPECT_FALSE(writable);
      char byte = 0;
      while (read(ends[0], &byte, 1) == 1) read_in.push_back(byte);
      loop->stop();
    });
    watch.want(true, false);
    watch.want(true, false);
    loop->run([&](int64_t now_us) {
      EXPECT_EQ(write(ends[1], "x", 1), 1);
      return now_us + kFarUs;
    });
  }
  EXPECT_FALSE(read_in.empty());
  close(ends[0]);
  close(ends[1]);
}

TEST(SocketWatch, ReportsWhatCannotBeWatched) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  const int plain = open("/dev/null", O_RDWR | O_CLOEXEC);  // EPERM of epoll_ctl(2)
  {
    SocketWatch watch(loop->handle(), plain, [](bool, bool) { FAIL(); });
    EXPECT_FALSE(watch.ok());
    watch.want(true, true);
  }
  close(plain);
}

TEST(SocketWatch, MayEndItselfInItsOwnCall) {
  const SteadyClock clock;
  const auto loop = make_loop(clock);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
  std::unique_ptr<SocketWatch> watch;
  int calls = 0;
  watch = std::make_unique<SocketWatch>(loop->handle(), ends[0], [&](bool, bool) {
    ++calls;
    watch.reset();
    loop->stop();
  });
  watch->want(true, false);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  loop->run([&](int64_t now_us) { return now_us + kFarUs; });
  EXPECT_EQ(calls, 1);
  close(ends[0]);
  close(ends[1]);
}

// --- replies on their way to the engine ----------------------------------------------------------

class Recorder final : public asking::DnsReplySink {
 public:
  explicit Recorder(ReplyBox& box) : box_(box) {}
  void on_reply(const asking::DnsReply& reply) override {
    tickets.push_back(reply.ticket);
    text.append(reply.bytes.begin(), reply.bytes.end());
    if (reply.ticket == 1) box_.add(9, asking::ReplyKind::kTimeout);
  }
  std::vector<uint64_t> tickets;
  std::string text;

 private:
  ReplyBox& box_;
};

TEST(ReplyBox, KeepsOrderAndBytesAndDefersWhatIsCausedMeanwhile) {
  ReplyBox box;
  Recorder recorder(box);
  const std::array<uint8_t, 2> bytes = {'a', 'b'};
  box.add(0, bytes);
  box.add(1, asking::ReplyKind::kLocalTrouble);
  box.add(2, std::span(bytes).first(1));
  box.deliver(recorder);
  EXPECT_EQ(recorder.tickets, (std::vector<uint64_t>{0, 1, 2}));
  EXPECT_EQ(recorder.text, "aba");
  EXPECT_FALSE(box.empty());
  box.deliver(recorder);
  EXPECT_EQ(recorder.tickets.back(), 9U);
  EXPECT_TRUE(box.empty());
}

}  // namespace
}  // namespace mxbulk::net
