#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/dns/read.h"

namespace mxbulk::dns {
namespace {

using namespace test;
using ::testing::ElementsAre;

std::string link_name(size_t index) {
  return "l" + std::to_string(index) + ".example";
}

// example.org -> l1.example -> … -> l<links>.example
Packet chain(size_t links) {
  Packet packet("example.org", kTypeMx);
  for (size_t i = 1; i <= links; ++i) {
    const std::string owner = i == 1 ? wire("example.org") : wire(link_name(i - 1));
    packet.answer(kTypeCname, wire(link_name(i)), static_cast<uint32_t>(1'000 + i), owner);
  }
  return packet;
}

TEST(Cname, LeadsToTheRecords) {
  Packet packet = chain(2);
  packet.answer(kTypeMx, mx_data(10, wire("a.example.net")), 3'600, wire("l2.example"));
  const auto answer = read(packet);
  EXPECT_EQ(answer->status, LookupStatus::kFound);
  EXPECT_TRUE(answer->via_cname);
  EXPECT_EQ(answer->cname_links, 2U);
  EXPECT_THAT(mx_of(*answer), ElementsAre("10 a.example.net"));
  EXPECT_EQ(answer->ttl_s, 1'001U);  // the links live no longer than their own TTL
}

TEST(Cname, LinksMayBeInAnyOrder) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeMx, mx_data(10, wire("a.example.net")), 3'600, wire("c.example"))
      .answer(kTypeCname, wire("c.example"), 3'600, wire("B.example"))
      .answer(kTypeCname, wire("b.example"));
  EXPECT_THAT(mx_of(*read(packet)), ElementsAre("10 a.example.net"));
}

TEST(Cname, RecordsOfTheOldNameNoLongerCount) {
  Packet packet = chain(1);
  packet.answer(kTypeMx, mx_data(1, wire("old.example")))
      .answer(kTypeMx, mx_data(10, wire("new.example")), 3'600, wire("l1.example"));
  EXPECT_THAT(mx_of(*read(packet)), ElementsAre("10 new.example"));
}

TEST(Cname, EightLinksAreFollowedAndNineAreNot) {
  Packet eight = chain(8);
  eight.answer(kTypeMx, mx_data(10, wire("a.example.net")), 3'600, wire("l8.example"));
  EXPECT_EQ(read(eight)->status, LookupStatus::kFound);
  Packet nine = chain(9);
  nine.answer(kTypeMx, mx_data(10, wire("a.example.net")), 3'600, wire("l9.example"));
  EXPECT_EQ(read(nine)->status, LookupStatus::kCnameChain);
}

TEST(Cname, ALoopIsATemporaryFailure) {
  Packet to_itself("example.org", kTypeMx);
  to_itself.answer(kTypeCname, pointer(12));
  Packet in_a_ring("example.org", kTypeMx);
  in_a_ring.answer(kTypeCname, wire("b.example"))
      .answer(kTypeCname, wire("example.org"), 60, wire("b.example"));
  for (Packet* packet : {&to_itself, &in_a_ring}) {
    EXPECT_EQ(read(*packet)->status, LookupStatus::kCnameLoop);
    EXPECT_EQ(read(packet->rcode(3))->status, LookupStatus::kCnameLoop);
    EXPECT_EQ(read(packet->rcode(2))->status, LookupStatus::kServfail);
  }
}

TEST(Cname, ARingOfMoreLinksThanAreFollowedIsALongChain) {
  for (const size_t links : {2U, 8U, 9U, 30U}) {
    Packet packet = chain(links - 1);
    packet.answer(kTypeCname, wire("example.org"), 60, wire(link_name(links - 1)));
    EXPECT_EQ(read(packet)->status, links <= limits::kCnameLinksMax ? LookupStatus::kCnameLoop
                                                                    : LookupStatus::kCnameChain)
        << links;
  }
}

TEST(Cname, NxdomainAtTheEnd) {
  const auto answer = read(chain(1).rcode(3).authority(kTypeSoa, soa_data(60)));
  EXPECT_EQ(answer->status, LookupStatus::kNxDomain);
  EXPECT_TRUE(answer->via_cname);
}

TEST(Cname, ASoaSaysThatTheEndHasNoData) {
  const auto answer = read(chain(1).authority(kTypeSoa, soa_data(60)));
  EXPECT_EQ(answer->status, LookupStatus::kNoData);
  EXPECT_FALSE(answer->chase);
  EXPECT_EQ(answer->ttl_s, 60U);
}

TEST(Cname, AnEndWithoutRecordsNeedsItsOwnQuestion) {
  const auto answer = read(chain(2));
  ASSERT_TRUE(answer->chase);
  EXPECT_EQ(answer->chase->text(), "l2.example");
  EXPECT_EQ(answer->ttl_s, 1'001U);
}

TEST(Cname, OfAForeignNameIsIgnored) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeCname, wire("evil.example"), 60, wire("other.org"))
      .answer(kTypeMx, mx_data(10, wire("a.example.net")));
  const auto answer = read(packet);
  EXPECT_FALSE(answer->via_cname);
  EXPECT_THAT(mx_of(*answer), ElementsAre("10 a.example.net"));
}

TEST(Cname, WithAnUnreadableNameMakesTheMessageMalformed) {
  // A pointer past the message; a label that leaves its own data; bytes after the name.
  for (const std::string& data : {pointer(0x3FFF),
                                  std::string("\x20"
                                              "abc"),
                                  wire("a.example") + "x", std::string()}) {
    Packet packet("example.org", kTypeMx);
    packet.answer(kTypeCname, data).answer(kTypeMx, mx_data(10, wire("a.example.net")));
    EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed) << data.size();
  }
}

}  // namespace
}  // namespace mxbulk::dns
