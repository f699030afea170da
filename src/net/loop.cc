#include "net/loop.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <string>
#include <utility>

namespace mxbulk::net {
namespace {

// The loop runs this often even without an event: a lost wake-up costs no more than this.
constexpr int64_t kLongestSleepUs = 100'000;

void sleep_for(int64_t pause_us) {
  if (pause_us <= 0) return;
  const timespec pause{.tv_sec = 0, .tv_nsec = pause_us * 1'000};
  nanosleep(&pause, nullptr);  // a signal may end it early
}

// libuv's first loop aborts the program if it cannot open its pipe.
bool has_room_for_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  close(ends[0]);
  close(ends[1]);
  return true;
}

}  // namespace

SocketWatch::SocketWatch(uv_loop_t* loop, int fd, Ready ready) : handle_(new Handle{}) {
  handle_->ready = std::make_shared<const Ready>(std::move(ready));
  if (uv_poll_init_socket(loop, &handle_->poll, fd) != 0) {
    delete std::exchange(handle_, nullptr);
    return;
  }
  handle_->poll.data = handle_;
}

SocketWatch::~SocketWatch() {
  if (handle_ == nullptr) return;
  handle_->ready = nullptr;
  uv_poll_stop(&handle_->poll);
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->poll),
           [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
}

void SocketWatch::want(bool readable, bool writable) {
  if (handle_ == nullptr) return;
  const int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
  if (events == handle_->events) return;
  handle_->events = events;
  if (events == 0) {
    uv_poll_stop(&handle_->poll);
  } else {
    uv_poll_start(&handle_->poll, events, on_poll);
  }
}

void SocketWatch::on_poll(uv_poll_t* poll, int status, int events) {
  auto* const handle = static_cast<Handle*>(poll->data);
  const std::shared_ptr<const Ready> ready = handle->ready;
  if (!ready) return;
  if (status >= 0) {
    (*ready)((events & UV_READABLE) != 0, (events & UV_WRITABLE) != 0);
    return;
  }
  // An ICMP error ends the watch with UV_EBADF; the socket itself is well. Reading clears the
  // error.
  const int wanted = handle->events;
  (*ready)(true, false);
  if (handle->ready) uv_poll_start(poll, wanted, on_poll);
}

Result<std::unique_ptr<Loop>> Loop::create(const Clock& clock) {
  std::unique_ptr<Loop> loop(new Loop(clock));
  const auto refusal = [](int error) {
    return Status::internal(std::string("cannot start: ") + uv_strerror(error) +
                            "; raise the limit of open files (ulimit -n) and run again");
  };
  const int error =
      has_room_for_pipe() ? uv_loop_init(&loop->loop_) : uv_translate_sys_error(errno);
  if (error != 0) return refusal(error);
  loop->is_initialised_ = true;
  loop->async_.data = loop->timer_.data = loop->check_.data = loop.get();
  for (const int init_error :
       {uv_async_init(&loop->loop_, &loop->async_, [](uv_async_t*) {}),
        uv_timer_init(&loop->loop_, &loop->timer_), uv_check_init(&loop->loop_, &loop->check_),
        uv_idle_init(&loop->loop_, &loop->no_sleep_)}) {
    if (init_error != 0) return refusal(init_error);
  }
  return loop;
}

Loop::~Loop() {
  if (!is_initialised_) return;
  const auto close_one = [](uv_handle_t* handle, void*) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  };
  uv_walk(&loop_, close_one, nullptr);
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

void Loop::run(Iteration iteration) {
  iteration_ = std::move(iteration);
  // Else a pause of 100 us takes 50 more (PR_SET_TIMERSLACK in prctl(2)).
  prctl(PR_SET_TIMERSLACK, 1'000UL);
  uv_check_start(&check_, [](uv_check_t* check) { static_cast<Loop*>(check->data)->iterate(); });
  iterate();
  while (!stopping_.load(std::memory_order_acquire)) uv_run(&loop_, UV_RUN_ONCE);
  uv_check_stop(&check_);
  uv_timer_stop(&timer_);
  uv_idle_stop(&no_sleep_);
  iteration_ = nullptr;
}

void Loop::run_from(int64_t origin_us, Iteration iteration) {
  run([origin_us, iteration = std::move(iteration)](int64_t now_us) {
    const int64_t next_us = iteration(now_us - origin_us);
    const bool is_never = next_us > std::numeric_limits<int64_t>::max() - origin_us;
    return is_never ? next_us : next_us + origin_us;
  });
}

void Loop::wake() {
  uv_async_send(&async_);
}

void Loop::stop() {
  stopping_.store(true, std::memory_order_release);
  wake();
}

void Loop::iterate() {
  uv_idle_stop(&no_sleep_);
  const int64_t now_us = clock_.now_us();
  const int64_t next_us = iteration_(now_us);
  sleep_for(std::exchange(pause_us_, 0));
  const int64_t sleep_us = std::clamp<int64_t>(next_us - now_us, 0, kLongestSleepUs);
  // libuv counts in whole milliseconds from its own cached time.
  uv_update_time(&loop_);
  // The timer may come due outside the poll, and the callback comes only after a poll: that poll
  // must not sleep.
  const auto on_due = [](uv_timer_t* timer) {
    uv_idle_start(&static_cast<Loop*>(timer->data)->no_sleep_, [](uv_idle_t*) {});
  };
  uv_timer_start(&timer_, on_due, static_cast<uint64_t>((sleep_us + 999) / 1'000), 0);
}

}  // namespace mxbulk::net
