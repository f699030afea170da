// A damaged message is no answer. What could not be read was skipped as if it belonged to another
// name, and made domains dead that take mail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/dns/read.h"

namespace mxbulk::dns {
namespace {

using namespace test;
using ::testing::ElementsAre;

constexpr auto kTypePtr = static_cast<uint16_t>(RecordType::kPtr);
constexpr auto kTypeTxt = static_cast<uint16_t>(RecordType::kTxt);
constexpr uint16_t kTypeDname = 39;
constexpr size_t kFixedBytes = 10;  // type, class, TTL and length of a record

std::string good_mx() {
  return mx_data(10, wire("mail.example.net"));
}
std::string null_mx() {
  return mx_data(0, wire("."));
}

struct BrokenName {
  std::string octets;
  const char* what;
};

// Names that cannot be followed, at offset `at` of the message.
std::vector<BrokenName> broken_names(size_t at) {
  std::string endless;
  for (int i = 0; i < 4; ++i) endless += "\x3F" + std::string(63, 'a');
  return {
      {pointer(0x3FFF), "a pointer past the end"},
      {pointer(at), "a pointer to itself"},
      {pointer(at + 3), "a pointer forward"},
      {pointer(0), "a pointer to the header"},
      {pointer(11), "a pointer into the header"},
      {"\1a" + pointer(at), "a loop"},
      {std::string("\x40") + "ab", "a label of type 01"},
      {std::string("\x80") + "ab", "a label of type 10"},
      {endless + "\3abc" + std::string(1, '\0'), "over 255 octets"},
      {endless + pointer(12), "over 255 octets with the name that it points to"},
      {std::string("\4mai"), "a label that leaves its data"},
      {std::string("\4mail"), "no end inside of its data"},
      {std::string("\xC0"), "half a pointer"},
  };
}

// Where the owner of the first record is.
size_t first_record(uint16_t type = kTypeMx) {
  return Packet("example.org", type).size();
}
size_t first_data() {
  return first_record() + 2 + kFixedBytes;
}

TEST(DamagedAnswer, AnOwnerThatCannotBeFollowedMakesTheWholeMessageMalformed) {
  for (const auto& [owner, what] : broken_names(first_record())) {
    Packet alone("example.org", kTypeMx);
    alone.answer(kTypeMx, good_mx(), 60, owner);
    EXPECT_EQ(read(alone)->status, LookupStatus::kMalformed) << what;
    Packet alias("example.org", kTypeMx);
    alias.answer(kTypeCname, wire("t.example.org"), 60, owner);
    EXPECT_EQ(read(alias)->status, LookupStatus::kMalformed) << what;
    Packet beside_null("example.org", kTypeMx);
    beside_null.answer(kTypeMx, good_mx(), 60, owner).answer(kTypeMx, null_mx());
    EXPECT_EQ(read(beside_null)->status, LookupStatus::kMalformed) << what;
    Packet denied("example.org", kTypeMx);
    denied.rcode(3).answer(kTypeMx, good_mx(), 60, owner).authority(kTypeSoa, soa_data(60));
    EXPECT_EQ(read(denied)->status, LookupStatus::kMalformed) << what;
  }
}

// Alone, beside a good record, beside a null MX, and in a denial.
void expect_whole_message_malformed(uint16_t type, const std::string& data, const char* what) {
  Packet alone("example.org", kTypeMx);
  alone.answer(type, data);
  EXPECT_EQ(read(alone)->status, LookupStatus::kMalformed) << type << ": " << what;
  Packet beside_good("example.org", kTypeMx);
  beside_good.answer(type, data).answer(kTypeMx, good_mx());
  EXPECT_EQ(read(beside_good)->status, LookupStatus::kMalformed) << type << ": " << what;
  Packet beside_null("example.org", kTypeMx);
  beside_null.answer(type, data).answer(kTypeMx, null_mx());
  EXPECT_EQ(read(beside_null)->status, LookupStatus::kMalformed) << type << ": " << what;
  Packet denied("example.org", kTypeMx);
  denied.rcode(3).answer(type, data).authority(kTypeSoa, soa_data(60));
  EXPECT_EQ(read(denied)->status, LookupStatus::kMalformed) << type << ": " << what;
}

TEST(DamagedAnswer, AnExchangeThatCannotBeFollowedMakesTheWholeMessageMalformed) {
  for (const auto& [name, what] : broken_names(first_data() + 2)) {
    expect_whole_message_malformed(kTypeMx, u16(10) + name, what);
  }
}

TEST(DamagedAnswer, ATargetThatCannotBeFollowedMakesTheWholeMessageMalformed) {
  for (const uint16_t type : {kTypeCname, kTypeDname, kTypeNs, kTypePtr, kTypeSoa}) {
    for (const auto& [name, what] : broken_names(first_data())) {
      expect_whole_message_malformed(type, name, what);
    }
  }
}

TEST(DamagedAnswer, AnExchangeOfAnotherOwnerCountsToo) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeMx, u16(10) + pointer(0x3FFF), 60, wire("other.example"));
  EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed);
}

