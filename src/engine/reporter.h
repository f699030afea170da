// From the compact record of a domain to the report that is written.
//
// Threads: one writer thread. Ownership: borrows the tables.
#pragma once

#include "enrich/enrich.h"
#include "model/domain_report.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::engine {

class Reporter {
 public:
  Reporter(const table::DomainTable& domains, const table::HostTable& hosts,
           const enrich::Enricher& enricher)
      : domains_(domains), hosts_(hosts), enricher_(enricher) {}

  // Requires: the domain's record is ready.
  [[nodiscard]] DomainReport report_of(DomainId domain) const;

 private:
  const table::DomainTable& domains_;
  const table::HostTable& hosts_;
  const enrich::Enricher& enricher_;
};

}  // namespace mxbulk::engine
