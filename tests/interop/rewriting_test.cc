// Resolvers that have an address for names that do not exist: real Unbound before real name servers
// whose zone has the wildcards. Unbound answers about `invalid` itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/name_servers.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// Names that exist, and 60 domains that a registrar parks at one address.
std::string zone_with(const std::string& more) {
  std::string zone =
      "$TTL 3600\n"
      ". SOA ns.test. host.test. 1 3600 3600 3600 300\n"
      ". NS ns.test.\n"
      "ns.test. A 127.0.0.1\n"
      "good.com. MX 10 mx.good.com.\n"
      "mx.good.com. A 20.1.1.1\n"
      "own.ws. A 20.1.1.2\n";
  for (int i = 0; i < 60; ++i) zone += "parked" + std::to_string(i) + ".de. A 20.9.9.9\n";
  return zone + more;
}

class Rewriting : public testing::Test {
 protected:
  void serve(const std::string& more, const std::string& unbound = "") {
    nsd_ = std::make_unique<NsdServer>(zone_with(more));
    ASSERT_TRUE(nsd_->start());
    unbound_ = std::make_unique<UnboundServer>(nsd_->port(), unbound);
    ASSERT_TRUE(unbound_->start());
  }
  Outcome validate(const std::vector<std::string>& domains) {
    std::string list = "email\n";
    for (const std::string& domain : domains) list += "ann@" + domain + "\n";
    return run_program(
        {.arguments = {"validate", folder_.write("list.csv", list), "-q", "-r",
                       unbound_->endpoint(), "-o", folder_.file("out.csv"), "--columns",
                       "verdict,reason,action", "--max-unknown", "100%"}});
  }
  std::vector<std::string> rows() const {
    std::vector<std::string> found;
    const std::string text = read_text(folder_.file("out.csv"));
    for (size_t at = text.find('\n') + 1; at < text.size(); at = text.find('\n', at) + 1) {
      found.push_back(text.substr(at, text.find('\n', at) - at));
    }
    return found;
  }
  static std::vector<std::string> missing_domains(size_t count, const std::string& end) {
    std::vector<std::string> domains;
    for (size_t i = 0; i < count; ++i) domains.push_back("gone" + std::to_string(i) + end);
    return domains;
  }

  TempDir folder_;
  std::unique_ptr<NsdServer> nsd_;
  std::unique_ptr<UnboundServer> unbound_;
};

// All 51 were mx_ok/implicit_mx/send.
TEST_F(Rewriting, BehindUnboundEndsTheRunThoughUnboundAnswersAboutInvalid) {
  serve("*.com. A 80.81.1.1\n*.net. A 80.81.1.1\n*.org. A 80.81.1.1\n*.de. A 80.81.1.1\n");
  const Outcome run = validate(missing_domains(51, ".de"));
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err,
              AllOf(HasSubstr(unbound_->endpoint()), HasSubstr("gave the address 80.81.1.1 for ")));
  EXPECT_EQ(folder_.listing(), "list.csv");
}

TEST_F(Rewriting, ByIpv6AloneEndsTheRun) {
  serve("*.com. AAAA 2a02:2e0::1\n*.net. AAAA 2a02:2e0::1\n");
  const Outcome run = validate(missing_domains(3, ".com"));
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("gave the address 2a02:2e0::1 for "));
}

// As a policy of the resolver itself.
TEST_F(Rewriting, ByUnboundItselfEndsTheRun) {
  serve("", "  local-zone: \"com.\" redirect\n  local-data: \"com. A 80.81.1.1\"\n");
  const Outcome run = validate({"gone.com"});
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("80.81.1.1"));
}

TEST_F(Rewriting, UnderOneGenericDomainIsFoundByItsFirstImplicitMx) {
  serve("*.info. A 80.81.1.1\n");
  const Outcome run = validate(missing_domains(3, ".info"));
  EXPECT_EQ(run.exit_code, 5) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr(unbound_->endpoint()), HasSubstr("80.81.1.1")));
  EXPECT_EQ(folder_.listing(), "list.csv");
}

// As `*.ws` is: it is the zone's own data, whichever resolver is asked.
TEST_F(Rewriting, AWildcardOfARegistryMakesOnlyItsDomainsUnknown) {
  serve("*.ws. A 64.70.19.33\n");
  const Outcome run =
      validate({"gone.ws", "own.ws", "good.com", "parked0.de", "gone.de", "other.ws"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(rows(), ElementsAre("ann@gone.ws,unknown,dns_wildcard,retry",
                                  "ann@own.ws,mx_ok,implicit_mx,send", "ann@good.com,mx_ok,mx,send",
                                  "ann@parked0.de,mx_ok,implicit_mx,send",
                                  "ann@gone.de,no_mx,nxdomain,suppress",
                                  "ann@other.ws,unknown,dns_wildcard,retry"));
}

TEST_F(Rewriting, DomainsThatARegistrarParksAtOneAddressRaiseNothing) {
  serve("");
  std::vector<std::string> domains;
  for (int i = 0; i < 60; ++i) domains.push_back("parked" + std::to_string(i) + ".de");
  const Outcome run = validate(domains);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  ASSERT_EQ(rows().size(), 60U);
  for (const std::string& row : rows()) EXPECT_THAT(row, HasSubstr(",mx_ok,implicit_mx,send"));
}

TEST_F(Rewriting, IsAFaultForDoctor) {
  serve("*.com. A 80.81.1.1\n");
  const Outcome run = run_program({.arguments = {"doctor", "-r", unbound_->endpoint()}});
  EXPECT_EQ(run.exit_code, 5) << run.out;
  EXPECT_THAT(run.out, HasSubstr("dead domains would look good"));
}

TEST_F(Rewriting, CheckSaysWhyAWildcardIsNoImplicitMx) {
  serve("*.ws. A 64.70.19.33\n");
  const Outcome run = run_program({.arguments = {"check", "gone.ws", "-r", unbound_->endpoint()}});
  EXPECT_THAT(run.out, AllOf(HasSubstr("unknown/dns_wildcard"),
                             HasSubstr("a random name beside it gets the same address")));
}

}  // namespace
}  // namespace mxbulk::test
