// The network thread's loop, on libuv: wakes for sockets, for a timer, for wake().
//
// Threads: run() belongs to one thread; wake() and stop() may be called from any.
// Ownership: owns the uv_loop_t; watchers are removed before it ends.
#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "mxbulk/status.h"

namespace mxbulk::net {

// Watches one descriptor. Loop thread only. libuv may still need the handle after the watch is
// removed, so the handle frees itself.
class SocketWatch {
 public:
  using Ready = std::function<void(bool readable, bool writable)>;

  SocketWatch(uv_loop_t* loop, int fd, Ready ready);
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // False: the system does not let this descriptor be watched (epoll_ctl(2)); nothing is called.
  [[nodiscard]] bool ok() const { return handle_ != nullptr; }
  // What to wait for; a repeated call with the same arguments costs nothing.
  void want(bool readable, bool writable);

 private:
  struct Handle {
    uv_poll_t poll;
    std::shared_ptr<const Ready> ready;  // held by a call that removes its own watch
    int events = 0;
  };
  static void on_poll(uv_poll_t* poll, int status, int events);
  Handle* handle_;
};

class Loop final {
 public:
  // Called after each round of I/O with the time; returns when to be called again at the latest.
  using Iteration = std::function<int64_t(int64_t now_us)>;

  static Result<std::unique_ptr<Loop>> create(const Clock& clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run(Iteration iteration);
  // The same with times that count from `origin_us`; "never" stays never.
  void run_from(int64_t origin_us, Iteration iteration);
  void wake();
  void stop();
  // Sleeps at the end of this iteration, whatever is ready; at most some hundred microseconds make
  // sense. Loop thread only.
  void pause(int64_t pause_us) { pause_us_ = pause_us; }
  [[nodiscard]] int64_t now_us() const { return clock_.now_us(); }
  [[nodiscard]] uv_loop_t* handle() { return &loop_; }

 private:
  explicit Loop(const Clock& clock) : clock_(clock) {}
  void iterate();

  const Clock& clock_;
  uv_loop_t loop_{};
  uv_async_t async_{};
  uv_timer_t timer_{};
  uv_check_t check_{};
  uv_idle_t no_sleep_{};  // while it runs, the poll does not sleep
  Iteration iteration_;
  int64_t pause_us_ = 0;
  bool is_initialised_ = false;
  std::atomic<bool> stopping_{false};
};

}  // namespace mxbulk::net
