// What the summary for a person and the one for a program have in common. Threads: pure.
#pragma once

#include "base/limits.h"
#include "mxbulk/summary.h"

namespace mxbulk::output {

[[nodiscard]] inline bool may_name_worst(const Summary& summary) {
  return !summary.worst_dead_domain.empty() && summary.worst_dead_rows >= limits::kNamedFromRows;
}

}  // namespace mxbulk::output
