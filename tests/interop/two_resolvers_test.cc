// Two real resolvers of which one lacks records that the other one has, or of which one is dead.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "support/dns_question.h"
#include "support/name_servers.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr const char* kHead =
    "$TTL 3600\n"
    ". SOA ns.test. host.test. 1 3600 3600 3600 300\n"
    ". NS ns.test.\n"
    "ns.test. A 127.0.0.1\n"
    "mx.good.com. A 20.1.1.1\n";

// What both know. The names of kWhole are there in kPoor too, with a TXT record and no other:
// NODATA.
constexpr const char* kBoth =
    "good.com. MX 10 mx.good.com.\n"
    "empty.com. TXT x\n"
    "null.com. MX 0 .\n"
    "host-a.com. MX 10 mx.host-a.com.\n"
    "host-aaaa.com. MX 10 mx.host-aaaa.com.\n";
constexpr const char* kWhole =
    "mx.com. MX 10 mx.good.com.\n"
    "own-a.com. A 20.1.1.2\n"
    "own-aaaa.com. AAAA 2a02:2e0::1\n"
    "mx.host-a.com. A 20.1.1.3\n"
    "mx.host-aaaa.com. AAAA 2a02:2e0::2\n";
constexpr const char* kPoor =
    "mx.com. TXT x\n"
    "own-a.com. TXT x\n"
    "own-aaaa.com. TXT x\n"
    "mx.host-a.com. TXT x\n"
    "mx.host-aaaa.com. TXT x\n";

std::vector<std::string> validated(const std::vector<std::string>& domains,
                                   const std::string& resolvers) {
  const TempDir folder;
  std::string list = "email\n";
  for (const std::string& domain : domains) list += "ann@" + domain + "\n";
  const Outcome run =
      run_program({.arguments = {"validate", folder.write("list.csv", list), "-q", "-r", resolvers,
                                 "-o", folder.file("out.csv"), "--columns", "verdict,reason,lints",
                                 "--max-unknown", "100%"}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::vector<std::string> rows;
  if (run.exit_code != 0) return rows;
  const std::string text = read_text(folder.file("out.csv"));
  for (size_t at = text.find('\n') + 1; at < text.size(); at = text.find('\n', at) + 1) {
    rows.push_back(text.substr(at, text.find('\n', at) - at));
  }
  return rows;
}

// --- one that lacks records ----------------------------------------------------------------------

enum class Kind { kNsd, kUnbound };

class ResolversThatDisagreeByNodata : public testing::TestWithParam<Kind> {
 protected:
  std::string serve(const std::string& records) {
    servers_.push_back(std::make_unique<NsdServer>(std::string(kHead) + kBoth + records));
    EXPECT_TRUE(servers_.back()->start());
    if (GetParam() == Kind::kUnbound) {
      servers_.push_back(std::make_unique<UnboundServer>(servers_.back()->port()));
      EXPECT_TRUE(servers_.back()->start());
    }
    return servers_.back()->endpoint();
  }

  std::vector<std::unique_ptr<NameServer>> servers_;
};

struct Expected {
  const char* domain;
  const char* verdict;
  const char* lints;
  bool is_disputed = true;
};
constexpr Expected kExpected[] = {{"mx.com", "mx_ok,mx", ""},
                                  {"own-a.com", "mx_ok,implicit_mx", ""},
                                  {"own-aaaa.com", "mx_ok,implicit_mx", "v6_only;"},
                                  {"host-a.com", "mx_ok,mx", ""},
                                  {"host-aaaa.com", "mx_ok,mx", "v6_only;"},
                                  {"empty.com", "no_mx,no_address", "", false},
                                  {"null.com", "null_mx,rfc7505", "", false},
                                  {"good.com", "mx_ok,mx", "", false}};

TEST_P(ResolversThatDisagreeByNodata, InEitherOrderThePositiveAnswerWins) {
  const std::string whole = serve(kWhole);
  const std::string poor = serve(kPoor);
  // Each by itself: the first question of a run goes to the resolver that is named first.
  for (const auto& [domain, verdict, lints, is_disputed] : kExpected) {
    const std::string row = "ann@" + std::string(domain) + "," + verdict + ",";
    EXPECT_THAT(validated({domain}, whole + "," + poor), ElementsAre(StartsWith(row)));
    const std::string lint = is_disputed ? std::string(lints) + "resolver_disagree" : lints;
    EXPECT_THAT(validated({domain}, poor + "," + whole), ElementsAre(row + lint));
  }
}

INSTANTIATE_TEST_SUITE_P(Of, ResolversThatDisagreeByNodata,
                         testing::Values(Kind::kNsd, Kind::kUnbound),
                         [](const testing::TestParamInfo<Kind>& one) {
                           return one.param == Kind::kNsd ? "Nsd" : "Unbound";
                         });

// --- one that is dead ----------------------------------------------------------------------------

// A port where questions arrive and are never read.
class SwallowingPort {
 public:
  SwallowingPort() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), port_(free_port()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~SwallowingPort() { close(fd_); }
  SwallowingPort(const SwallowingPort&) = delete;
  SwallowingPort& operator=(const SwallowingPort&) = delete;
  [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  uint16_t port_;
};

struct Dead {
  bool swallows;  // else nothing is at its port
  bool is_first;
  const char* name;
};
void PrintTo(const Dead& dead, std::ostream* out) {
  *out << dead.name;
}

class OneDeadResolverOfTwo : public testing::TestWithParam<Dead> {};

// gone.com was unknown/dns_timeout: the dead one was waited for to confirm that.
TEST_P(OneDeadResolverOfTwo, ChangesNoVerdictOfAShortList) {
  NsdServer nsd(std::string(kHead) + kBoth + "lost.com. MX 10 mx.lost.com.\n");
  ASSERT_TRUE(nsd.start());
  UnboundServer unbound(nsd.port());
  ASSERT_TRUE(unbound.start());
  const SwallowingPort port;
  const std::string dead =
      GetParam().swallows ? port.endpoint() : "127.0.0.1:" + std::to_string(free_port());
  const std::string resolvers =
      GetParam().is_first ? dead + "," + unbound.endpoint() : unbound.endpoint() + "," + dead;
  EXPECT_THAT(validated({"good.com", "gone.com", "empty.com", "null.com", "lost.com"}, resolvers),
              ElementsAre("ann@good.com,mx_ok,mx,", "ann@gone.com,no_mx,nxdomain,",
                          "ann@empty.com,no_mx,no_address,", "ann@null.com,null_mx,rfc7505,",
                          "ann@lost.com,dead_mx,mx_unresolvable,"));
}

INSTANTIATE_TEST_SUITE_P(With, OneDeadResolverOfTwo,
                         testing::Values(Dead{false, true, "NothingAtTheFirstPort"},
                                         Dead{false, false, "NothingAtTheSecondPort"},
                                         Dead{true, true, "AFirstPortThatSwallows"},
                                         Dead{true, false, "ASecondPortThatSwallows"}),
                         [](const testing::TestParamInfo<Dead>& one) { return one.param.name; });

}  // namespace
}  // namespace mxbulk::test
