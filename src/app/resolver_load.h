// How fast one resolver really is: first one question after another, then as many at once as it
// bears, through the transport and the windows of a run.
//
// Threads: one; blocks for some four seconds, and for what the last quiet question takes.
// Ownership: keeps nothing.
#pragma once

#include <cstdint>

#include "model/endpoint.h"
#include "mxbulk/doctor.h"

namespace mxbulk::app {

struct LoadSettings {
  int64_t timeout_us = 2'000'000;
  uint32_t tries = 3;
  uint32_t concurrency = 0;  // 0 = finds itself
  uint32_t qps = 0;          // 0 = no limit
  bool asks_root = false;    // in place of names under `invalid.`, where it does not speak of those
  uint64_t seed = 0;
};

// Fills latency, rate, window and processor time. Errors: kInternal.
[[nodiscard]] Status load_resolver(const Endpoint& resolver, const LoadSettings& settings,
                                   ResolverFacts& facts);

}  // namespace mxbulk::app
