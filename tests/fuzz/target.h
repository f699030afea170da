// The fuzz targets: libFuzzer runs them under the sanitizers for as long as it may, mini_fuzz_test
// briefly in every test run.
//
// Threads: one at a time: a target keeps scratch space between two runs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mxbulk::test {

struct FuzzTarget {
  std::string_view name;
  // Takes any bytes. Returns the first fault in the result; empty if there is none.
  std::string (*run)(std::span<const uint8_t> input);
  // Well-formed inputs to begin with.
  std::vector<std::string> (*seeds)();
};

[[nodiscard]] std::span<const FuzzTarget> fuzz_targets();

// Takes an input apart, piece by piece; gives zeros and empty pieces once it is used up.
class FuzzInput {
 public:
  explicit FuzzInput(std::span<const uint8_t> bytes) : rest_(bytes) {}

  uint8_t octet() {
    const std::span<const uint8_t> one = take(1);
    return one.empty() ? uint8_t{0} : one[0];
  }
  // A piece of the length that the next octet gives.
  std::span<const uint8_t> piece() { return take(octet()); }
  [[nodiscard]] std::span<const uint8_t> rest() const { return rest_; }

 private:
  std::span<const uint8_t> take(size_t size) {
    const std::span<const uint8_t> taken = rest_.first(size < rest_.size() ? size : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  std::span<const uint8_t> rest_;
};

}  // namespace mxbulk::test
