// What earlier runs add to the report of a domain.
//
// Threads: one writer thread. Ownership: reporter and sink borrow it.
#pragma once

#include "base/strong_id.h"
#include "model/domain_report.h"

namespace mxbulk::rows {

class Past {
 public:
  virtual ~Past() = default;

  // The action of the domain depends on how many rows of the whole list it has, and not all are
  // counted yet. Requires: it is decided.
  [[nodiscard]] virtual bool must_count_rows(DomainId domain) = 0;
  // Returns when they are counted, or will not be; false if the run was aborted.
  [[nodiscard]] virtual bool wait_for_count() = 0;
  // Fills what is by earlier runs. Requires: all else of the report is filled.
  virtual void complete(DomainId domain, DomainReport& report) = 0;
};

}  // namespace mxbulk::rows
