#include "net/tls_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <ctime>

#include "base/limits.h"
#include "unit/net/tls_server.h"

namespace mxbulk::net {
namespace {

class TlsClientTest : public testing::Test {
 protected:
  // Carries bytes until neither side has any.
  void shake_hands(TlsClient& client, test::TlsServer& server) {
    for (std::string bytes = client.take_unsent(); !bytes.empty(); bytes = client.take_unsent()) {
      server.receive(bytes);
      client.receive(server.take_unsent(), plain_);
    }
  }

  const TlsContext context_;
  std::string plain_;
};

std::string date_in(long seconds) {
  const std::time_t then = std::time(nullptr) + seconds;
  std::tm parts{};
  gmtime_r(&then, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

constexpr long kDay = 24L * 3'600;

TEST_F(TlsClientTest, ReportsTheCertificatesNameAndExpiry) {
  test::TlsIdentity identity{.valid_for_s = 90 * kDay, .asked_for = {}};
  const std::string before = date_in(90 * kDay);
  test::TlsServer server(identity);
  TlsClient client(context_, "mx.example");
  shake_hands(client, server);
  EXPECT_TRUE(client.has_come_up());
  EXPECT_FALSE(client.is_over());
  EXPECT_EQ(identity.asked_for, "mx.example");
  const std::string after = date_in(90 * kDay);  // midnight may have passed
  const std::string begin = "TLSv1.3, certificate of mx.example until ";
  const std::string end = ", name matches";
  EXPECT_THAT(client.remark(), testing::AnyOf(begin + before + end, begin + after + end));
}

TEST_F(TlsClientTest, AcceptsAnyCertificateAndReportsWhatIsWrongWithIt) {
  test::TlsIdentity identity{.name = "other.example", .valid_for_s = -10 * kDay, .asked_for = {}};
  test::TlsServer server(identity);
  TlsClient client(context_, "mx.example");
  shake_hands(client, server);
  EXPECT_TRUE(client.has_come_up());
  EXPECT_NE(client.remark().find("certificate of other.example expired "), std::string::npos);
  EXPECT_TRUE(client.remark().ends_with(", name differs")) << client.remark();
}

TEST_F(TlsClientTest, OnlyAHostsNameIsSentAsSni) {
  struct Named {
    std::string host;
    std::string sni;
  };
  const Named all[] = {{"MX.example.", "MX.example"},
                       {"mx_1.example", "mx_1.example"},
                       {"192.0.2.1", ""},
                       {"2001:db8::1", ""},
                       {"", ""},
                       {"a\\032b.example", ""},
                       {std::string(254, 'a'), ""}};
  for (const Named& wanted : all) {
    test::TlsIdentity identity;
    test::TlsServer server(identity);
    TlsClient client(context_, wanted.host);
    shake_hands(client, server);
    EXPECT_TRUE(client.has_come_up());
    EXPECT_EQ(identity.asked_for, wanted.sni) << wanted.host;
    EXPECT_EQ(client.remark().find("name ") == std::string::npos, wanted.sni.empty());
  }
}

TEST_F(TlsClientTest, OldServersCountToo) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION}) {
    test::TlsIdentity identity{.version_max = version, .asked_for = {}};
    test::TlsServer server(identity);
    TlsClient client(context_, "mx.example");
    shake_hands(client, server);
    EXPECT_TRUE(client.has_come_up()) << client.remark();
  }
}

// The test runs in a process of its own under ctest: nothing has read the file before.
TEST(TlsContextTest, TheSystemsConfigurationIsNotRead) {
  ASSERT_EQ(setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf", 1), 0);
  const TlsContext context;
  ASSERT_NE(context.get(), nullptr);
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), TLS1_VERSION);
  EXPECT_EQ(SSL_CTX_get_security_level(context.get()), 0);
}

TEST_F(TlsClientTest, DataFlowsBothWays) {
  test::TlsIdentity identity;
  test::TlsServer server(identity);
  TlsClient client(context_, "mx.example");
  shake_hands(client, server);
  client.say("QUIT\r\n");
  EXPECT_EQ(server.receive(client.take_unsent()), "QUIT\r\n");
  server.say("221 bye\r\n");
  const std::string bytes = server.take_unsent();
  for (const char c : bytes) client.receive({&c, 1}, plain_);
  EXPECT_EQ(plain_, "221 bye\r\n");
}

TEST_F(TlsClientTest, WhatIsNoTlsFails) {
  constexpr std::string_view kAlert("\x15\x03\x01\x00\x02\x02\x28", 7);
  for (const std::string_view bytes :
       {std::string_view("250 evil\r\n"), std::string_view("HTTP/1.1 400\r\n"), kAlert}) {
    TlsClient client(context_, "mx.example");
    EXPECT_FALSE(client.take_unsent().empty());
    client.receive(bytes, plain_);
    EXPECT_TRUE(client.is_over());
    EXPECT_FALSE(client.has_come_up());
    EXPECT_TRUE(client.remark().starts_with("TLS failed: ")) << client.remark();
    client.receive("more", plain_);
    client.say("QUIT\r\n");
    EXPECT_TRUE(plain_.empty());
  }
}

TEST_F(TlsClientTest, ReceivesNoMoreThanItsCap) {
  test::TlsIdentity identity;
  test::TlsServer server(identity);
  TlsClient client(context_, "mx.example");
  shake_hands(client, server);
  const std::string record(16'000, 'x');
  size_t received = 0;
  while (!client.is_over() && received < 2 * limits::kTlsOctetsMax) {
    server.say(record);
    plain_.clear();
    client.receive(server.take_unsent(), plain_);
    received += plain_.size();
  }
  EXPECT_TRUE(client.is_over());
  EXPECT_LE(received, limits::kTlsOctetsMax);
  EXPECT_TRUE(client.has_come_up());
}

}  // namespace
}  // namespace mxbulk::net