TEST(DamagedAnswer, OfAddressRecordsTheOwnerDecides) {
  Packet packet("mail.example", kTypeA);
  packet.answer(kTypeA, "\7\7\7\7", 60, pointer(0x3FFF));
  EXPECT_EQ(read(packet, "mail.example", RecordType::kA)->status, LookupStatus::kMalformed);
}

// --- data of the wrong size ----------------------------------------------------------------------

const std::string kWrongSizes[] = {{}, "x", u16(10), u16(10) + wire("a.b") + "x"};

TEST(DamagedAnswer, NoNullMxRestsOnASetWithARecordOfTheWrongSize) {
  for (const std::string& data : kWrongSizes) {
    Packet packet("example.org", kTypeMx);
    packet.answer(kTypeMx, data).answer(kTypeMx, null_mx());
    EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed) << data.size();
  }
}

TEST(DamagedAnswer, NoNxdomainRestsOnARecordOfTheWrongSize) {
  for (const std::string& data : kWrongSizes) {
    Packet packet("example.org", kTypeMx);
    packet.rcode(3).answer(kTypeMx, data).authority(kTypeSoa, soa_data(60));
    EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed) << data.size();
  }
  Packet address("example.org", kTypeA);
  address.rcode(3).answer(kTypeA, "abc").authority(kTypeSoa, soa_data(60));
  EXPECT_EQ(read(address, "example.org", RecordType::kA)->status, LookupStatus::kMalformed);
}

TEST(DamagedAnswer, NoDataIsNotBelievedBesideARecordOfTheWrongSize) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeMx, u16(10)).authority(kTypeSoa, soa_data(60));
  EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed);
}

// It says nothing about mail: only whether there is an SPF policy.
TEST(DamagedAnswer, ATextLongerThanItsRecordIsReadAsFarAsItGoes) {
  Packet packet("example.org", kTypeTxt);
  packet.answer(kTypeTxt, "\xFFv=spf1 -all");
  EXPECT_TRUE(read(packet, "example.org", RecordType::kTxt)->has_spf);
}

// --- counts --------------------------------------------------------------------------------------

Packet denial(unsigned rcode) {
  return Packet("example.org", kTypeMx).rcode(rcode).authority(kTypeSoa, soa_data(60)).opt();
}

TEST(DamagedAnswer, ACountThatIsTooSmallDeniesNothing) {
  for (const unsigned rcode : {0U, 3U}) {
    Packet packet("example.org", kTypeMx);
    packet.rcode(rcode).answer(kTypeMx, good_mx()).authority(kTypeSoa, soa_data(60));
    EXPECT_EQ(read(packet.count(6, 0))->status, LookupStatus::kMalformed);
    EXPECT_EQ(read(packet.count(8, 0))->status, LookupStatus::kMalformed);
  }
}

TEST(DamagedAnswer, OctetsAfterTheLastRecordDenyNothing) {
  for (const unsigned rcode : {0U, 3U}) {
    std::vector<uint8_t> bytes = denial(rcode).bytes();
    EXPECT_NE(read(bytes)->status, LookupStatus::kMalformed);
    bytes.push_back(0);
    EXPECT_EQ(read(bytes)->status, LookupStatus::kMalformed);
  }
}

