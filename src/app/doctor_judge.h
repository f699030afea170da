// From measured facts to what a person should know and do. Threads: pure functions.
#pragma once

#include <vector>

#include "mxbulk/doctor.h"

namespace mxbulk::app {

// In the order in which they are shown: the machine, then each resolver.
[[nodiscard]] std::vector<Finding> judge(const DoctorFacts& facts);

// It answers, and what it says may be believed.
[[nodiscard]] bool is_usable(const ResolverFacts& resolver);

// Descriptors that a run with these resolvers may come to need.
[[nodiscard]] uint64_t files_needed(const DoctorFacts& facts);

// What a load run was held back by, from its figures.
[[nodiscard]] ResolverFacts::Bottleneck bottleneck_of(const ResolverFacts& resolver,
                                                      uint64_t window_max);

}  // namespace mxbulk::app
