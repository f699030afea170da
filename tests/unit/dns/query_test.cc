#include <gtest/gtest.h>

#include "dns/message.h"
#include "support/packet.h"

namespace mxbulk::dns {
namespace {

using test::u16;
using test::u32;
using test::wire;

std::string query(uint16_t id, const char* text, RecordType type, bool edns) {
  std::array<uint8_t, kQueryBytesMax> out;
  out.fill(0xEE);  // old contents
  const DomainName name = DomainName::from_text(text).value();
  const size_t size = build_query(out, id, name.view(), type, edns);
  return {out.begin(), out.begin() + static_cast<ptrdiff_t>(size)};
}

std::string header(uint16_t id, uint32_t additional) {
  return u16(id) + u16(0x0100) + u16(1) + u16(0) + u16(0) + u16(additional);
}

TEST(BuildQuery, WritesHeaderQuestionAndOpt) {
  // RFC 6891 §6.1.2: root owner, type 41, payload size, no flags, no options.
  const std::string opt = wire(".") + u16(41) + u16(1'232) + u32(0) + u16(0);
  EXPECT_EQ(query(0xBEEF, "Example.ORG", RecordType::kMx, true),
            header(0xBEEF, 1) + wire("example.org") + u16(15) + u16(1) + opt);
}

TEST(BuildQuery, LeavesOptOutIfItIsNotWanted) {
  EXPECT_EQ(query(1, "example.org", RecordType::kAaaa, false),
            header(1, 0) + wire("example.org") + u16(28) + u16(1));
}

TEST(BuildQuery, AsksForEveryType) {
  for (const RecordType type : {RecordType::kA, RecordType::kCname, RecordType::kSoa,
                                RecordType::kMx, RecordType::kTxt, RecordType::kAaaa}) {
    EXPECT_EQ(query(1, "x.org", type, false),
              header(1, 0) + wire("x.org") + u16(static_cast<uint16_t>(type)) + u16(1));
  }
}

TEST(BuildQuery, AsksForTheRoot) {
  EXPECT_EQ(query(7, ".", RecordType::kSoa, false), header(7, 0) + wire(".") + u16(6) + u16(1));
}

TEST(BuildQuery, HasRoomForTheLongestName) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  EXPECT_EQ(query(1, longest.c_str(), RecordType::kMx, true).size(), kQueryBytesMax);
}

TEST(BuildQuery, ReturnsTheEndOfTheQuestion) {
  const DomainName name = DomainName::from_text("example.org").value();
  EXPECT_EQ(question_end(name.view()), query(1, "example.org", RecordType::kMx, false).size());
}

std::string mixed(const std::string& name, uint64_t bits) {
  std::vector<uint8_t> octets(name.begin(), name.end());
  mix_case(octets, bits);
  return {octets.begin(), octets.end()};
}

TEST(MixCase, ChangesOnlyTheChosenLetters) {
  const std::string name = wire("a-1_z.xy");  // \5 a - 1 _ z \2 x y \0
  EXPECT_EQ(mixed(name, 0), name);
  EXPECT_EQ(mixed(name, ~uint64_t{0}), wire("A-1_Z.XY"));
  EXPECT_EQ(mixed(name, 1U << 1), wire("A-1_z.xy"));
  EXPECT_EQ(mixed(name, 1U << 8), wire("a-1_z.xY"));
}

TEST(MixCase, LeavesWhatIsNoLetter) {
  std::string octets;
  for (int octet = 0; octet < 256; ++octet) {
    if (octet < 'a' || octet > 'z') octets += static_cast<char>(octet);
  }
  EXPECT_EQ(mixed(octets, ~uint64_t{0}), octets);
}

TEST(MixCase, UsesItsBitsAgainInALongName) {
  const std::string longest(200, 'a');
  std::string expected = longest;
  expected[3] = expected[67] = expected[131] = expected[195] = 'A';
  EXPECT_EQ(mixed(longest, 1U << 3), expected);
}

}  // namespace
}  // namespace mxbulk::dns
