#include "rows/reporter.h"

#include "base/limits.h"

namespace mxbulk::rows {

const DomainRecord& Reporter::begin_report(DomainId domain) {
  const DomainRecord& record = domains_.record(domain);
  write_text(domains_.name(domain), report_.domain);
  report_.reason = record.reason;
  report_.lints = record.lints;
  report_.from_state = record.from_state;
  report_.mx_host.clear();
  if (record.best.valid()) write_text(hosts_.name(record.best), report_.mx_host);
  return record;
}

const DomainReport& Reporter::end_report(DomainId domain) {
  enricher_.describe(report_);
  report_.action.reset();
  if (past_ != nullptr) past_->complete(domain, report_);
  return report_;
}

void Reporter::write_exchanges(const DomainRecord& record, size_t count) {
  report_.mx_hosts.resize(count);
  for (size_t i = 0; i < count; ++i) {
    write_text(hosts_.name(record.exchanges[i]), report_.mx_hosts[i]);
  }
}

const DomainReport& Reporter::report_of(DomainId domain) {
  const DomainRecord& record = begin_report(domain);
  write_exchanges(record, record.exchange_count);
  report_.mx_count = record.mx_count;
  report_.mx_ip.clear();
  const IpAddress* const address = record.best.valid() ? hosts_.address(record.best) : nullptr;
  if (address != nullptr) report_.mx_ip = address->text();
  report_.dns_rcode = record.rcode;
  report_.ttl_s = record.ttl_s;
  report_.dns_ms = record.dns_ms;
  report_.checked_at_s = record.checked_at_s;
  report_.probe = record.probe;
  report_.probe_ms = record.probe_ms;
  return end_report(domain);
}

const DomainReport& Reporter::row_report_of(DomainId domain) {
  const DomainRecord& record = begin_report(domain);
  // The provider needs only the best or the first exchange; the lint mx_long_list needs all.
  const bool is_long = record.exchange_count > limits::kLongListExchanges;
  const size_t first = !record.best.valid() && record.exchange_count > 0 ? 1 : 0;
  write_exchanges(record, is_long ? record.exchange_count : first);
  return end_report(domain);
}

}  // namespace mxbulk::rows
