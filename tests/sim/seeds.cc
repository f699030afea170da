#include "sim/seeds.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace mxbulk::test {
namespace {

// None if the variable is not set. Anything but a number is a failure.
std::optional<uint64_t> from_environment(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  uint64_t number = 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, number);
  if (error == std::errc() && stop == end) return number;
  ADD_FAILURE() << name << "=" << text << " is no number";
  return std::nullopt;
}

}  // namespace

std::optional<uint64_t> seed_wanted() {
  return from_environment("MXBULK_SIM_SEED");
}

uint64_t seeds_wanted(uint64_t by_default) {
  const uint64_t count = from_environment("MXBULK_SIM_SEEDS").value_or(by_default);
  EXPECT_GT(count, 0U) << "MXBULK_SIM_SEEDS: without a seed nothing is tested";
  return count;
}

}  // namespace mxbulk::test
