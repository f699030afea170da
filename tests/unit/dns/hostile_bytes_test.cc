// A message may contain any bytes: one that is cut, looped or mutated is read or refused, without
// undefined behaviour.
#include <gtest/gtest.h>

#include <random>

#include "dns/wire.h"
#include "unit/dns/read.h"

namespace mxbulk::dns {
namespace {

using namespace test;

constexpr RecordType kAskedTypes[] = {RecordType::kMx, RecordType::kA, RecordType::kAaaa};

std::vector<Packet> good_messages() {
  Packet mx("example.org", kTypeMx);
  mx.answer(kTypeMx, mx_data(10, std::string("\4mail") + pointer(12)))
      .answer(kTypeMx, mx_data(20, wire("backup.example.net")))
      .authority(kTypeNs, wire("ns.example"))
      .additional(kTypeA, "abcd", 60, wire("backup.example.net"))
      .opt(extended_error(3));
  Packet cname("example.org", kTypeMx);
  cname.answer(kTypeCname, wire("b.example"))
      .answer(kTypeMx, mx_data(0, wire(".")), 60, wire("b.example"))
      .opt();
  Packet negative("example.org", kTypeMx);
  negative.rcode(3).authority(kTypeSoa, soa_data(300)).opt();
  Packet addresses("example.org", kTypeA);
  addresses.answer(kTypeA, "abcd").answer(kTypeA, "efgh").opt();
  Packet v6("example.org", kTypeAaaa);
  v6.answer(kTypeAaaa, "abcdefghijklmnop");
  return {mx, cname, negative, addresses, v6};
}

bool is_canonical(NameView view) {
  size_t at = 0;
  while (at < view.size()) {
    const auto length = static_cast<uint8_t>(view[at]);
    if (length == 0) return at + 1 == view.size();
    if (length > limits::kLabelOctetsMax) return false;
    at += 1U + length;
  }
  return false;
}

// The invariants of an Answer, for any input.
void expect_sound(const Answer& answer) {
  ASSERT_LE(answer.mx_count, answer.mx.size());
  ASSERT_LE(answer.address_count, answer.addresses.size());
  ASSERT_LE(answer.names_size, answer.names.size());
  ASSERT_LE(answer.cname_links, limits::kCnameLinksMax);
  for (size_t i = 0; i < answer.mx_count; ++i) {
    ASSERT_TRUE(is_canonical(answer.mx[i].exchange));
    ASSERT_LE(answer.mx[i].exchange.size(), limits::kNameWireOctetsMax);
  }
  if (answer.chase) {
    ASSERT_TRUE(is_canonical(answer.chase->view()));
    ASSERT_EQ(answer.status, LookupStatus::kNoData);
  }
  if (answer.status == LookupStatus::kNxDomain) {
    ASSERT_EQ(answer.rcode, 3);
  }
  if (answer.truncated) {
    ASSERT_TRUE(is_temporary(answer.status));
  }
  if (!is_temporary(answer.status)) {
    ASSERT_TRUE(answer.rcode == 0 || answer.rcode == 3);
  }
}

TEST(HostileBytes, NoPrefixOfAGoodMessageIsBelieved) {
  for (const Packet& packet : good_messages()) {
    const std::vector<uint8_t> whole = packet.bytes();
    for (const RecordType type : kAskedTypes) {
      for (size_t size = 0; size < whole.size(); ++size) {
        // A copy of that size: a read past its end is a read past the allocation.
        const std::vector<uint8_t> prefix(whole.begin(),
                                          whole.begin() + static_cast<ptrdiff_t>(size));
        EXPECT_EQ(read(prefix, "example.org", type)->status, LookupStatus::kMalformed) << size;
      }
    }
  }
}

// Thousands of pointers, each to the one before: every record could follow the whole chain.
TEST(HostileBytes, AChainOfPointersIsFollowedNoFurtherThanANameHasLabels) {
  std::vector<uint8_t> message = {0, 0};  // the root
  for (size_t target = 0; target < 2 * limits::kNamePointersMax + 2; target += 2) {
    message.push_back(static_cast<uint8_t>(0xC0 | target >> 8));
    message.push_back(static_cast<uint8_t>(target & 0xFF));
  }
  const WireReader reader(message);
  DomainName name;
  EXPECT_TRUE(reader.read_name(2 * limits::kNamePointersMax, name));
  EXPECT_FALSE(reader.read_name(2 * limits::kNamePointersMax + 2, name));
}

TEST(HostileBytes, EveryPointerLoopEnds) {
  const size_t at = Packet("example.org", kTypeMx).size() + 12 + 2;  // of the exchange's name
  const std::string loops[] = {
      pointer(at),                           // to itself
      pointer(at + 2),                       // forward
      std::string("\1a") + pointer(at),      // back to the label before it
      std::string("\1a") + pointer(at + 2),  // to itself after a label
      pointer(at - 1),                       // into the preference, then here again
      pointer(at - 2),
  };
  for (const std::string& loop : loops) {
    const auto answer = read(Packet("example.org", kTypeMx).answer(kTypeMx, pointer(at) + loop));
    EXPECT_EQ(answer->status, LookupStatus::kMalformed);
  }
}

TEST(HostileBytes, AQuestionThatPointsIntoItselfIsRefused) {
  std::vector<uint8_t> bytes = Packet("example.org", kTypeMx).rcode(3).bytes();
  bytes[12] = 0xC0;
  bytes[13] = 12;
  EXPECT_EQ(read(bytes)->status, LookupStatus::kMalformed);
}

TEST(HostileBytes, CountsThatPromiseTooMuchAreRefused) {
  for (const size_t section : {6U, 8U, 10U}) {
    for (const uint16_t count : {uint16_t{3}, uint16_t{255}, uint16_t{65'535}}) {
      Packet packet = good_messages().front();
      EXPECT_EQ(read(packet.count(section, count))->status, LookupStatus::kMalformed)
          << section << " " << count;
    }
  }
}

TEST(HostileBytes, ReadNameTakesNoMoreThan255Octets) {
  std::vector<uint8_t> bytes;
  for (int label = 0; label < 127; ++label) bytes.insert(bytes.end(), {1, 'a'});
  bytes.push_back(0);  // 255 octets in all
  DomainName name;
  EXPECT_TRUE(WireReader(bytes).read_name(0, name));
  EXPECT_EQ(name.view().size(), 255U);
  bytes.back() = 1;
  bytes.insert(bytes.end(), {'a', 0});
  EXPECT_FALSE(WireReader(bytes).read_name(0, name));
}

TEST(HostileBytes, AHundredThousandMutationsLeaveASoundAnswer) {
  std::mt19937 random(20'240'501);
  const std::vector<Packet> seeds = good_messages();
  std::vector<std::vector<uint8_t>> messages;
  for (const Packet& seed : seeds) messages.push_back(seed.bytes());
  auto answer = std::make_unique<Answer>();
  const DomainName asked = name("example.org");
  size_t believed = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::vector<uint8_t> bytes = messages[random() % messages.size()];
    const uint32_t edits = 1 + random() % 4;
    for (uint32_t i = 0; i < edits && !bytes.empty(); ++i) {
      const size_t at = random() % bytes.size();
      switch (random() % 5) {
        case 0: bytes[at] = static_cast<uint8_t>(random()); break;
        case 1: bytes[at] = static_cast<uint8_t>(bytes[at] ^ (1U << random() % 8)); break;
        case 2: bytes.erase(bytes.begin() + static_cast<ptrdiff_t>(at)); break;
        case 3: bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at), 0xC0); break;
        case 4: bytes.resize(at); break;
      }
    }
    const RecordType type = kAskedTypes[random() % std::size(kAskedTypes)];
    bytes.shrink_to_fit();
    read_answer(bytes, asked.view(), type, *answer);
    expect_sound(*answer);
    if (HasFatalFailure()) FAIL() << "round " << round;
    believed += is_temporary(answer->status) ? 0 : 1;
  }
  EXPECT_GT(believed, 1'000U);  // otherwise no mutation got past the header
}

TEST(HostileBytes, NoiseIsRefused) {
  std::mt19937 random(7);
  auto answer = std::make_unique<Answer>();
  const DomainName asked = name("example.org");
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint8_t> bytes(random() % 600);
    for (uint8_t& octet : bytes) octet = static_cast<uint8_t>(random());
    read_answer(bytes, asked.view(), RecordType::kMx, *answer);
    EXPECT_TRUE(is_temporary(answer->status));
  }
}

}  // namespace
}  // namespace mxbulk::dns
