// The built-in server over real sockets; the program's own reader reads its answers.
#include "lab/dns_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "support/fault_profile.h"
#include "support/wait_until.h"
#include "unit/lab/client.h"

namespace mxbulk::test {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kZone = R"(
$TTL 3600
@            IN SOA ns. h. 1 2 3 4 300
good.test.   IN MX 10 a.good.test.
good.test.   IN MX 20 b.good.test.
a.good.test. IN A 1.1.1.1
link.test.   IN CNAME good.test.
lost.test.   IN CNAME nowhere.test.
ring.test.   IN CNAME ring2.test.
ring2.test.  IN CNAME ring.test.
once.test.   IN MX 10 a.good.test.
trunc.test.  IN MX 10 a.good.test.
dead.test.   IN MX 10 a.good.test.
count.test.  IN MX 10 a.good.test.
;@fault once.test. servfail-once
;@fault trunc.test. truncate
;@fault dead.test. truncate-dead
;@fault count.test. badcount
;@fault servfail.test. servfail
;@fault refused.test. refused
;@fault formerr.test. formerr
;@fault filtered.test. filtered
;@fault garbage.test. garbage
;@fault silent.test. timeout
)";

class DnsServerTest : public ::testing::Test {
 protected:
  void SetUp() override { start(std::string(kZone)); }

  void start(const std::string& zone_text) {
    Result<lab::Zone> zone = lab::Zone::parse(zone_text);
    ASSERT_TRUE(zone.ok()) << zone.status().message();
    auto server = lab::DnsServer::start(std::move(zone.value()));
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = std::move(server.value());
    udp_ = std::make_unique<UdpClient>(server_->port());
  }

  const dns::Answer& ask(std::string_view name, RecordType type = RecordType::kMx,
                         bool edns = true) {
    return read_as_answer(udp_->exchange(query(name, type, 0x1234, edns)), name, type);
  }
  const dns::Answer& read_as_answer(const Bytes& bytes, std::string_view name,
                                    RecordType type = RecordType::kMx) {
    dns::read_answer(bytes, name_of(name).view(), type, *answer_);
    return *answer_;
  }
  static std::string text(const Bytes& bytes, size_t at, size_t size) {
    return {bytes.begin() + static_cast<ptrdiff_t>(at),
            bytes.begin() + static_cast<ptrdiff_t>(at + size)};
  }
  std::vector<std::string> mx() const {
    std::vector<std::string> names;
    for (size_t i = 0; i < answer_->mx_count; ++i)
      names.push_back(to_text(answer_->mx[i].exchange));
    return names;
  }

  std::unique_ptr<lab::DnsServer> server_;
  std::unique_ptr<UdpClient> udp_;
  std::unique_ptr<dns::Answer> answer_ = std::make_unique<dns::Answer>();
};

TEST_F(DnsServerTest, AnswersFromItsZone) {
  EXPECT_EQ(ask("good.test").status, LookupStatus::kFound);
  EXPECT_THAT(mx(), UnorderedElementsAre("a.good.test", "b.good.test"));
  EXPECT_EQ(ask("a.good.test", RecordType::kA).address_count, 1U);
  EXPECT_EQ(ask("a.good.test", RecordType::kAaaa).status, LookupStatus::kNoData);
  EXPECT_EQ(answer_->ttl_s, 300U);
  EXPECT_EQ(ask("nobody.test").status, LookupStatus::kNxDomain);
  EXPECT_EQ(ask("test").status, LookupStatus::kNoData);  // there are names under it
}

TEST_F(DnsServerTest, RepeatsIdAndQuestion) {
  const Bytes sent = query("Good.TEST", RecordType::kMx, 0xCAFE);
  const Bytes got = udp_->exchange(sent);
  ASSERT_GT(got.size(), 12U + 11U + 4U);
  EXPECT_EQ(got[0], 0xCA);
  EXPECT_EQ(got[1], 0xFE);
  EXPECT_TRUE(std::equal(got.begin() + 12, got.begin() + 12 + 11 + 4, sent.begin() + 12));
}

TEST_F(DnsServerTest, UsesEdnsOnlyIfTheQuestionDoes) {
  EXPECT_TRUE(ask("good.test").has_edns);
  EXPECT_FALSE(ask("good.test", RecordType::kMx, false).has_edns);
}

TEST_F(DnsServerTest, FollowsCnames) {
  EXPECT_EQ(ask("link.test").status, LookupStatus::kFound);
  EXPECT_TRUE(answer_->via_cname);
  EXPECT_EQ(ask("lost.test").status, LookupStatus::kNxDomain);
  EXPECT_TRUE(answer_->via_cname);
  EXPECT_EQ(ask("ring.test").status, LookupStatus::kCnameLoop);
}

TEST_F(DnsServerTest, MisbehavesAsItsZoneSays) {
  EXPECT_EQ(ask("servfail.test").status, LookupStatus::kServfail);
  EXPECT_EQ(ask("refused.test").status, LookupStatus::kRefused);
  EXPECT_EQ(ask("formerr.test").rcode, 1);
  EXPECT_EQ(ask("filtered.test").status, LookupStatus::kFiltered);
  EXPECT_EQ(ask("garbage.test").status, LookupStatus::kMalformed);
  EXPECT_EQ(ask("count.test").status, LookupStatus::kMalformed);
}

