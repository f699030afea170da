#include "output/records.h"

#include <gtest/gtest.h>

namespace mxbulk::output {
namespace {

DomainReport example() {
  DomainReport report;
  report.domain = "example.com";
  report.reason = Reason::kMx;
  report.lints = {Lint::kMxPartial};
  report.mx_hosts = {"a.example.com", "b.example.com"};
  report.mx_count = 2;
  report.mx_host = "b.example.com";
  report.mx_ip = "192.0.2.1";
  report.ttl_s = 300;
  report.dns_ms = 12;
  report.checked_at_s = 1'700'000'000;
  return report;
}

std::string record(const DomainReport& report, Format format) {
  std::string out;
  append_domain_record(report, format, out);
  return out;
}

TEST(DomainRecord, JsonLine) {
  EXPECT_EQ(record(example(), Format::kJsonl),
            "{\"domain\":\"example.com\",\"verdict\":\"mx_ok\",\"reason\":\"mx\","
            "\"action\":\"send\",\"mx_count\":2,\"mx_hosts\":[\"a.example.com\",\"b.example.com\"],"
            "\"mx_host\":\"b.example.com\",\"mx_ip\":\"192.0.2.1\",\"mx_provider\":null,"
            "\"lints\":[\"mx_partial\"],\"dns_rcode\":\"NOERROR\",\"ttl_s\":300,"
            "\"probe_status\":null,\"probe_ms\":null,\"dns_ms\":12,"
            "\"checked_at\":\"2023-11-14T22:13:20Z\",\"from_state\":false,"
            "\"previous_verdict\":null}\n");
}

TEST(DomainRecord, CsvLineHasTheHeadersColumns) {
  EXPECT_EQ(domain_header(Format::kCsv),
            "domain,verdict,reason,action,mx_count,mx_hosts,mx_host,mx_ip,mx_provider,lints,"
            "dns_rcode,ttl_s,probe_status,probe_ms,dns_ms,checked_at,from_state,"
            "previous_verdict\n");
  EXPECT_EQ(domain_header(Format::kJsonl), "");
  EXPECT_EQ(record(example(), Format::kCsv),
            "example.com,mx_ok,mx,send,2,a.example.com;b.example.com,b.example.com,192.0.2.1,,"
            "mx_partial,NOERROR,300,,,12,2023-11-14T22:13:20Z,false,\n");
}

TEST(DomainRecord, SaysWhatTheConnectionCameToWhateverItProved) {
  DomainReport report = example();
  report.reason = Reason::kEgressBlocked;
  report.probe = ProbeOutcome::kTcpTimeout;
  report.probe_ms = 10'000;
  const std::string json = record(report, Format::kJsonl);
  EXPECT_NE(json.find("\"reason\":\"egress_blocked\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"probe_status\":\"tcp_timeout\",\"probe_ms\":10000,"), std::string::npos)
      << json;
  EXPECT_NE(record(report, Format::kCsv).find(",300,tcp_timeout,10000,12,"), std::string::npos);
}

// A property of the server, and so of each domain that it serves.
TEST(DomainRecord, NamesAServerWithoutSmtputf8) {
  DomainReport report = example();
  report.lints = {Lint::kEaiUnsupported};
  EXPECT_NE(record(report, Format::kJsonl).find("\"lints\":[\"eai_unsupported\"]"),
            std::string::npos);
}

// DNS answered, whatever the mail server did.
TEST(DomainRecord, UnknownByAProbeKeepsWhatDnsSaid) {
  for (const Reason reason : {Reason::kGreetingTimeout, Reason::kNotSmtp}) {
    DomainReport report = example();
    report.reason = reason;
    const std::string json = record(report, Format::kJsonl);
    EXPECT_NE(json.find("\"mx_count\":2,"), std::string::npos) << json;
    EXPECT_NE(json.find("\"dns_rcode\":\"NOERROR\",\"ttl_s\":300,"), std::string::npos) << json;
  }
}

TEST(DomainRecord, ValuesWithoutAnAnswerAreNull) {
  DomainReport report = example();
  report.mx_hosts.clear();
  report.reason = Reason::kDnsTimeout;
  const std::string timeout = record(report, Format::kJsonl);
  EXPECT_NE(timeout.find("\"mx_count\":null"), std::string::npos) << timeout;
  EXPECT_NE(timeout.find("\"dns_rcode\":null,\"ttl_s\":null"), std::string::npos) << timeout;
  report.reason = Reason::kDnsServfail;
  report.dns_rcode = 2;
  const std::string servfail = record(report, Format::kJsonl);
  EXPECT_NE(servfail.find("\"dns_rcode\":\"SERVFAIL\",\"ttl_s\":null"), std::string::npos);
  report.reason = Reason::kSpecialUse;
  report.checked_at_s = 0;
  const std::string special = record(report, Format::kJsonl);
  EXPECT_NE(special.find("\"dns_ms\":null,\"checked_at\":null"), std::string::npos) << special;
}

TEST(DomainRecord, InvalidLineIsEscaped) {
  std::string json;
  append_invalid_record("a\x1B[2J\xFF,b", Reason::kBadDomain, "", Format::kJsonl, json);
  EXPECT_TRUE(
      json.starts_with("{\"domain\":\"a\\u001b[2J\xEF\xBF\xBD,b\",\"verdict\":\"invalid\","
                       "\"reason\":\"bad_domain\","))
      << json;
  std::string csv;
  append_invalid_record("a\x1B,b", Reason::kBadDomain, "", Format::kCsv, csv);
  EXPECT_TRUE(csv.starts_with("\"a\\027,b\",invalid,bad_domain,suppress,,,")) << csv;
  csv.clear();
  append_invalid_record("gmail,com", Reason::kBadDomain, "gmail.com", Format::kCsv, csv);
  EXPECT_TRUE(csv.starts_with("\"gmail,com\",invalid,bad_domain,review,,,")) << csv;
}

// An empty cell became null.
TEST(ExtractRecord, AnEmptyCellIsAnEmptyText) {
  ExtractRecord record;
  record.invalid = Reason::kEmpty;
  std::string out;
  append_extract_record(record, Format::kJsonl, out);
  EXPECT_EQ(out,
            "{\"email\":\"\",\"mx_email\":null,\"domain\":null,\"verdict\":\"invalid\","
            "\"reason\":\"empty\",\"lints\":[]}\n");
  out.clear();
  append_extract_record(record, Format::kCsv, out);
  EXPECT_EQ(out, ",,,invalid,empty,\n");
}

}  // namespace
}  // namespace mxbulk::output
