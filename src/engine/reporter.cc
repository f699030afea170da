#include "engine/reporter.h"

namespace mxbulk::engine {

const DomainReport& Reporter::report_of(DomainId domain) {
  const DomainRecord& record = domains_.record(domain);
  write_text(domains_.name(domain), report_.domain);
  report_.reason = record.reason;
  report_.lints = record.lints;
  report_.mx_hosts.resize(record.exchange_count);
  for (size_t i = 0; i < record.exchange_count; ++i) {
    write_text(hosts_.name(record.exchanges[i]), report_.mx_hosts[i]);
  }
  report_.mx_count = record.mx_count;
  report_.mx_host.clear();
  report_.mx_ip.clear();
  if (record.best.valid()) {
    write_text(hosts_.name(record.best), report_.mx_host);
    const IpAddress* const address = hosts_.address(record.best);
    if (address != nullptr) report_.mx_ip = address->text();
  }
  report_.dns_rcode = record.rcode;
  report_.ttl_s = record.ttl_s;
  report_.dns_ms = record.dns_ms;
  report_.checked_at_s = record.checked_at_s;
  enricher_.describe_exchanges(report_);
  return report_;
}

const DomainReport& Reporter::full_report_of(DomainId domain) {
  (void)report_of(domain);
  enricher_.describe_domain(report_);
  return report_;
}

}  // namespace mxbulk::engine
