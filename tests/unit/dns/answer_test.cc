#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/dns/read.h"

namespace mxbulk::dns {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Packet two_mx() {
  return Packet("example.org", kTypeMx)
      .answer(kTypeMx, mx_data(10, wire("a.example.net")), 300)
      .answer(kTypeMx, mx_data(20, wire("b") + pointer(12)), 600)
      .opt();
}

// --- what a good answer says ---------------------------------------------------------------------

TEST(ReadAnswer, GivesMxRecordsInTheOrderOfTheMessage) {
  const Packet packet = Packet("example.org", kTypeMx)
                            .answer(kTypeMx, mx_data(20, wire("B.Example.NET")))
                            .answer(kTypeMx, mx_data(10, wire("a.example.net")));
  const auto answer = read(packet);
  EXPECT_EQ(answer->status, LookupStatus::kFound);
  EXPECT_EQ(answer->rcode, 0);
  EXPECT_THAT(mx_of(*answer), ElementsAre("20 b.example.net", "10 a.example.net"));
  EXPECT_FALSE(answer->via_cname);
  EXPECT_FALSE(answer->has_edns);
  EXPECT_FALSE(answer->malformed_record);
  EXPECT_FALSE(answer->cut);
  EXPECT_FALSE(answer->chase);
}

TEST(ReadAnswer, GivesTheNamesOfPtrRecords) {
  constexpr auto kTypePtr = static_cast<uint16_t>(RecordType::kPtr);
  Packet packet("1.2.0.192.in-addr.arpa", kTypePtr);
  packet.answer(kTypePtr, wire("Mail.example.net")).answer(kTypePtr, wire("b.example") + "x");
  const auto answer = read(packet, "1.2.0.192.in-addr.arpa", RecordType::kPtr);
  EXPECT_EQ(answer->status, LookupStatus::kFound);
  EXPECT_THAT(mx_of(*answer), ElementsAre("0 mail.example.net"));
  EXPECT_TRUE(answer->malformed_record);
}

TEST(ReadAnswer, FollowsCompressionInNamesOfTheData) {
  // The exchange is "mail" and a pointer to the question's name.
  const Packet packet =
      Packet("example.org", kTypeMx).answer(kTypeMx, u16(10) + std::string("\4mail") + pointer(12));
  EXPECT_THAT(mx_of(*read(packet)), ElementsAre("10 mail.example.org"));
}

TEST(ReadAnswer, KnowsTheOwnerInAnySpelling) {
  const Packet packet =
      Packet("example.org", kTypeMx)
          .answer(kTypeMx, mx_data(10, wire("a.example.net")), 60, wire("EXAMPLE.Org"))
          .answer(kTypeMx, mx_data(20, wire("b.example.net")), 60,
                  std::string("\7eXample") + pointer(20));
  EXPECT_THAT(mx_of(*read(packet)), ElementsAre("10 a.example.net", "20 b.example.net"));
}

TEST(ReadAnswer, KnowsAnSpfPolicyAmongTextRecords) {
  constexpr uint16_t kTypeTxt = 16;
  const std::pair<std::string, bool> cases[] = {{"v=spf1 -all", true},
                                                {"v=spf1", true},
                                                {"v=spf10", false},
                                                {"x v=spf1", false},
                                                {"", false}};
  for (const auto& [text, is_spf] : cases) {
    const std::string data = std::string(1, static_cast<char>(text.size())) + text;
    Packet packet("example.org", kTypeTxt);
    packet.answer(kTypeTxt, data);
    EXPECT_EQ(read(packet, "example.org", RecordType::kTxt)->has_spf, is_spf) << text;
  }
  Packet empty("example.org", kTypeTxt);
  empty.answer(kTypeTxt, "");
  EXPECT_FALSE(read(empty, "example.org", RecordType::kTxt)->has_spf);
}

TEST(ReadAnswer, TakesTheSmallestTtl) {
  EXPECT_EQ(read(two_mx())->ttl_s, 300U);
}

TEST(ReadAnswer, ATtlWithItsHighestBitSetIsZero) {  // RFC 2181 §8
  const Packet packet = Packet("example.org", kTypeMx)
                            .answer(kTypeMx, mx_data(10, wire("a.example.net")), 0x80000001U);
  EXPECT_EQ(read(packet)->ttl_s, 0U);
}

TEST(ReadAnswer, SeesANullMx) {
  const auto answer = read(Packet("example.org", kTypeMx).answer(kTypeMx, mx_data(0, wire("."))));
  EXPECT_EQ(answer->status, LookupStatus::kFound);
  EXPECT_THAT(mx_of(*answer), ElementsAre("0 ."));
  EXPECT_TRUE(is_root(answer->mx[0].exchange));
}

TEST(ReadAnswer, GivesAddressesOfTheTypeThatWasAsked) {
  const Packet a = Packet("example.org", kTypeA)
                       .answer(kTypeA, {"\1\2\3\4", 4})
                       .answer(kTypeAaaa, std::string(16, '\1'));
  EXPECT_THAT(addresses_of(*read(a, "example.org", RecordType::kA)), ElementsAre("1.2.3.4"));
  const Packet aaaa = Packet("example.org", kTypeAaaa).answer(kTypeAaaa, std::string(16, '\x20'));
  EXPECT_THAT(addresses_of(*read(aaaa, "example.org", RecordType::kAaaa)),
              ElementsAre("2020:2020:2020:2020:2020:2020:2020:2020"));
}

TEST(ReadAnswer, IsUsedAgainWithoutTraces) {
  auto answer = std::make_unique<Answer>();
  read_answer(two_mx().bytes(), name("example.org").view(), RecordType::kMx, *answer);
  read_answer(Packet("example.org", kTypeMx).rcode(2).bytes(), name("example.org").view(),
              RecordType::kMx, *answer);
  EXPECT_EQ(answer->status, LookupStatus::kServfail);
  EXPECT_EQ(answer->mx_count, 0U);
  EXPECT_EQ(answer->names_size, 0U);
  EXPECT_EQ(answer->ttl_s, 0U);
  EXPECT_FALSE(answer->has_edns);
}

// --- records that are not the answer
// ---------------------------------------------------------------

TEST(ReadAnswer, PassesOverForeignRecords) {
  const std::string foreign = mx_data(1, wire("evil.example"));
  const Packet packet = Packet("example.org", kTypeMx)
                            .answer(kTypeMx, foreign, 1, wire("other.org"))
                            .answer(kTypeMx, foreign, 1, pointer(12), 3)  // class CHAOS
                            .answer(16, std::string("\4text"), 1)
                            .answer(kTypeMx, mx_data(10, wire("a.example.net")), 300)
                            .authority(kTypeMx, foreign, 1)
                            .additional(kTypeMx, foreign, 1);
  const auto answer = read(packet);
  EXPECT_THAT(mx_of(*answer), ElementsAre("10 a.example.net"));
  EXPECT_EQ(answer->ttl_s, 300U);
}

TEST(ReadAnswer, OnlyForeignRecordsAreNoData) {
  const Packet packet =
      Packet("example.org", kTypeMx)
          .answer(kTypeMx, mx_data(1, wire("evil.example")), 1, wire("other.org"));
  const auto answer = read(packet);
  EXPECT_EQ(answer->status, LookupStatus::kNoData);
  EXPECT_THAT(mx_of(*answer), IsEmpty());
}

TEST(ReadAnswer, OneMalformedRecordAmongGoodOnesIsMarked) {
  const std::string good = mx_data(10, wire("a.example.net"));
  const std::string broken[] = {
      {},
      u16(10),     // no name
      good + "x",  // octets after the name
  };
  for (const std::string& data : broken) {
    const Packet packet =
        Packet("example.org", kTypeMx).answer(kTypeMx, data).answer(kTypeMx, good);
    const auto answer = read(packet);
    EXPECT_EQ(answer->status, LookupStatus::kFound) << data.size();
    EXPECT_THAT(mx_of(*answer), ElementsAre("10 a.example.net")) << data.size();
    EXPECT_TRUE(answer->malformed_record) << data.size();
  }
}

TEST(ReadAnswer, NothingButMalformedRecordsIsMalformedNotEmpty) {
  EXPECT_EQ(read(Packet("example.org", kTypeMx).answer(kTypeMx, u16(10)))->status,
            LookupStatus::kMalformed);
  const Packet a = Packet("example.org", kTypeA).answer(kTypeA, std::string(5, '\1'));
  EXPECT_EQ(read(a, "example.org", RecordType::kA)->status, LookupStatus::kMalformed);
}

TEST(ReadAnswer, AnOverlongNameIsMalformed) {
  std::string name_of_260;
  for (int i = 0; i < 4; ++i) name_of_260 += "\x3F" + std::string(63, 'a');
  const std::string data = u16(10) + name_of_260 + "\3abc" + std::string(1, '\0');
  const auto answer = read(Packet("example.org", kTypeMx).answer(kTypeMx, data));
  EXPECT_EQ(answer->status, LookupStatus::kMalformed);
}

// --- caps --------------------------------------------------------------------------------------

TEST(ReadAnswer, CutsAnAnswerWithMoreMxThanAreRead) {
  for (const size_t count : {limits::kMxRecordsMax, limits::kMxRecordsMax + 1}) {
    Packet packet("example.org", kTypeMx);
    for (size_t i = 0; i < count; ++i) {
      packet.answer(kTypeMx, mx_data(static_cast<uint16_t>(i), wire("m" + std::to_string(i))));
    }
    const auto answer = read(packet);
    EXPECT_EQ(answer->status, LookupStatus::kFound);
    EXPECT_EQ(answer->mx_count, limits::kMxRecordsMax);
    EXPECT_EQ(answer->cut, count > limits::kMxRecordsMax);
    EXPECT_EQ(mx_of(*answer).back(), "511 m511");
  }
}

TEST(ReadAnswer, CutsAnAnswerWithMoreAddressesThanAreRead) {
  Packet packet("example.org", kTypeA);
  for (size_t i = 0; i <= limits::kAddressRecordsMax; ++i) packet.answer(kTypeA, "abcd");
  const auto answer = read(packet, "example.org", RecordType::kA);
  EXPECT_EQ(answer->address_count, limits::kAddressRecordsMax);
  EXPECT_TRUE(answer->cut);
}

// --- negative answers ----------------------------------------------------------------------------

TEST(ReadAnswer, NoDataWithAndWithoutSoa) {
  const auto with = read(Packet("example.org", kTypeMx).authority(kTypeSoa, soa_data(300), 900));
  EXPECT_EQ(with->status, LookupStatus::kNoData);
  EXPECT_EQ(with->ttl_s, 300U);
  const auto without = read(Packet("example.org", kTypeMx));
  EXPECT_EQ(without->status, LookupStatus::kNoData);
  EXPECT_EQ(without->ttl_s, 0U);
}

TEST(ReadAnswer, TheNegativeTtlIsTheSmallerOfTtlAndMinimum) {  // RFC 2308 §5
  const auto ttl = [](uint32_t soa_ttl_s, uint32_t minimum_s) {
    return read(Packet("example.org", kTypeMx)
                    .rcode(3)
                    .authority(kTypeSoa, soa_data(minimum_s), soa_ttl_s))
        ->ttl_s;
  };
  EXPECT_EQ(ttl(900, 300), 300U);
  EXPECT_EQ(ttl(200, 300), 200U);
}

TEST(ReadAnswer, NxdomainFollowsFromTheRcode) {
  const auto answer = read(Packet("example.org", kTypeMx).rcode(3));
  EXPECT_EQ(answer->status, LookupStatus::kNxDomain);
  EXPECT_EQ(answer->rcode, 3);
}

TEST(ReadAnswer, RecordsBesideNxdomainWin) {
  const Packet packet =
      Packet("example.org", kTypeMx).rcode(3).answer(kTypeMx, mx_data(10, wire("a.example.net")));
  EXPECT_EQ(read(packet)->status, LookupStatus::kFound);
}

TEST(ReadAnswer, AReferralSaysNothingAboutTheName) {  // RFC 2308 §2.2
  const Packet referral = Packet("example.org", kTypeMx).authority(kTypeNs, wire("ns.example"));
  EXPECT_EQ(read(referral)->status, LookupStatus::kRefused);
  Packet no_data = referral;
  no_data.authority(kTypeSoa, soa_data(60));
  EXPECT_EQ(read(no_data)->status, LookupStatus::kNoData);
  Packet found = referral;
  found.answer(kTypeMx, mx_data(10, wire("a.example.net")));
  EXPECT_NE(read(found)->status, LookupStatus::kRefused);
}

TEST(ReadAnswer, EveryRcodeHasItsStatus) {
  const auto status = [](unsigned rcode) {
    return read(Packet("example.org", kTypeMx).rcode(rcode))->status;
  };
  EXPECT_EQ(status(1), LookupStatus::kMalformed);  // FORMERR
  EXPECT_EQ(status(2), LookupStatus::kServfail);
  EXPECT_EQ(status(4), LookupStatus::kRefused);  // NOTIMP
  EXPECT_EQ(status(5), LookupStatus::kRefused);
  EXPECT_EQ(status(9), LookupStatus::kRefused);  // NOTAUTH
  for (const unsigned rcode : {6, 7, 8, 10, 11, 12, 13, 14, 15}) {
    EXPECT_EQ(status(rcode), LookupStatus::kMalformed) << rcode;
    EXPECT_TRUE(is_temporary(status(rcode)));
  }
}

TEST(ReadAnswer, AnErrorKeepsItsStatusWhateverTheSectionsHold) {
  const Packet packet =
      Packet("example.org", kTypeMx).rcode(2).answer(kTypeMx, mx_data(10, wire("a.example.net")));
  EXPECT_EQ(read(packet)->status, LookupStatus::kServfail);
}

// --- EDNS ----------------------------------------------------------------------------------------

TEST(ReadAnswer, SeesOptAndItsUpperRcodeBits) {
  EXPECT_TRUE(read(two_mx())->has_edns);
  const auto badvers = read(Packet("example.org", kTypeMx).opt({}, 1));
  EXPECT_EQ(badvers->rcode, 16);
  EXPECT_EQ(badvers->status, LookupStatus::kMalformed);
}

TEST(ReadAnswer, PolicyErrorsAreFiltered) {  // RFC 8914 §4.5, §4.16-4.19
  for (const unsigned code : {4, 15, 16, 17, 18}) {
    for (const unsigned rcode : {0, 2, 3, 5}) {
      const Packet packet = Packet("example.org", kTypeMx).rcode(rcode).opt(extended_error(code));
      EXPECT_EQ(read(packet)->status, LookupStatus::kFiltered) << code << " " << rcode;
    }
  }
}

TEST(ReadAnswer, OtherExtendedErrorsChangeNothing) {
  for (const unsigned code : {0, 3, 5, 6, 14, 19, 20, 22, 23}) {
    const Packet packet = Packet("example.org", kTypeMx).rcode(2).opt(extended_error(code));
    EXPECT_EQ(read(packet)->status, LookupStatus::kServfail) << code;
  }
}

TEST(ReadAnswer, FindsTheExtendedErrorAfterOtherOptions) {
  const std::string cookie = u16(10) + u16(8) + "12345678";
  const std::string with_text = u16(15) + u16(6) + u16(17) + "text";
  const Packet packet = Packet("example.org", kTypeMx).rcode(2).opt(cookie + with_text);
  EXPECT_EQ(read(packet)->status, LookupStatus::kFiltered);
}

TEST(ReadAnswer, ABrokenOptionIsNoExtendedError) {
  for (const std::string& options :
       {u16(15) + u16(9) + u16(15), u16(15) + u16(1) + "x", u16(15), std::string("xyz")}) {
    const Packet packet = Packet("example.org", kTypeMx).rcode(2).opt(options);
    EXPECT_EQ(read(packet)->status, LookupStatus::kServfail);
  }
}

// --- is it an answer to our question at all
// --------------------------------------------------------

TEST(ReadAnswer, AnotherQuestionIsMalformed) {
  const Packet packet = two_mx();
  EXPECT_EQ(read(packet, "example.com")->status, LookupStatus::kMalformed);
  EXPECT_EQ(read(packet, "example.org", RecordType::kA)->status, LookupStatus::kMalformed);
  EXPECT_EQ(read(packet, "org")->status, LookupStatus::kMalformed);
  std::vector<uint8_t> other_class = packet.bytes();
  other_class[12 + 13 + 3] = 3;
  EXPECT_EQ(read(other_class)->status, LookupStatus::kMalformed);
}

TEST(ReadAnswer, TheCaseOfTheQuestionDoesNotMatter) {
  const Packet packet = Packet("eXaMpLe.OrG", kTypeMx).answer(kTypeMx, mx_data(1, wire("a.b")));
  EXPECT_EQ(read(packet)->status, LookupStatus::kFound);
}

TEST(ReadAnswer, AQueryIsNoAnswer) {
  EXPECT_EQ(read(Packet("example.org", kTypeMx).flags(0x0100).rcode(3))->status,
            LookupStatus::kMalformed);
}

TEST(ReadAnswer, AnotherOpcodeIsNoAnswer) {
  EXPECT_EQ(read(Packet("example.org", kTypeMx).flags(0xA183))->status, LookupStatus::kMalformed);
}

TEST(ReadAnswer, TwoQuestionsAreMalformed) {
  EXPECT_EQ(read(Packet("example.org", kTypeMx).count(4, 2).rcode(3))->status,
            LookupStatus::kMalformed);
}

TEST(ReadAnswer, ARefusalMayLeaveTheQuestionOut) {
  const auto status = [](unsigned rcode) {
    std::vector<uint8_t> header(12, 0);
    header[2] = 0x81;
    header[3] = static_cast<uint8_t>(0x80 | rcode);
    return read(header)->status;
  };
  EXPECT_EQ(status(2), LookupStatus::kServfail);
  EXPECT_EQ(status(5), LookupStatus::kRefused);
  EXPECT_EQ(status(1), LookupStatus::kMalformed);
}

TEST(ReadAnswer, AnswersForOtherNamesAreIgnored) {
  for (const unsigned rcode : {0, 3}) {
    const std::vector<uint8_t> header = {
        0x12, 0x34, 0x81, static_cast<uint8_t>(0x80 | rcode), 0, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(read(header)->status, LookupStatus::kMalformed) << rcode;
  }
}

TEST(ReadAnswer, ATruncatedAnswerSaysNothingElse) {
  Packet packet = two_mx();
  const auto answer = read(packet.truncated());
  EXPECT_TRUE(answer->truncated);
  EXPECT_EQ(answer->mx_count, 0U);
  EXPECT_TRUE(is_temporary(answer->status));
}

}  // namespace
}  // namespace mxbulk::dns
