// UDP questions through c-ares, against a resolver that the test scripts octet by octet.
#include "net/udp_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "unit/net/harness.h"

namespace mxbulk::test {
namespace {

using asking::ReplyKind;

// One question to a resolver that first sends `forgeries`, then the true answer.
void expect_dropped(const PlayedResolver::Script& forgeries) {
  Bytes truth;
  PlayedResolver resolver([&](const Bytes& question) {
    std::vector<Bytes> all = forgeries(question);
    truth = empty_answer(question);
    all.push_back(truth);
    return all;
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  const uint64_t ticket = harness.ask("example.org");
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).kind, ReplyKind::kBytes);
  EXPECT_EQ(harness.reply_to(ticket).bytes, truth);
  EXPECT_EQ(harness.forged(), forgeries(truth).size());
}

// Forges by writing `value` over one octet of the true answer.
void expect_dropped_with(size_t at, uint8_t flip) {
  expect_dropped([=](const Bytes& question) {
    Bytes forged = empty_answer(question);
    forged[at] ^= flip;
    return std::vector<Bytes>{forged};
  });
}

TEST(UdpChannel, GivesTheBytesAsTheyCame) {
  Bytes sent;
  PlayedResolver resolver([&](const Bytes& question) {
    sent = empty_answer(question);
    sent.insert(sent.end(), 700, uint8_t{0xAB});  // more than c-ares would keep without EDNS
    return std::vector<Bytes>{sent};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  const uint64_t ticket = harness.ask("example.org");
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).bytes, sent);
  EXPECT_EQ(harness.forged(), 0U);
}

TEST(UdpChannel, EveryRcodeIsAReplyAndNothingIsAskedTwice) {
  uint8_t rcode = 0;
  PlayedResolver resolver([&](const Bytes& question) {
    Bytes answer = empty_answer(question);
    answer[3] = static_cast<uint8_t>(0x80 | rcode++);
    return std::vector<Bytes>{answer};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  for (int i = 0; i < 16; ++i) harness.ask("n" + std::to_string(i) + ".example");
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kBytes), 16U);
  EXPECT_EQ(resolver.questions(), 16U);
}

TEST(UdpChannel, ATruncatedAnswerIsAReply) {
  PlayedResolver resolver([](const Bytes& question) {
    Bytes answer = empty_answer(question);
    answer[2] |= 0x02;
    return std::vector<Bytes>{answer};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  const uint64_t ticket = harness.ask("example.org");
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).bytes[2] & 0x02, 0x02);
  EXPECT_EQ(resolver.questions(), 1U);
}

// --- forgeries (RFC 5452 §9.1) -------------------------------------------------------------------

TEST(UdpChannel, DropsAnotherId) {
  expect_dropped_with(0, 0x01);
  expect_dropped_with(1, 0x80);
}

TEST(UdpChannel, DropsAnotherQuestion) {
  constexpr size_t kType = 12 + 13;
  expect_dropped_with(13, 0x01);         // another name
  expect_dropped_with(13, 0x20);         // the same name in another spelling
  expect_dropped_with(kType + 1, 0x10);  // another type
  expect_dropped_with(kType + 3, 0x02);  // another class
}

TEST(UdpChannel, DropsAQuestionInPlaceOfAnAnswer) {
  expect_dropped_with(2, 0x80);
}

TEST(UdpChannel, DropsWhatIsTooShort) {
  expect_dropped([](const Bytes& question) {
    std::vector<Bytes> all;
    const Bytes whole = empty_answer(question);
    for (size_t size = 0; size < whole.size(); ++size) {
      all.emplace_back(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    }
    return all;
  });
}

TEST(UdpChannel, DropsAnAnswerWithoutQuestion) {
  for (const uint8_t rcode : {uint8_t{0}, uint8_t{3}}) {  // these would be answers for a name
    expect_dropped([rcode](const Bytes& question) {
      Bytes header = empty_answer(question);
      header.resize(12);
      header[3] = static_cast<uint8_t>(0x80 | rcode);
      header[5] = 0;
      return std::vector<Bytes>{header};
    });
  }
}

TEST(UdpChannel, TakesARefusalWithoutQuestion) {
  PlayedResolver resolver([](const Bytes& question) {
    Bytes header = empty_answer(question);
    header.resize(12);
    header[3] = 0x85;
    header[5] = 0;
    return std::vector<Bytes>{header};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  const uint64_t ticket = harness.ask("example.org");
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).bytes.size(), 12U);
  EXPECT_EQ(harness.forged(), 0U);
}

TEST(UdpChannel, ManyForgeriesInFrontDoNotHideTheTruth) {
  expect_dropped([](const Bytes& question) {
    Bytes forged = empty_answer(question);
    forged[0] ^= 0xFF;
    return std::vector<Bytes>(200, forged);
  });
}

// The question's name as it was sent, letter by letter.
std::string name_sent(const Bytes& question) {
  const Bytes name = empty_answer(question);
  return {name.begin() + 12, name.end() - 4};
}

// The true answer with every letter of the name in lower case.
Bytes folded_answer(const Bytes& question) {
  Bytes answer = empty_answer(question);
  std::transform(answer.begin() + 12, answer.end() - 4, answer.begin() + 12,
                 [](uint8_t octet) { return ascii_lower(octet); });
  return answer;
}

constexpr const char* kManyLetters = "abcdefghijklmnopqrstuvwxyz.example";

TEST(UdpChannel, AsksInLowerCaseByDefault) {
  std::string sent;
  PlayedResolver resolver([&](const Bytes& question) {
    sent = name_sent(question);
    return std::vector<Bytes>{empty_answer(question)};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  harness.ask(kManyLetters);
  harness.run();
  EXPECT_EQ(sent, DomainName::from_text(kManyLetters).value().view());
}

// draft-vixie-dnsext-dns0x20: each query in its own random case.
TEST(UdpChannel, MixesTheCaseOfEachQueryAgain) {
  std::set<std::string> sent;
  PlayedResolver resolver([&](const Bytes& question) {
    sent.insert(name_sent(question));
    return std::vector<Bytes>{empty_answer(question)};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  harness.set_letter_case(asking::LetterCase::kMixed);
  for (int i = 0; i < 16; ++i) harness.ask(kManyLetters);
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kBytes), 16U);
  EXPECT_GT(sent.size(), 14U);
}

TEST(UdpChannel, DropsAnAnswerInAnotherCase) {
  PlayedResolver resolver([&](const Bytes& question) {
    Bytes forged = folded_answer(question);
    forged[3] |= 0x03;  // NXDOMAIN
    return std::vector<Bytes>{forged, empty_answer(question)};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  harness.set_letter_case(asking::LetterCase::kMixed);
  const uint64_t ticket = harness.ask(kManyLetters);
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).bytes[3], 0x80);
  EXPECT_EQ(harness.forged(), 1U);
}

TEST(UdpChannel, AProbeFindsAResolverThatFoldsTheCase) {
  PlayedResolver resolver(
      [&](const Bytes& question) { return std::vector<Bytes>{folded_answer(question)}; });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  harness.set_letter_case(asking::LetterCase::kTest);
  const uint64_t ticket = harness.ask(kManyLetters);
  harness.run();
  EXPECT_EQ(harness.reply_to(ticket).kind, ReplyKind::kBytes);
  EXPECT_FALSE(harness.reply_to(ticket).kept_case);
}

TEST(UdpChannel, ATestQueryFindsAResolverThatKeepsTheCase) {
  PlayedResolver resolver(
      [&](const Bytes& question) { return std::vector<Bytes>{empty_answer(question)}; });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  harness.set_letter_case(asking::LetterCase::kTest);
  const uint64_t ticket = harness.ask(kManyLetters);
  harness.run();
  EXPECT_TRUE(harness.reply_to(ticket).kept_case);
}

TEST(UdpChannel, AProbeTakesNoOtherName) {
  PlayedResolver resolver([&](const Bytes& question) {
    Bytes other = folded_answer(question);
    other[13] ^= 0x01;
    return std::vector<Bytes>{other, empty_answer(question)};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  harness.set_letter_case(asking::LetterCase::kTest);
  const uint64_t ticket = harness.ask(kManyLetters);
  harness.run();
  EXPECT_TRUE(harness.reply_to(ticket).kept_case);
  EXPECT_EQ(harness.forged(), 1U);
}

TEST(UdpChannel, OnlyTheFirstOfTwoAnswersCounts) {
  PlayedResolver resolver([](const Bytes& question) {
    Bytes second = empty_answer(question);
    second[3] = 0x83;
    return std::vector<Bytes>{empty_answer(question), second};
  });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  for (int i = 0; i < 20; ++i) harness.ask("n" + std::to_string(i) + ".example");
  harness.run();
  EXPECT_EQ(harness.replies().size(), 20U);
  for (const Harness::Reply& reply : harness.replies()) EXPECT_EQ(reply.bytes[3], 0x80);
}

TEST(UdpChannel, AsksAResolverOverIpv6) {
  const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    close(fd);
    GTEST_SKIP() << "no IPv6 here";
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  Harness harness({{*IpAddress::from_text("::1"), ntohs(address.sin6_port)}}, 100'000);
  harness.ask("example.org");
  harness.run();  // it does not answer
  EXPECT_EQ(harness.count(ReplyKind::kTimeout), 1U);
  Bytes question(512);
  EXPECT_GT(recv(fd, question.data(), question.size(), 0), 12);
  close(fd);
}

// --- trouble
// ---------------------------------------------------------------------------------------

TEST(UdpChannel, NoAnswerIsATimeoutInTime) {
  PlayedResolver resolver([](const Bytes&) { return std::vector<Bytes>{}; });
  Harness harness(resolver.port(), 200'000);
  harness.set_resolver(&resolver);
  for (int i = 0; i < 10; ++i) harness.ask("n" + std::to_string(i) + ".example");
  const auto began = std::chrono::steady_clock::now();
  harness.run();
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(195));
  EXPECT_EQ(harness.count(ReplyKind::kTimeout), 10U);
  EXPECT_EQ(resolver.questions(), 10U);  // retransmission is not the channel's business
}

TEST(UdpChannel, AnAnswerAfterItsTimeIsDropped) {
  Bytes late;
  PlayedResolver resolver([&](const Bytes& question) {
    std::vector<Bytes> all;
    if (!late.empty()) all = {late, empty_answer(question)};
    late = empty_answer(question);
    return all;
  });
  Harness harness(resolver.port(), 100'000);
  harness.set_resolver(&resolver);
  const uint64_t first = harness.ask("first.example");
  uint64_t second = 0;
  harness.set_then([&](const Harness::Reply& reply) {
    if (reply.ticket == first) second = harness.ask("second.example");
  });
  harness.run();
  EXPECT_EQ(harness.reply_to(first).kind, ReplyKind::kTimeout);
  EXPECT_EQ(harness.reply_to(second).kind, ReplyKind::kBytes);
  EXPECT_EQ(harness.forged(), 1U);
}

// An ICMP message is about one datagram: with c-ares' own sockets it failed all that was in flight.
TEST(UdpChannel, ARefusedPortFailsNothingAtOnceAndTheChannelStaysUsable) {
  const uint16_t port = closed_port();
  std::unique_ptr<PlayedResolver> resolver;
  Harness harness(port, 150'000);
  for (int i = 0; i < 50; ++i) harness.ask("n" + std::to_string(i) + ".example");
  harness.set_then([&](const Harness::Reply& reply) {
    if (reply.ticket != 0) return;
    resolver = std::make_unique<PlayedResolver>(
        [](const Bytes& question) { return std::vector<Bytes>{empty_answer(question)}; }, port);
    harness.set_resolver(resolver.get());
    for (int i = 0; i < 50; ++i) harness.ask("m" + std::to_string(i) + ".example");
  });
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kTimeout), 50U);
  EXPECT_EQ(harness.count(ReplyKind::kBytes), 50U);
}

TEST(UdpChannel, EveryQuestionOfThousandsIsAnsweredOnce) {
  PlayedResolver resolver(
      [](const Bytes& question) { return std::vector<Bytes>{empty_answer(question)}; });
  Harness harness(resolver.port());
  harness.set_resolver(&resolver);
  constexpr uint64_t kAll = 5'000;
  uint64_t asked = 0;
  for (; asked < 100; ++asked) harness.ask("n" + std::to_string(asked) + ".example");
  harness.set_then([&](const Harness::Reply&) {
    if (asked < kAll) harness.ask("n" + std::to_string(asked++) + ".example");
  });
  harness.run();
  EXPECT_EQ(harness.count(ReplyKind::kBytes), kAll);
  EXPECT_EQ(resolver.questions(), kAll);
  std::vector<bool> seen(kAll);
  for (const Harness::Reply& reply : harness.replies()) {
    EXPECT_FALSE(seen[reply.ticket]);
    seen[reply.ticket] = true;
  }
}

}  // namespace
}  // namespace mxbulk::test
