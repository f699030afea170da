#include "probe/smtp_reply.h"

#include <gtest/gtest.h>

#include <ostream>

#include "base/limits.h"

namespace mxbulk::probe {
namespace {

using State = SmtpReplyReader::State;

struct Read {
  State state = State::kMore;
  SmtpReply reply;
  size_t left = 0;  // octets not taken
};

Read read_in_pieces(std::string_view bytes, size_t piece) {
  SmtpReplyReader reader;
  Read read;
  while (!bytes.empty() && read.state == State::kMore) {
    std::string_view now = bytes.substr(0, piece);
    const size_t given = now.size();
    read.state = reader.read(now);
    bytes.remove_prefix(given - now.size());
  }
  read.reply = reader.reply();
  read.left = bytes.size();
  return read;
}

struct Case {
  std::string_view what;
  std::string bytes;
  State state;
  uint16_t code = 0;
  std::string text = {};
  std::string keywords = {};
  size_t left = 0;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.what;
}

class Replies : public testing::TestWithParam<Case> {};

TEST_P(Replies, AreReadTheSameInAnyPieces) {
  const Case& wanted = GetParam();
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, wanted.bytes.size()}) {
    const Read read = read_in_pieces(wanted.bytes, piece);
    EXPECT_EQ(read.state, wanted.state) << piece;
    EXPECT_EQ(read.left, wanted.left) << piece;
    if (wanted.state != State::kWhole) continue;
    EXPECT_EQ(read.reply.code, wanted.code) << piece;
    EXPECT_EQ(read.reply.text, wanted.text) << piece;
    EXPECT_EQ(read.reply.keywords, wanted.keywords) << piece;
  }
}

