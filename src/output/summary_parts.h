// Code shared by the summary in text and the one in JSON. Threads: pure functions.
#pragma once

#include "base/limits.h"
#include "mxbulk/summary.h"

namespace mxbulk::output {

[[nodiscard]] inline bool may_name_worst(const Summary& summary) {
  return !summary.worst_dead_domain.empty() && summary.worst_dead_rows >= limits::kNamedFromRows;
}

}  // namespace mxbulk::output
