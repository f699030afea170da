// Wall and CPU time of one phase of a benchmark, from its making until asked: what was loaded
// before is not counted. CPU is that of all threads, and the kernel's on their behalf.
//
// Threads: a plain value.
#pragma once

#include <sys/resource.h>
#include <sys/time.h>

#include <chrono>

namespace mxbulk::bench {

class Phase {
 public:
  [[nodiscard]] double wall_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  [[nodiscard]] double cpu_s() const { return process_cpu_s() - began_cpu_s_; }

 private:
  static double process_cpu_s() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  double began_cpu_s_ = process_cpu_s();
};

}  // namespace mxbulk::bench
