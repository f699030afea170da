// The findings of `doctor`, from measured facts: what they mean, and what to do. Threads: pure
// functions.
#pragma once

#include <vector>

#include "mxbulk/doctor.h"

namespace mxbulk::app {

// In the order in which they are shown: the machine, each resolver, SMTP probes.
[[nodiscard]] std::vector<Finding> findings_of(const DoctorFacts& facts);

// The resolver answers, and gives no false answers.
[[nodiscard]] bool is_usable(const ResolverFacts& resolver);

// Descriptors that a run with these resolvers may need.
[[nodiscard]] uint64_t files_needed(const DoctorFacts& facts);

// What limited the speed, by the figures.
[[nodiscard]] ResolverFacts::Bottleneck bottleneck_of(const ResolverFacts& resolver,
                                                      uint64_t window_max);

}  // namespace mxbulk::app
