// Some questions to one resolver, each by itself: does it answer, over what, how truly.
//
// Threads: one; blocks until all is answered or given up (`tries` time-outs at most).
// Ownership: keeps nothing.
#pragma once

#include <cstdint>

#include "model/endpoint.h"
#include "mxbulk/doctor.h"

namespace mxbulk::app {

struct ProbeSettings {
  int64_t timeout_us = 2'000'000;  // of one try
  uint32_t tries = 3;
};

// Fills all that needs no load. Errors: kInternal, where no loop can be made.
[[nodiscard]] Status probe_resolver(const Endpoint& resolver, const ProbeSettings& settings,
                                    ResolverFacts& facts);

}  // namespace mxbulk::app
