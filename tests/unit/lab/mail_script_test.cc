#include "lab/mail_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxbulk::lab {
namespace {

using ::testing::HasSubstr;
using Kind = MailHost::Kind;

MailScript parse(std::string_view text) {
  Result<MailScript> script = MailScript::parse(text);
  EXPECT_TRUE(script.ok()) << script.status().message();
  return script.ok() ? std::move(script.value()) : MailScript();
}

const MailHost* find(const MailScript& script, const char* address) {
  return script.find(*IpAddress::from_text(address));
}

TEST(MailScript, KnowsEveryKind) {
  const std::pair<const char*, Kind> kinds[] = {{"220 mx.example.net ESMTP", Kind::kGreets},
                                                {"421", Kind::kGreets},
                                                {"refuses", Kind::kRefuses},
                                                {"unreachable", Kind::kUnreachable},
                                                {"unresponsive", Kind::kUnresponsive},
                                                {"hangs", Kind::kHangs},
                                                {"no-smtp SSH-2.0", Kind::kNoSmtp}};
  for (const auto& [word, kind] : kinds) {
    const MailScript script = parse(std::string("192.0.2.1  ") + word + " \r\n");
    const MailHost* const host = find(script, "192.0.2.1");
    ASSERT_NE(host, nullptr) << word;
    EXPECT_EQ(host->kind, kind) << word;
  }
}

TEST(MailScript, KeepsWhatAServerSaysAndOffers) {
  const MailScript script = parse(
      "# a comment\n\n"
      "192.0.2.1\t+SMTPUTF8 +STARTTLS  220 mx.example.net  ESMTP\n"
      "192.0.2.2 571 no\n"
      "192.0.2.3 no-smtp HTTP/1.1 400 Bad Request");
  EXPECT_EQ(find(script, "192.0.2.1")->text, "220 mx.example.net  ESMTP");
  EXPECT_TRUE(find(script, "192.0.2.1")->has_smtputf8);
  EXPECT_TRUE(find(script, "192.0.2.1")->has_starttls);
  EXPECT_EQ(find(script, "192.0.2.2")->text, "571 no");
  EXPECT_FALSE(find(script, "192.0.2.2")->has_starttls);
  EXPECT_EQ(find(script, "192.0.2.3")->text, "HTTP/1.1 400 Bad Request");
}

TEST(MailScript, TheFirstLineThatContainsAnAddressCounts) {
  const MailScript script = parse(
      "192.0.2.1 refuses\n"
      "192.0.2.0/24 unresponsive\n"
      "192.0.2.2 hangs\n"
      "2001:db8::/32 unreachable\n");
  EXPECT_EQ(find(script, "192.0.2.1")->kind, Kind::kRefuses);
  EXPECT_EQ(find(script, "192.0.2.2")->kind, Kind::kUnresponsive);
  EXPECT_EQ(find(script, "2001:db8::25")->kind, Kind::kUnreachable);
  EXPECT_EQ(find(script, "192.0.3.1"), nullptr);
}

TEST(MailScript, SaysInWhichLineItCannotBeRead) {
  for (const char* line :
       {"mx.example.net 220 x", "192.0.2.1", "192.0.2.1 sleeps", "192.0.2.1 refuses often",
        "192.0.2.1 no-smtp", "192.0.2.1 +STARTTLS", "192.0.2.1 +STARTTLS refuses",
        "192.0.2.1 +SIZE 220 x", "192.0.2.1 220-mx", "192.0.2.1 2200 x", "192.0.2.1 620 x",
        "192.0.2.1/24 refuses"}) {
    const Result<MailScript> script =
        MailScript::parse(std::string("192.0.2.9 hangs\n") + line + "\n");
    ASSERT_FALSE(script.ok()) << line;
    EXPECT_EQ(script.status().code(), StatusCode::kInput);
    EXPECT_THAT(script.status().message(), HasSubstr("script:2:")) << line;
  }
}

TEST(MailScript, TheBuiltInOneCanBeRead) {
  const MailScript script = parse(builtin_mail_text());
  ASSERT_NE(find(script, "80.80.80.11"), nullptr);
  EXPECT_EQ(find(script, "80.80.80.11")->kind, Kind::kRefuses);
}

}  // namespace
}  // namespace mxbulk::lab
