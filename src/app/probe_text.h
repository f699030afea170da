// What one connection came to, in words. Threads: pure function.
#pragma once

#include <string>

#include "model/trace_sink.h"

namespace mxbulk::app {

// A reason's name, as `smtp_220`; or why nobody was dialled.
[[nodiscard]] std::string outcome_text(const ProbeReport& report);

}  // namespace mxbulk::app
