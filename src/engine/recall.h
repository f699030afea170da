// Answers of earlier runs, which take the place of queries.
//
// Threads: all calls on the loop thread. Ownership: the dispatcher borrows it.
#pragma once

#include <cstdint>

#include "base/strong_id.h"
#include "model/domain_record.h"

namespace mxbulk::engine {

class Recall {
 public:
  virtual ~Recall() = default;

  // Domains that were looked up by now: those below it may begin.
  [[nodiscard]] virtual uint32_t looked_up() const = 0;
  // Fills the record from an answer that may still be used; its exchanges are valid until the next
  // call. False: the domain must be asked for; it may be called again then, and not after true.
  [[nodiscard]] virtual bool recall(DomainId domain, DomainRecord& record) = 0;
};

}  // namespace mxbulk::engine
