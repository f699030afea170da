// Real mail servers, and hosts that behave as none should.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/dns_question.h"
#include "support/mail_servers.h"
#include "support/smtp_client.h"

namespace mxbulk::test {
namespace {

TEST(MailServers, Greet) {
  const std::string why_not = why_no_mail_server();
  if (!why_not.empty()) GTEST_SKIP() << why_not;
  const uint16_t port = free_port();
  PostfixServer postfix("127.0.0.4", port);
  EximServer exim("127.0.0.5", port);
  OpenSmtpdServer open("127.0.0.6", port);
  SmtpSink sink("127.0.0.7", port, {"-r", "CONNECT"});
  Endlessh end("127.0.0.8", free_port(), {"-d", "100"});
  ASSERT_TRUE(end.start());
  EXPECT_TRUE(postfix.start());
  EXPECT_TRUE(exim.start());
  EXPECT_TRUE(open.start());
  EXPECT_TRUE(sink.start());
  for (MailServer* s : std::initializer_list<MailServer*>{&postfix, &exim, &open, &sink, &end})
    std::cout << s->log() << greeting_of(s->address(), port, 1000).value_or("-") << "\n";
}

}  // namespace
}  // namespace mxbulk::test
