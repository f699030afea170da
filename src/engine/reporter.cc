#include "engine/reporter.h"

#include <span>

namespace mxbulk::engine {

DomainReport Reporter::report_of(DomainId domain) const {
  const DomainRecord& record = domains_.record(domain);
  DomainReport report;
  report.domain = to_text(domains_.name(domain));
  report.reason = record.reason;
  report.lints = record.lints;
  for (HostId host : std::span(record.exchanges, record.exchange_count)) {
    report.mx_hosts.push_back(to_text(hosts_.name(host)));
  }
  report.mx_count = record.mx_count;
  if (record.best.valid()) {
    report.mx_host = to_text(hosts_.name(record.best));
    if (const IpAddress* const address = hosts_.address(record.best)) {
      report.mx_ip = address->text();
    }
  }
  report.dns_rcode = record.rcode;
  report.ttl_s = record.ttl_s;
  report.dns_ms = record.dns_ms;
  report.checked_at_s = record.checked_at_s;
  enricher_.describe(report);
  return report;
}

}  // namespace mxbulk::engine
