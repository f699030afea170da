// Which of a run's failures is told, where several hold. Pure.
#pragma once

#include "mxbulk/status.h"

namespace mxbulk::app {

// `reading` and `writing` are our own ends, `asking` is the resolver's. Code 1 comes before 5; a
// reader of our standard output that went away (141) says least of all. Ok where all are.
[[nodiscard]] inline Status first_failure(const Status& reading, const Status& writing,
                                          const Status& asking) {
  for (const Status* status : {&reading, &writing, &asking}) {
    if (status->code() == StatusCode::kInternal) return *status;
  }
  for (const Status* status : {&reading, &asking, &writing}) {
    if (!status->ok()) return *status;
  }
  return {};
}

}  // namespace mxbulk::app
