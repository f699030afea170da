#include "input/address_explanation.h"

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "input/address_parser.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

struct Case {
  std::string cell;
  Reason reason;
  std::string explanation;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.cell.substr(0, 60);
}

std::vector<Case> cases() {
  return {
      {"", Reason::kEmpty, "it is blank"},
      {" \u3000", Reason::kEmpty, "it is blank"},
      {"'N/A'", Reason::kEmpty, "it says that there is no address: \"N/A\""},
      {"jo\x01@x.org", Reason::kBadEncoding,
       "control character U+0001 at octet 3 of the cell: not allowed, not even inside quotes (RFC "
       "5321 §4.1.2)"},
      {" jo\0@x.org"s, Reason::kBadEncoding,
       "control character U+0000 at octet 4 of the cell: not allowed, not even inside quotes (RFC "
       "5321 §4.1.2)"},
      {"j\xF6@x.org", Reason::kBadEncoding,
       "octet 0xF6 at octet 2 of the cell is not valid UTF-8 (RFC 3629); convert the list to "
       "UTF-8"},
      {"j\uFFFD@x.org", Reason::kBadEncoding,
       "U+FFFD at octet 2 of the cell: it replaces a character that was lost in a conversion; "
       "read the source again with its encoding"},
      {"j\u200Bo@x.org", Reason::kBadEncoding,
       "U+200B at octet 2 of the local part: it cannot be seen and controls only how text is "
       "shown; "
       "accepted without it"},
      {"a@x.org; Ann <b@y.org>", Reason::kSeveral,
       "more than one address: a@x.org, b@y.org; write one to a cell"},
      {"jo.x.org", Reason::kNoAt,
       "no @; one is needed between local part and domain, as in jo@example.org (RFC 5321 §4.1.2)"},
      {"\"a@b\" c", Reason::kNoAt,
       "the only @ is inside quotes; one is needed between local part and domain, as in "
       "jo@example.org (RFC 5321 §4.1.2)"},
      {std::string(65, 'l') + "@x.org", Reason::kTooLong,
       "the local part has 65 octets of at most 64 (RFC 5321 §4.5.3.1.1)"},
      {"j@" + std::string(300, 'x') + ".org", Reason::kTooLong,
       "the domain has 304 octets of at most 253 (RFC 1035 §2.3.4)"},
      {"jo@" + std::string(63, 'a') + "." + std::string(63, 'a') + "." + std::string(63, 'a') +
           "." + std::string(60, 'b'),
       Reason::kTooLong, "the address has 255 octets of at most 254 (RFC 5321 §4.5.3.1.3)"},
      {"jo doe@gmail.com", Reason::kBadLocal,
       "blank at octet 3 of the local part: only allowed inside quotes (RFC 5321 §4.1.2)"},
      {"  jo doe@gmail.com", Reason::kBadLocal,
       "blank at octet 3 of the local part: only allowed inside quotes (RFC 5321 §4.1.2)"},
      {"jo\u00A0doe@gmail.com", Reason::kBadLocal,
       "blank U+00A0 at octet 3 of the local part: only allowed inside quotes (RFC 5321 §4.1.2)"},
      {"jo(work)@x.org", Reason::kBadLocal,
       "\"(\" at octet 3 of the local part: only allowed inside quotes (RFC 5321 §4.1.2)"},
      {"a@b@c.org", Reason::kBadLocal,
       "\"@\" at octet 2 of the local part: an address has one @, others are only allowed inside "
       "quotes (RFC 5321 §4.1.2)"},
      {"bob@@gmail.com", Reason::kBadLocal,
       "\"@\" at octet 4 of the local part: an address has one @, others are only allowed inside "
       "quotes (RFC 5321 §4.1.2)"},
      {"@x.org", Reason::kBadLocal, "there is nothing before the @ (RFC 5321 §4.1.2)"},
      {"..@x.org", Reason::kBadLocal, "the local part has nothing but dots (RFC 5321 §4.1.2)"},
      {"\"a@x.org", Reason::kBadLocal,
       "the quote at octet 1 of the local part is not closed before the @ (RFC 5321 §4.1.2)"},
      {"\"a\"b@x.org", Reason::kBadLocal,
       "\"b\" at octet 4 of the local part: nothing may stand between the closing quote and the @ "
       "(RFC 5321 §4.1.2)"},
      {"\"a\\\u00FC\"@x.org", Reason::kBadLocal,
       "U+00FC at octet 4 of the local part: a backslash may stand only before printable ASCII "
       "(RFC "
       "5321 §4.1.2)"},
      {"a..b@x.org", Reason::kBadLocalDots,
       "dot at octet 3 of the local part: a dot may stand only between two other characters (RFC "
       "5321 §4.1.2); some providers have such mailboxes all the same"},
      {".a@x.org", Reason::kBadLocalDots,
       "dot at octet 1 of the local part: a dot may stand only between two other characters (RFC "
       "5321 §4.1.2); some providers have such mailboxes all the same"},
      {"ab.@x.org", Reason::kBadLocalDots,
       "dot at octet 3 of the local part: a dot may stand only between two other characters (RFC "
       "5321 §4.1.2); some providers have such mailboxes all the same"},
      {"jo@[192.0.2.1]", Reason::kAddressLiteral,
       "\"[192.0.2.1]\" is an address literal: legal (RFC 5321 §4.1.3), but bulk mail is never "
       "sent to one; a domain is accepted"},
      {"jo@com", Reason::kDotless,
       "the domain \"com\" is a single label: at least one dot is needed, as in example.org (RFC "
       "7085)"},
      {"jo@x.\u0301a.de", Reason::kBadIdn,
       "label 2 of the domain, \"\u0301a\": U+0301, a combining mark, may not begin a label (UTS "
       "#46)"},
      {"jo@x\u200Ey.org", Reason::kBadIdn,
       "label 1 of the domain, \"x\u200Ey\": U+200E is not allowed in a domain (UTS #46)"},
      {"jo@", Reason::kBadDomain,
       "there is nothing after the @; a domain is needed, as in example.org"},
      {"jo@x..org", Reason::kBadDomain,
       "label 2 of the domain, \"\": it is empty (RFC 1035 §2.3.4)"},
      {"jo@a_b.com", Reason::kBadDomain,
       "label 1 of the domain, \"a_b\": \"_\" at octet 2 of the label: only letters, digits and "
       "hyphens are allowed (RFC 1123 §2.1)"},
      {"jo@x.org y", Reason::kBadDomain,
       "label 2 of the domain, \"org y\": blank at octet 4 of the label: only letters, digits and "
       "hyphens are allowed (RFC 1123 §2.1)"},
      {"jo@-x.org", Reason::kBadDomain,
       "label 1 of the domain, \"-x\": it begins with a hyphen (RFC 1123 §2.1)"},
      {"jo@x.org-", Reason::kBadDomain,
       "label 2 of the domain, \"org-\": it ends with a hyphen (RFC 1123 §2.1)"},
      {"jo@" + std::string(64, 'a') + ".org", Reason::kBadDomain,
       "label 1 of the domain, \"" + std::string(64, 'a') +
           "\": it has 64 octets of at most 63 (RFC 1035 §2.3.4)"},
      {"jo@1.2.3.4", Reason::kBadDomain,
       "label 4 of the domain, \"4\": the last label may not be all digits (RFC 3696 §2)"},
      {"jo@x\u2100.org", Reason::kBadDomain,
       "label 1 of the domain, \"x\u2100\": it is mapped to \"xa/c\", and \"/\" at octet 3 of the "
       "label: only letters, digits and hyphens are allowed (RFC 1123 §2.1)"},
      {"jo@[192.0.2.1", Reason::kBadDomain,
       "\"[192.0.2.1\" is no address literal (RFC 5321 §4.1.3), and a domain cannot hold brackets"},
  };
}