TEST_F(DnsServerTest, FailsTheFirstQuestionOnly) {
  EXPECT_EQ(ask("once.test").status, LookupStatus::kServfail);
  EXPECT_EQ(ask("once.test").status, LookupStatus::kFound);
  EXPECT_EQ(ask("once.test").status, LookupStatus::kFound);
}

TEST_F(DnsServerTest, SendsNothingForATimeout) {
  udp_->send(query("silent.test", RecordType::kMx, 1));
  // The next answer on the socket is that of the next question: the first had none.
  const Bytes got = udp_->exchange(query("good.test", RecordType::kMx, 2));
  EXPECT_EQ(read_as_answer(got, "good.test").status, LookupStatus::kFound);
  EXPECT_EQ(got[1], 2);
  EXPECT_EQ(server_->counters().udp_questions, 2U);
  EXPECT_EQ(server_->counters().answers, 1U);
}

TEST_F(DnsServerTest, IgnoresWhatIsNoQuestion) {
  udp_->send({1, 2, 3});
  Bytes cut = query("good.test", RecordType::kMx, 1, false);
  cut.pop_back();
  udp_->send(cut);
  Bytes response = query("good.test", RecordType::kMx, 1);
  response[2] |= 0x80;
  udp_->send(response);
  EXPECT_EQ(ask("good.test").status, LookupStatus::kFound);
  EXPECT_EQ(server_->counters().answers, 1U);
}

TEST_F(DnsServerTest, AnswersOverTcpInOrderAndInPieces) {
  TcpClient tcp(server_->port());
  tcp.send(query("good.test", RecordType::kMx, 1));
  tcp.send(query("nobody.test", RecordType::kMx, 2));
  EXPECT_EQ(read_as_answer(tcp.receive().value(), "good.test").status, LookupStatus::kFound);
  EXPECT_EQ(read_as_answer(tcp.receive().value(), "nobody.test").status, LookupStatus::kNxDomain);
  const Bytes third = query("a.good.test", RecordType::kA, 3);
  tcp.send_raw({0});
  tcp.send_raw({static_cast<uint8_t>(third.size())});
  tcp.send_raw(third);
  EXPECT_EQ(read_as_answer(tcp.receive().value(), "a.good.test", RecordType::kA).status,
            LookupStatus::kFound);
  EXPECT_EQ(server_->counters().tcp_questions, 3U);
}

TEST_F(DnsServerTest, TruncatesOverUdpAndAnswersOverTcp) {
  EXPECT_TRUE(ask("trunc.test").truncated);
  TcpClient tcp(server_->port());
  tcp.send(query("trunc.test", RecordType::kMx));
  EXPECT_EQ(read_as_answer(tcp.receive().value(), "trunc.test").status, LookupStatus::kFound);
}

TEST_F(DnsServerTest, ClosesTcpForADeadName) {
  EXPECT_TRUE(ask("dead.test").truncated);
  TcpClient tcp(server_->port());
  tcp.send(query("dead.test", RecordType::kMx));
  EXPECT_FALSE(tcp.receive());
}

TEST_F(DnsServerTest, TruncatesWhatDoesNotFit) {
  std::string zone;
  for (int i = 0; i < 40; ++i) {
    zone += "many.test. IN MX 10 exchange-number-" + std::to_string(i) + ".test.\n";
  }
  start(zone);
  EXPECT_TRUE(ask("many.test", RecordType::kMx, false).truncated);  // over 512 octets
  EXPECT_TRUE(ask("many.test").truncated);                          // over 1,232
  TcpClient tcp(server_->port());
  tcp.send(query("many.test", RecordType::kMx));
  EXPECT_EQ(read_as_answer(tcp.receive().value(), "many.test").mx_count, 40U);
}

TEST_F(DnsServerTest, FillsTheRoomThatEdnsGives) {
  std::string zone;
  for (int i = 0; i < 15; ++i) zone += "some.test. IN MX 10 exchange-number-x.test.\n";
  start(zone);
  EXPECT_TRUE(ask("some.test", RecordType::kMx, false).truncated);
  EXPECT_EQ(ask("some.test").mx_count, 15U);
}

// --- faults of every answer ----------------------------------------------------------------------

TEST_F(DnsServerTest, ProfileRcodeIsForEveryQuestion) {
  server_->set_answer_hook(play({.rcode = 2}));
  EXPECT_EQ(ask("good.test").status, LookupStatus::kServfail);
  server_->set_answer_hook({});
  EXPECT_EQ(ask("good.test").status, LookupStatus::kFound);
}

TEST_F(DnsServerTest, ProfileTruncatesAndGarbles) {
  server_->set_answer_hook(play({.truncate_udp = true}));
  EXPECT_TRUE(ask("good.test").truncated);
  server_->set_answer_hook(play({.garbage = true}));
  EXPECT_TRUE(is_temporary(ask("good.test").status));
}

