// Makes the report of a domain, which is written, from its compact record.
//
// Threads: one writer thread. Ownership: borrows the tables.
#pragma once

#include "enrich/enrich.h"
#include "model/domain_report.h"
#include "model/row_key.h"
#include "rows/past.h"
#include "table/domain_table.h"
#include "table/host_table.h"

namespace mxbulk::rows {

class Reporter {
 public:
  Reporter(const table::DomainTable& domains, const table::HostTable& hosts,
           const enrich::Enricher& enricher)
      : domains_(domains), hosts_(hosts), enricher_(enricher) {}
  // Before the first report.
  void set_past(Past& past) { past_ = &past; }

  // The whole report. Valid until the next call. Requires: the domain is ready.
  [[nodiscard]] const DomainReport& report_of(DomainId domain);
  // Only what is appended to rows; other members keep old values. Valid until the next call.
  [[nodiscard]] const DomainReport& row_report_of(DomainId domain);
  // The domain that was probably meant in an invalid row; empty if none.
  // Requires: key.is_invalid().
  [[nodiscard]] std::string_view suggestion_of(RowKey key) const {
    return enricher_.suggestion(key.suggestion());
  }

 private:
  const DomainRecord& begin_report(DomainId domain);
  const DomainReport& end_report(DomainId domain);
  void write_exchanges(const DomainRecord& record, size_t count);

  const table::DomainTable& domains_;
  const table::HostTable& hosts_;
  const enrich::Enricher& enricher_;
  Past* past_ = nullptr;  // may be nullptr
  DomainReport report_;   // reused, so that its texts keep their memory
};

}  // namespace mxbulk::rows
