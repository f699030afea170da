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
  out.fill(0xEE);  // whatever stood there before
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

TEST(BuildQuery, LeavesOptOutWhereItIsNotWanted) {
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

TEST(BuildQuery, TellsWhereTheQuestionEnds) {
  const DomainName name = DomainName::from_text("example.org").value();
  EXPECT_EQ(question_end(name.view()), query(1, "example.org", RecordType::kMx, false).size());
}

}  // namespace
}  // namespace mxbulk::dns