class Explanations : public testing::TestWithParam<Case> {};

TEST_P(Explanations, SayWhatIsWrongAndAtWhichOctet) {
  AddressParser parser;
  EXPECT_EQ(parser.parse(GetParam().cell).invalid, GetParam().reason);
  EXPECT_EQ(explain_address(GetParam().cell), GetParam().explanation);
}

INSTANTIATE_TEST_SUITE_P(Address, Explanations, testing::ValuesIn(cases()));

TEST(AddressExplanation, CoversEveryReasonOfACell) {
  std::map<Reason, int> seen;
  for (const Case& c : cases()) ++seen[c.reason];
  for (size_t index = 0; index < kReasonCount; ++index) {
    const auto reason = static_cast<Reason>(index);
    // A bad row has no cell.
    if (verdict_of(reason) != Verdict::kInvalid || reason == Reason::kBadRow) continue;
    EXPECT_GT(seen[reason], 0) << name_of(reason);
  }
}

TEST(AddressExplanation, AGoodAddressHasNoExplanation) {
  EXPECT_EQ(explain_address(" <jo@x.org>;"), "");
  EXPECT_EQ(explain_address("jo@localhost"), "");
  EXPECT_EQ(explain_domain("x.org."), "");
}

TEST(AddressExplanation, ManyAddressesAreCut) {
  std::string cell;
  for (int i = 0; i < 12; ++i) cell += "a" + std::to_string(i) + "@x.org ";
  const std::string text = explain_address(cell);
  EXPECT_NE(text.find("a9@x.org, \u2026; write"), std::string::npos) << text;
  EXPECT_EQ(text.find("a10@x.org"), std::string::npos);
}

TEST(DomainExplanation, NamesTheLabel) {
  EXPECT_EQ(explain_domain("x..org"), "label 2 of the domain, \"\": it is empty (RFC 1035 §2.3.4)");
  EXPECT_EQ(explain_domain(""), "it is blank");
  EXPECT_EQ(explain_domain("x\x01.org"),
            "control character U+0001 at octet 2 of the cell: not allowed, not even inside quotes "
            "(RFC 5321 §4.1.2)");
  EXPECT_EQ(explain_domain(std::string(254, 'x')),
            "the domain has 254 octets of at most 253 (RFC 1035 §2.3.4)");
}

}  // namespace
}  // namespace mxbulk::input
