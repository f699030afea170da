#include "lab/zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/dns_server.h"
#include "support/packet.h"

namespace mxbulk::lab {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Zone parse(std::string_view text) {
  Result<Zone> zone = Zone::parse(text);
  EXPECT_TRUE(zone.ok()) << zone.status().message();
  return zone.ok() ? std::move(zone.value()) : Zone();
}

const std::vector<Record>& records(const Zone& zone, std::string_view name) {
  static const std::vector<Record> kNone;
  const std::vector<Record>* found = zone.find(wire(name));
  EXPECT_NE(found, nullptr) << name;
  return found == nullptr ? kNone : *found;
}

// The only record of `x.test.`, written as "x IN " + data.
Record single(const std::string& data) {
  const Zone zone = parse("$ORIGIN test.\nx IN " + data + "\n");
  const std::vector<Record>& found = records(zone, "x.test");
  EXPECT_EQ(found.size(), 1U) << data;
  return found.empty() ? Record() : found.front();
}

TEST(Zone, ReadsEveryTypeIntoWireForm) {
  EXPECT_EQ(single("A 1.2.3.4").rdata, std::string("\1\2\3\4"));
  EXPECT_EQ(single("AAAA ::1").rdata, std::string(15, '\0') + "\1");
  EXPECT_EQ(single("MX 10 mail").rdata, mx_data(10, wire("mail.test")));
  EXPECT_EQ(single("MX 65535 mail.example.net.").rdata, mx_data(65'535, wire("mail.example.net")));
  EXPECT_EQ(single("MX 0 .").rdata, mx_data(0, wire(".")));
  EXPECT_EQ(single("CNAME @").rdata, wire("test"));
  EXPECT_EQ(single("NS ns").rdata, wire("ns.test"));
  EXPECT_EQ(single("TXT \"v=spf1; -all\" two").rdata, std::string("\x0Cv=spf1; -all\x03two"));
  EXPECT_EQ(single("SOA ns h 1 2 3 4 5").rdata,
            wire("ns.test") + wire("h.test") + u32(1) + u32(2) + u32(3) + u32(4) + u32(5));
  EXPECT_EQ(single("MX 10 mail").type, kTypeMx);
}

TEST(Zone, KnowsDirectivesOwnersAndTtls) {
  const Zone zone = parse(
      "; a comment\n"
      "$TTL 300\n"
      "a.test. IN A 1.1.1.1 ; after a record\n"
      "        60 IN A 2.2.2.2\n"
      "$ORIGIN test.\n"
      "@ IN 90 MX 1 A\r\n"
      "B A 3.3.3.3\n");
  EXPECT_EQ(records(zone, "a.test").size(), 2U);
  EXPECT_EQ(records(zone, "a.test")[0].ttl_s, 300U);
  EXPECT_EQ(records(zone, "a.test")[1].ttl_s, 60U);
  EXPECT_EQ(records(zone, "test")[0].ttl_s, 90U);
  EXPECT_EQ(records(zone, "test")[0].rdata, mx_data(1, wire("a.test")));
  EXPECT_EQ(records(zone, "b.test").size(), 1U);
}

TEST(Zone, JoinsLinesInParentheses) {
  const Zone zone = parse("@ IN SOA ns. h. ( 1 ; serial\n  2 3\n 4 5 )\nx. IN A 1.1.1.1\n");
  ASSERT_NE(zone.soa(), nullptr);
  EXPECT_EQ(zone.soa()->rdata.substr(zone.soa()->rdata.size() - 4), u32(5));
  EXPECT_EQ(records(zone, "x").size(), 1U);
}

TEST(Zone, ReadsEscapesInNames) {
  EXPECT_EQ(single("MX 10 a\\032b.test.").rdata, mx_data(10, wire("a b.test")));
  EXPECT_EQ(single("MX 10 a\\.b.test.").rdata, u16(10) + "\3a.b\4test" + std::string(1, '\0'));
}

TEST(Zone, ANameAboveOthersExistsWithoutRecords) {  // RFC 4592 §2.2.2
  const Zone zone = parse("a.b.test. IN A 1.1.1.1\n");
  EXPECT_TRUE(records(zone, "b.test").empty());
  EXPECT_TRUE(records(zone, "test").empty());
  EXPECT_EQ(zone.find(wire("c.test")), nullptr);
  EXPECT_EQ(zone.find(wire("x.a.b.test")), nullptr);
  EXPECT_EQ(zone.soa(), nullptr);
}

TEST(Zone, ReadsFaultsOfANameOrOfOneType) {
  const Zone zone = parse(
      ";@fault all.test. servfail\n"
      ";@fault one.test. timeout AAAA\n"
      ";@fault One.test. refused\n"
      "; @fault no.test. servfail\n");
  ASSERT_NE(zone.fault_of(wire("all.test"), kTypeMx), nullptr);
  EXPECT_EQ(zone.fault_of(wire("all.test"), kTypeMx)->kind, FaultKind::kServfail);
  EXPECT_EQ(zone.fault_of(wire("one.test"), kTypeAaaa)->kind, FaultKind::kTimeout);
  EXPECT_EQ(zone.fault_of(wire("one.test"), kTypeA)->kind, FaultKind::kRefused);
  EXPECT_EQ(zone.fault_of(wire("no.test"), kTypeA), nullptr);
}

TEST(Zone, KnowsEveryKindOfFault) {
  const std::pair<const char*, FaultKind> kinds[] = {
      {"servfail", FaultKind::kServfail}, {"servfail-once", FaultKind::kServfailOnce},
      {"refused", FaultKind::kRefused},   {"formerr", FaultKind::kFormerr},
      {"timeout", FaultKind::kTimeout},   {"truncate", FaultKind::kTruncate},
      {"garbage", FaultKind::kGarbage},   {"truncate-dead", FaultKind::kTruncateDead},
      {"badcount", FaultKind::kBadCount}, {"filtered", FaultKind::kFiltered},
  };
  for (const auto& [word, kind] : kinds) {
    const Zone zone = parse(std::string(";@fault x. ") + word + "\n");
    ASSERT_NE(zone.fault_of(wire("x"), kTypeMx), nullptr) << word;
    EXPECT_EQ(zone.fault_of(wire("x"), kTypeMx)->kind, kind);
  }
}

TEST(Zone, SaysInWhichLineItCannotBeRead) {
  for (const char* line :
       {"x. IN A 1.2.3", "x. IN A ::1", "x. IN AAAA 1.2.3.4", "x. IN MX mail.", "x. IN MX",
        "x. IN A", "x. IN MX 10", "x. IN MX 65536 mail.", "x. IN MX 10 a..b.", "x. IN BOGUS 1",
        "x. IN", "$TTL soon", "$ORIGIN a..b.", ";@fault x. nonsense", ";@fault x.",
        ";@fault x. timeout BOGUS", "x. IN SOA ns. h. 1 2 3 4", "x. IN TXT",
        "x. IN MX 10 \\3mail."}) {
    const Result<Zone> zone = Zone::parse(std::string("a. IN A 1.1.1.1\n") + line + "\n");
    ASSERT_FALSE(zone.ok()) << line;
    EXPECT_EQ(zone.status().code(), StatusCode::kInput);
    EXPECT_THAT(zone.status().message(), HasSubstr("zone:2:")) << line;
  }
}

TEST(Zone, SaysThatAParenthesisIsNeverClosed) {
  EXPECT_FALSE(Zone::parse("@ IN SOA ns. h. ( 1 2 3 4 5\n").ok());
  EXPECT_FALSE(Zone::parse("x. IN A ) 1.1.1.1\n").ok());
}

TEST(Zone, RefusesALabelThatIsTooLong) {
  EXPECT_TRUE(Zone::parse(std::string(63, 'a') + ". IN A 1.1.1.1\n").ok());
  EXPECT_FALSE(Zone::parse(std::string(64, 'a') + ". IN A 1.1.1.1\n").ok());
  EXPECT_FALSE(Zone::parse("x. IN TXT " + std::string(256, 'a') + "\n").ok());
}

TEST(Zone, ListsTheNamesThatHaveRecords) {
  const Zone zone = parse(". IN SOA ns. h. 1 2 3 4 5\na.b. IN A 1.1.1.1\nc. IN MX 0 .\n");
  EXPECT_THAT(zone.names(), UnorderedElementsAre("a.b", "c"));
}

TEST(Zone, TheBuiltInOneCanBeRead) {
  const Zone zone = parse(builtin_zone_text());
  EXPECT_NE(zone.soa(), nullptr);
  EXPECT_FALSE(records(zone, "gmail.com").empty());
}

}  // namespace
}  // namespace mxbulk::lab
