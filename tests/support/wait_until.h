// Waits for a condition, not for a time: the limit is only for a test that fails.
#pragma once

#include <chrono>
#include <thread>

namespace mxbulk::test {

// True as soon as `condition()` is; false after `limit`.
template <class Condition>
[[nodiscard]] bool wait_until(Condition condition,
                              std::chrono::seconds limit = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace mxbulk::test