const std::string kLongText(1'000, 'x');

INSTANTIATE_TEST_SUITE_P(
    Rfc5321Section42, Replies,
    testing::Values(
        Case{"one line", "220 mx.example ESMTP\r\n", State::kWhole, 220, "mx.example ESMTP"},
        Case{"no CR", "220 mx.example\n", State::kWhole, 220, "mx.example"},
        Case{"a bare code", "220\r\n", State::kWhole, 220, ""},
        Case{"a bare code without CR", "220\n", State::kWhole, 220, ""},
        Case{"a tab", "220\thello\r\n", State::kWhole, 220, "hello"},
        Case{"571: a second digit beyond RFC 5321", "571 no\r\n", State::kWhole, 571, "no"},
        Case{"477: the same", "477 later\r\n", State::kWhole, 477, "later"},
        Case{"000", "000 x\r\n", State::kWhole, 0, "x"},
        Case{"999 in several lines", "999-a\r\n999 b\r\n", State::kWhole, 999, "a", "b\n"},
        Case{"several lines", "250-mx\r\n250-SIZE 10\r\n250 STARTTLS\r\n", State::kWhole, 250, "mx",
             "SIZE 10\nSTARTTLS\n"},
        Case{"what follows stays", "220 a\r\n250 b\r\n", State::kWhole, 220, "a", "", 7},
        Case{"the last line's code", "220-a\r\n554 b\r\n", State::kWhole, 554, "a", "b\n"},
        Case{"a line between that is none", "220-a\r\n\r\nhello\r\n22\r\n220 b\r\n", State::kWhole,
             220, "a", "b\n"},
        Case{"NUL, ESC, CR, 0xFF", std::string("220 a\0\x1b[2J\r\xff\r\n", 14), State::kWhole, 220,
             std::string("a\0\x1b[2J\r\xff", 8)},
        Case{"no end yet", "220 a", State::kMore},
        Case{"no last line yet", "220-a\r\n220-b\r\n", State::kMore},
        Case{"CR alone ends nothing", "220 a\r", State::kMore},
        Case{"the rest of a long line is dropped", "220 " + kLongText + "\r\n", State::kWhole, 220,
             kLongText.substr(0, limits::kSmtpLineOctetsMax - 4)},
        Case{"a long line inside", "220-a\r\n220-" + kLongText + "\r\n220 c\r\n", State::kWhole,
             220, "a", kLongText.substr(0, limits::kSmtpLineOctetsMax - 4) + "\nc\n"}));

INSTANTIATE_TEST_SUITE_P(
    NoReplies, Replies,
    testing::Values(Case{"SSH", "S", State::kNoReply}, Case{"two digits", "22\r", State::kNoReply},
                    Case{"two digits and LF", "22\n", State::kNoReply},
                    Case{"four digits", "2200", State::kNoReply},
                    Case{"a letter behind the code", "220a", State::kNoReply},
                    Case{"an empty line", "\n", State::kNoReply},
                    Case{"a NUL", std::string(1, '\0'), State::kNoReply},
                    Case{"TLS", std::string("\x16\x03\x01", 1), State::kNoReply}));

TEST(SmtpReplyReader, CutsAnEndlessReplyByItsLines) {
  std::string endless;
  for (size_t i = 0; i < limits::kSmtpReplyLinesMax; ++i) endless += "220-\r\n";
  EXPECT_EQ(read_in_pieces(endless, 5).state, State::kTooLong);
  endless.erase(0, 6);
  EXPECT_EQ(read_in_pieces(endless, 5).state, State::kMore);
  EXPECT_EQ(read_in_pieces(endless + "220 \r\n", 5).state, State::kWhole);
}

TEST(SmtpReplyReader, CutsAnEndlessLineByItsOctets) {
  const std::string most = "220 " + std::string(limits::kSmtpReplyOctetsMax - 5, 'x') + "\n";
  for (const size_t piece : {size_t{1}, size_t{1'000}, 2 * most.size()}) {
    EXPECT_EQ(read_in_pieces(most, piece).state, State::kWhole) << piece;
    EXPECT_EQ(read_in_pieces("220 x" + most.substr(4), piece).state, State::kTooLong) << piece;
  }
}

TEST(SmtpReplyReader, KeepsNoMoreThanItsCaps) {
  std::string offer = "250-mx\r\n";
  for (int i = 0; i < 30; ++i) offer += "250-" + std::string(490, 'x') + "\r\n";
  const Read read = read_in_pieces(offer + "250 x\r\n", offer.size() + 7);
  EXPECT_EQ(read.state, State::kWhole);
  EXPECT_LE(read.reply.keywords.size(), limits::kSmtpKeywordOctetsMax);
  EXPECT_FALSE(read.reply.keywords.empty());
}

TEST(SmtpReplyReader, BeginsAgain) {
  SmtpReplyReader reader;
  std::string_view bytes = "250-5.7.1 a\r\n250 b\r\n220\r\n";
  ASSERT_EQ(reader.read(bytes), State::kWhole);
  ASSERT_EQ(reader.read(bytes), State::kWhole);
  EXPECT_EQ(bytes, "220\r\n");
  reader.begin();
  ASSERT_EQ(reader.read(bytes), State::kWhole);
  EXPECT_EQ(reader.reply().code, 220);
  EXPECT_EQ(reader.reply().text, "");
  EXPECT_EQ(reader.reply().keywords, "");
  EXPECT_EQ(reader.reply().enhanced, EnhancedCode{});
}

struct EnhancedCase {
  std::string_view bytes;
  EnhancedCode code;
};

TEST(SmtpReplyReader, ReadsEnhancedCodes) {
  const EnhancedCase cases[] = {
      {"521 5.7.1 no\r\n", {5, 7, 1}},
      {"521 5.7.1\r\n", {5, 7, 1}},
      {"521  5.7.1 no\r\n", {5, 7, 1}},
      {"521-hello\r\n521 5.3.2 no\r\n", {5, 3, 2}},
      {"521-5.3.2 hello\r\n521 5.7.1 no\r\n", {5, 3, 2}},
      {"421 4.7.650 later\r\n", {4, 7, 650}},
      {"521 5.7.1.2 no\r\n", {}},
      {"521 5.7. no\r\n", {}},
      {"521 3.7.1 no\r\n", {}},
      {"521 5.7.1234 no\r\n", {}},
      {"521 no 5.7.1\r\n", {}},
      {"521 5.7.1no\r\n", {}},
      {"521\r\n", {}},
  };
  for (const EnhancedCase& wanted : cases) {
    const Read read = read_in_pieces(wanted.bytes, wanted.bytes.size());
    EXPECT_EQ(read.state, State::kWhole);
    EXPECT_EQ(read.reply.enhanced, wanted.code) << wanted.bytes;
  }
}

TEST(SmtpReply, OffersTheKeywordsOfItsLinesAfterTheFirst) {
  const Read read =
      read_in_pieces("250-STARTTLS.example\r\n250-smtputf8\r\n250-Auth=LOGIN\r\n250 SIZE 5\r\n", 9);
  EXPECT_TRUE(read.reply.offers("SMTPUTF8"));
  EXPECT_TRUE(read.reply.offers("AUTH"));
  EXPECT_TRUE(read.reply.offers("SIZE"));
  EXPECT_FALSE(read.reply.offers("STARTTLS"));
  EXPECT_FALSE(read.reply.offers("SMTPUTF"));
  EXPECT_FALSE(read.reply.offers("SIZE 5 AND MORE"));
  EXPECT_EQ(offer_text(read.reply), "offers smtputf8, Auth=LOGIN, SIZE 5");
  EXPECT_EQ(offer_text({}), "");
}

TEST(SmtpReply, AReplyThatIsNotSmtpIsKnownByItsFirstLine) {
  EXPECT_EQ(garbage_text("SSH-2.0-OpenSSH_9.2\r\nmore"), "said SSH-2.0-OpenSSH_9.2");
  EXPECT_EQ(garbage_text(std::string(500, 'x')), "said " + std::string(limits::kGarbageKept, 'x'));
}

}  // namespace
}  // namespace mxbulk::probe
