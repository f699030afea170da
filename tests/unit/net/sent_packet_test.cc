// The packet on the wire is the one that dns::build_query() wrote, not one that c-ares changed:
// newer versions add a cookie, which makes the longest packet longer than any of ours.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "dns/message.h"
#include "unit/net/harness.h"

namespace mxbulk::test {
namespace {

// 255 octets on the wire.
std::string longest_name() {
  const std::string label(63, 'a');
  return label + "." + label + "." + label + "." + std::string(61, 'b');
}

TEST(SentPacket, IsOursToTheLastOctet) {
  for (const std::string& name : {std::string("example.org"), longest_name()}) {
    Bytes sent;
    PlayedResolver resolver([&](const Bytes& question) {
      sent = question;
      return std::vector<Bytes>{empty_answer(question)};
    });
    Harness harness(resolver.port());
    harness.set_resolver(&resolver);
    harness.ask(name);
    harness.run();
    EXPECT_EQ(harness.count(asking::ReplyKind::kBytes), 1U);

    ASSERT_GE(sent.size(), dns::kHeaderBytes);
    const auto id = static_cast<uint16_t>(sent[0] << 8 | sent[1]);
    std::array<uint8_t, dns::kQueryBytesMax> ours{};
    const size_t size = dns::build_query(ours, id, DomainName::from_text(name).value().view(),
                                         RecordType::kMx, true);
    EXPECT_EQ(sent, Bytes(ours.begin(), ours.begin() + static_cast<ptrdiff_t>(size)));
  }
}

}  // namespace
}  // namespace mxbulk::test