TEST(DamagedAnswer, OctetsAfterANullMxMakeItMalformed) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeMx, null_mx()).answer(kTypeMx, good_mx()).count(6, 1);
  EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed);
}

// The exchange that was read may be used; that there is no other is not known.
TEST(DamagedAnswer, OctetsAfterRecordsMayBeMoreOfThem) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeMx, good_mx()).answer(kTypeMx, good_mx()).count(6, 1);
  const auto answer = read(packet);
  EXPECT_EQ(answer->status, LookupStatus::kFound);
  EXPECT_THAT(mx_of(*answer), ElementsAre("10 mail.example.net"));
  EXPECT_TRUE(answer->cut);
  EXPECT_FALSE(answer->malformed_record);
}

// --- authority and additional section ------------------------------------------------------------

TEST(DamagedAnswer, ADenialWithADamagedSoaIsMalformed) {
  const std::string whole = soa_data(60);
  std::vector<BrokenName> broken = broken_names(first_record() + 2 + kFixedBytes);
  for (auto& [octets, what] : broken) octets += wire("hostmaster.example") + whole.substr(32);
  broken.push_back({{}, "no data"});
  broken.push_back({whole.substr(0, whole.size() - 1), "an octet short"});
  broken.push_back({whole + "x", "an octet too long"});
  broken.push_back({whole.substr(0, 12), "no mailbox"});
  broken.push_back({wire("ns.example") + pointer(0x3FFF) + std::string(20, 'x'), "the mailbox"});
  for (const unsigned rcode : {0U, 3U}) {
    for (const auto& [data, what] : broken) {
      Packet packet("example.org", kTypeMx);
      packet.rcode(rcode).authority(kTypeSoa, data);
      EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed) << what;
    }
    for (const auto& [owner, what] : broken_names(first_record())) {
      Packet packet("example.org", kTypeMx);
      packet.rcode(rcode).authority(kTypeSoa, whole, 60, owner);
      EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed) << what;
    }
  }
}

TEST(DamagedAnswer, ADenialWithADamagedNsIsMalformed) {
  for (const unsigned rcode : {0U, 3U}) {
    Packet packet = denial(rcode);
    Packet damaged("example.org", kTypeMx);
    damaged.rcode(rcode).authority(kTypeSoa, soa_data(60)).authority(kTypeNs, pointer(0x3FFF));
    EXPECT_EQ(read(damaged)->status, LookupStatus::kMalformed);
  }
}

// What is found is in the answer section.
TEST(DamagedAnswer, AnAnswerDoesNotDependOnTheAuthoritySection) {
  Packet packet("example.org", kTypeMx);
  packet.answer(kTypeMx, good_mx()).authority(kTypeNs, pointer(0x3FFF));
  const auto answer = read(packet);
  EXPECT_EQ(answer->status, LookupStatus::kFound);
  EXPECT_FALSE(answer->malformed_record);
  EXPECT_FALSE(answer->cut);
}

// The part that is missing may be the extended error 15, "blocked".
TEST(DamagedAnswer, ADenialWithADamagedOptIsMalformed) {
  for (const unsigned rcode : {0U, 3U}) {
    for (const std::string& options : {u16(15) + u16(9) + u16(15), u16(15), std::string("x")}) {
      Packet packet("example.org", kTypeMx);
      packet.rcode(rcode).authority(kTypeSoa, soa_data(60)).opt(options);
      EXPECT_EQ(read(packet)->status, LookupStatus::kMalformed);
    }
    EXPECT_EQ(read(denial(rcode).opt())->status, LookupStatus::kMalformed) << "two OPT";
    Packet owned("example.org", kTypeMx);
    owned.rcode(rcode).additional(kTypeOpt, {}, 0, wire("x"));
    EXPECT_EQ(read(owned)->status, LookupStatus::kMalformed) << "an OPT that has an owner";
  }
}

}  // namespace
}  // namespace mxbulk::dns
