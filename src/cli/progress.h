// Shows the progress of a run: a bar on a terminal, a line from time to time elsewhere.
//
// Threads: ProgressReporter runs one thread that samples Progress and writes to standard error;
// the texts are pure functions. Ownership: borrows the Progress, which outlives it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "cli/invocation.h"
#include "mxbulk/validator.h"

namespace mxbulk::cli {

// Progress at one time.
struct Sample {
  int64_t elapsed_us = 0;
  uint64_t bytes_read = 0;
  uint64_t bytes_total = 0;
  uint64_t rows_read = 0;
  uint64_t rows_written = 0;
  uint64_t domains = 0;
  uint64_t domains_done = 0;
  uint64_t lookups = 0;
  uint64_t in_flight = 0;
  uint64_t waiting_to_retry = 0;
  uint64_t probes_total = 0;
  uint64_t probes_done = 0;
  double lookups_per_s = 0;  // recent
};

// `list.csv  63% ▕███████▏  3.2M/5.0M rows · …`; without share and ETA if the total is unknown.
// Drops the least important pieces until it fits `columns`. `name` is escaped already.
[[nodiscard]] std::string bar_text(const std::string& name, const Sample& sample, size_t columns);
// One line without a bar, for logs.
[[nodiscard]] std::string log_text(const std::string& name, const Sample& sample);
// One JSON object.
[[nodiscard]] std::string json_text(const Sample& sample);
// 3,200,000 -> "3.2M"
[[nodiscard]] std::string short_number(uint64_t number);

// Wipes a bar on standard error. Async-signal-safe.
void wipe_bar();

class ProgressReporter {
 public:
  // Writes text to standard error; called from the thread of the reporter and from stop().
  using Sink = std::function<void(const std::string&)>;
  struct Display {
    ProgressStyle style = ProgressStyle::kNone;  // never kAuto
    std::string name;                            // of the input; escaped
    std::function<size_t()> columns;             // of the terminal, now
    int64_t interval_ms = 100;
    int64_t first_after_ms = 0;           // a bar: not before
    std::function<bool()> may_draw = {};  // a bar: asked each time; empty = always
  };

  ProgressReporter(const Progress& progress, const Clock& clock, Display display, Sink sink);
  ~ProgressReporter();
  ProgressReporter(const ProgressReporter&) = delete;
  ProgressReporter& operator=(const ProgressReporter&) = delete;

  // Ends the thread and wipes the bar. Idempotent.
  void stop();

 private:
  void run();
  void show(const Sample& sample);
  [[nodiscard]] Sample sample(const Sample& before) const;

  const Progress& progress_;
  const Clock& clock_;
  const Display display_;
  const Sink sink_;
  const int64_t start_us_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace mxbulk::cli
