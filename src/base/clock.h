// Time comes in as an argument or through this interface, so that tests can set it. Nothing else in
// src/ reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace mxbulk {

// Monotonic microseconds since an arbitrary start; a change of the wall clock never moves it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual int64_t now_us() const = 0;
};

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] int64_t now_us() const override {
    using std::chrono::steady_clock;
    const auto since = steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  }
};

}  // namespace mxbulk