TEST_F(DnsServerTest, ProfileDropsTcp) {
  server_->set_answer_hook(play({.drop_tcp = true}));
  TcpClient tcp(server_->port());
  tcp.send(query("good.test", RecordType::kMx));
  EXPECT_FALSE(tcp.receive());
  EXPECT_EQ(ask("good.test").status, LookupStatus::kFound);  // UDP works
}

TEST_F(DnsServerTest, ProfileForgesBeforeTheTrueAnswer) {
  server_->set_answer_hook(play({.forge = true}));
  const Bytes sent = query("good.test", RecordType::kMx, 0x1234);
  const Bytes wrong_port = udp_->exchange(sent);
  EXPECT_NE(udp_->last_source(), server_->port());
  EXPECT_EQ(read_as_answer(wrong_port, "good.test").rcode, 3);
  const Bytes wrong_id = udp_->receive();
  EXPECT_EQ(udp_->last_source(), server_->port());
  EXPECT_NE(wrong_id[0], 0x12);
  const Bytes wrong_question = udp_->receive();
  EXPECT_FALSE(std::equal(sent.begin() + 12, sent.begin() + 27, wrong_question.begin() + 12));
  const Bytes wrong_case = udp_->receive();
  EXPECT_EQ(udp_->last_source(), server_->port());
  EXPECT_EQ(read_as_answer(wrong_case, "good.test").rcode, 3);
  EXPECT_EQ(text(wrong_case, 13, 4), "GOOD");
  EXPECT_EQ(read_as_answer(udp_->receive(), "good.test").status, LookupStatus::kFound);
  EXPECT_EQ(udp_->last_source(), server_->port());
}

// A forger cannot guess such a name.
TEST_F(DnsServerTest, ProfileForgesNothingUnderInvalid) {
  server_->set_answer_hook(play({.forge = true}));
  EXPECT_EQ(ask("qwertyuiop.INVALID", RecordType::kA).status, LookupStatus::kNxDomain);
  EXPECT_EQ(udp_->last_source(), server_->port());
  EXPECT_EQ(server_->counters().answers, 1U);
}

TEST_F(DnsServerTest, ProfileGivesEveryNameAnAddress) {
  server_->set_answer_hook(play({.answers_all = true}));
  EXPECT_EQ(ask("nobody.test", RecordType::kA).status, LookupStatus::kFound);
  EXPECT_EQ(ask("good.test", RecordType::kAaaa).status, LookupStatus::kFound);
  EXPECT_EQ(ask("good.test").status, LookupStatus::kNoData);
  EXPECT_EQ(ask(".", RecordType::kSoa).status, LookupStatus::kFound);
}

TEST_F(DnsServerTest, ProfileDeniesEveryName) {
  server_->set_answer_hook(play({.denies_all = true}));
  EXPECT_EQ(ask("good.test").status, LookupStatus::kNxDomain);
  EXPECT_EQ(ask(".", RecordType::kSoa).status, LookupStatus::kNxDomain);
}

TEST_F(DnsServerTest, ProfileFoldsTheLettersOfTheQuestion) {
  Bytes sent = query("good.test", RecordType::kMx);
  sent[13] = 'G';
  EXPECT_EQ(text(udp_->exchange(sent), 13, 4), "Good");
  server_->set_answer_hook(play({.folds_case = true}));
  const Bytes got = udp_->exchange(sent);
  EXPECT_EQ(text(got, 13, 4), "good");
  EXPECT_EQ(read_as_answer(got, "good.test").status, LookupStatus::kFound);
}

TEST_F(DnsServerTest, ProfileDelaysAnswers) {
  constexpr uint32_t kDelayMs = 30;
  server_->set_answer_hook(play({.delay_ms = kDelayMs, .jitter_ms = 5}));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ask("good.test").status, LookupStatus::kFound);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(kDelayMs));
}

TEST_F(DnsServerTest, ProfileLosesTheSameQuestionsForTheSameSeed) {
  const auto answered = [this](uint64_t seed) {
    server_->set_answer_hook(play({.loss = 0.5, .seed = seed}));
    const uint64_t before = server_->counters().udp_questions;
    for (uint8_t id = 0; id < 40; ++id) udp_->send(query("good.test", RecordType::kMx, id));
    EXPECT_TRUE(wait_until([&] { return server_->counters().udp_questions == before + 40; }));
    std::vector<uint8_t> ids;
    server_->set_answer_hook({});
    udp_->send(query("good.test", RecordType::kMx, 0xFFFF));
    while (true) {
      const Bytes bytes = udp_->receive();
      if (bytes.size() < 2 || bytes[0] == 0xFF) return ids;
      ids.push_back(bytes[1]);
    }
  };
  const std::vector<uint8_t> first = answered(7);
  EXPECT_GT(first.size(), 5U);
  EXPECT_LT(first.size(), 35U);
  EXPECT_EQ(answered(7), first);
  EXPECT_NE(answered(8), first);
}

TEST_F(DnsServerTest, CannotTakeAPortTwice) {
  const auto second = lab::DnsServer::start(lab::Zone(), {}, server_->port());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), StatusCode::kInternal);
}

}  // namespace
}  // namespace mxbulk::test
