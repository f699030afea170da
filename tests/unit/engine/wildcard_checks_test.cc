// Domains without MX whose address is also given to names that do not exist.
#include "asking/wildcard_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "unit/engine/resolver_checker_fixture.h"

namespace mxbulk::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kSearchPage = "\x50\x51\x01\x01";  // 80.81.1.1
constexpr const char* kParking = "\x0b\x16\x21\x2c";     // 11.22.33.44

class WildcardTest : public ResolverCheckerTest {
 protected:
  // NXDOMAIN is replaced for names under `suffix`, by this address of this type.
  struct Rewriting {
    std::string suffix;
    RecordType type = RecordType::kA;
    std::string octets = kSearchPage;
    int upstream = -1;  // of that resolver; -1: of all
    bool rotates = false;
  };

  void answer(size_t index) override {
    const asking::DnsQuery& query = transport_.query(index);
    const bool is_concerned = (rewriting_.upstream < 0 || rewriting_.upstream == query.upstream) &&
                              query.type != RecordType::kSoa &&
                              transport_.name(index).ends_with(rewriting_.suffix);
    const bool is_missing = world_.find(transport_.name(index)) == nullptr;
    if (rewriting_.suffix.empty() || !is_concerned || !is_missing) {
      ResolverCheckerTest::answer(index);
      return;
    }
    test::World world;
    test::Node& node = world.add(transport_.name(index));
    test::RecordSet& set = rewriting_.type == RecordType::kA ? node.a : node.aaaa;
    set.fate = test::Fate::kData;
    set.addresses = {{rewriting_.octets, true}};
    if (rewriting_.rotates) set.addresses[0].octets.back() = static_cast<char>(++rotation_);
    transport_.answer(dispatcher_->sink(now_us_), index, world);
  }
  void add_address(const std::string& domain, const std::string& octets) {
    test::RecordSet& a = world_.add(domain).a;
    a.fate = test::Fate::kData;
    a.addresses = {{octets, true}};
  }
  void intern_implicit(const std::string& domain, const std::string& octets) {
    add_address(domain, octets);
    intern(domain);
  }
  [[nodiscard]] size_t random_names(const std::string& end) const {
    size_t count = 0;
    for (size_t i = 0; i < transport_.count(); ++i) {
      if (is_random_name(i) && transport_.name(i).ends_with(end)) ++count;
    }
    return count;
  }

  Rewriting rewriting_;
  uint8_t rotation_ = 0;
};

// A registrar parks thousands at one address. Each suffix is asked about once, and again when the
// 8th, 16th, 32nd and 64th domain with that address has come.
TEST_F(WildcardTest, DomainsThatARegistrarParksAreGood) {
  for (int i = 0; i < 100; ++i) intern_implicit("p" + std::to_string(i) + ".test", kParking);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  for (uint32_t i = 0; i < domains_.size(); ++i) EXPECT_EQ(reason(i), Reason::kImplicitMx);
  EXPECT_LE(random_names(".test"), 5U);
  EXPECT_GE(random_names(".test"), 1U);
}

TEST_F(WildcardTest, EachPublicSuffixIsAskedAboutOnce) {
  for (const char* domain : {"a.test", "b.test", "c.co.uk", "d.co.uk", "sub.e.co.uk", "f.de"}) {
    intern_implicit(domain, std::string("\x08\x08\x08", 3) + domain[0]);
  }
  finish();
  EXPECT_EQ(random_names(".test"), 1U);
  EXPECT_EQ(random_names(".co.uk"), 1U);
  EXPECT_EQ(random_names(".uk"), 1U);
  EXPECT_EQ(random_names(".de"), 1U);
}

TEST_F(WildcardTest, NothingIsAskedAboutDomainsWithMx) {
  intern_many("d", 20);
  finish();
  EXPECT_EQ(random_names(".test"), 0U);
}

// `*.ws`: the same at each resolver.
TEST_F(WildcardTest, UnderAWildcardOfARegistryADomainThatMayNotExistIsUnknown) {
  world_.add_wildcard("ws", {kSearchPage, true});
  intern("gone.ws");
  intern_implicit("parked.ws", kSearchPage);
  intern_implicit("own.ws", kParking);
  add_mx("mail.ws");
  intern("mail.ws");
  intern_implicit("elsewhere.test", kSearchPage);
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  EXPECT_TRUE(dispatcher_->excluded().empty());
  EXPECT_EQ(reason(0), Reason::kDnsWildcard);
  EXPECT_EQ(reason(1), Reason::kDnsWildcard);
  EXPECT_EQ(reason(2), Reason::kImplicitMx);
  EXPECT_EQ(reason(3), Reason::kRfc7505);
  EXPECT_EQ(reason(4), Reason::kImplicitMx);
}

TEST_F(WildcardTest, AResolverThatRewritesUnderOneCountryOnlyMakesItsDomainsUnknown) {
  rewriting_ = {.suffix = ".de"};
  for (int i = 0; i < 51; ++i) intern("gone" + std::to_string(i) + ".de");
  intern("gone.fr");
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  for (uint32_t i = 0; i < 51; ++i) EXPECT_EQ(reason(i), Reason::kDnsWildcard);
  EXPECT_EQ(reason(51), Reason::kNxdomain);
}

TEST_F(WildcardTest, AnIpv6AddressForNamesThatDoNotExistIsFoundToo) {
  rewriting_ = {.suffix = ".de",
                .type = RecordType::kAaaa,
                .octets = "\x2a\x02" + std::string(13, '\0') + '\x01'};
  intern("gone.de");
  finish();
  EXPECT_EQ(reason(0), Reason::kDnsWildcard);
}

TEST_F(WildcardTest, AnotherAddressEachTimeIsNoImplicitMx) {
  rewriting_ = {.suffix = ".de", .rotates = true};
  for (int i = 0; i < 20; ++i) intern("gone" + std::to_string(i) + ".de");
  finish();
  for (uint32_t i = 0; i < 20; ++i) EXPECT_EQ(reason(i), Reason::kDnsWildcard);
}

// Behind Unbound, which answers about `invalid` by itself, 51 of 51 domains that do not exist were
// mx_ok/implicit_mx.
TEST_F(WildcardTest, ARewriterThatSparesInvalidIsFoundAtTheStart) {
  rewriting_ = {.suffix = "m"};  // .com
  intern("gone.com");
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), AllOf(HasSubstr("resolver0 gave the address 80.81.1.1 for "),
                               HasSubstr(".com, a name that does not exist")));
  EXPECT_EQ(count_asked(RecordType::kMx, "gone.com"), 0U);
}

// .info is not asked about at the start: the first domain under it shows the resolver.
TEST_F(WildcardTest, ARewriterUnderAGenericDomainAloneIsFoundByTheFirstImplicitMx) {
  rewriting_ = {.suffix = ".info"};
  intern("gone.info");
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(), AllOf(HasSubstr("resolver0"), HasSubstr("80.81.1.1"), HasSubstr(".info")));
}

// A wildcard of a registry does not begin between two questions.
TEST_F(WildcardTest, ARewriterThatBeginsDuringTheRunIsFoundByItsAddress) {
  intern_implicit("own.de", kParking);
  settle();
  ASSERT_EQ(reason(0), Reason::kImplicitMx);
  rewriting_ = {.suffix = ".de"};
  for (int i = 0; i < 20; ++i) intern("gone" + std::to_string(i) + ".de");
  finish();
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_THAT(message(),
              AllOf(HasSubstr("during the run"), HasSubstr("resolver0"), HasSubstr("80.81.1.1")));
}

TEST_F(WildcardTest, TheResolverThatGaveTheAddressIsAsked) {
  set_up(2);
  rewriting_ = {.suffix = ".de", .upstream = 1};
  for (int i = 0; i < 40; ++i) intern("gone" + std::to_string(i) + ".de");
  finish();
  EXPECT_TRUE(dispatcher_->failure().ok()) << message();
  for (uint32_t i = 0; i < 40; ++i) EXPECT_NE(reason(i), Reason::kImplicitMx) << i;
}

TEST_F(WildcardTest, AFailureProvesNothing) {
  intern_implicit("own.de", kParking);
  is_closed_ = true;
  for (int guard = 0; guard < 1'000 && !is_over(); ++guard) {
    turn();
    for (; answered_ < transport_.count(); ++answered_) {
      if (is_random_name(answered_) && transport_.name(answered_).ends_with(".de")) {
        transport_.answer_rcode(dispatcher_->sink(now_us_), answered_, kServfailCode);
      } else {
        answer(answered_);
      }
    }
    turn();
    if (!is_over()) now_us_ = std::max(now_us_, dispatcher_->next_wake_us());
  }
  EXPECT_TRUE(dispatcher_->finished()) << message();
  EXPECT_EQ(reason(0), Reason::kImplicitMx);
}

TEST(AddressCounts, AsksAgainWhenTheNumberHasDoubled) {
  asking::AddressCounts counts;
  const IpAddress address = *IpAddress::from_text("192.0.2.1");
  std::vector<int> again;
  for (int i = 1; i <= 100; ++i) {
    if (counts.add(address)) again.push_back(i);
  }
  EXPECT_THAT(again, testing::ElementsAre(8, 16, 32, 64));
}

// One of many addresses that each have one domain; a few of them share its place.
TEST(AddressCounts, FindsAFrequentAddressAmongManyOthers) {
  asking::AddressCounts counts;
  const IpAddress frequent = *IpAddress::from_text("192.0.2.1");
  bool is_found = false;
  for (uint8_t i = 0; i < 250; ++i) {
    for (uint8_t j = 0; j < 40; ++j) {
      const uint8_t octets[] = {20, i, j, 1};
      EXPECT_FALSE(counts.add(IpAddress::v4(octets)));
    }
    is_found |= counts.add(frequent);
  }
  EXPECT_TRUE(is_found);
}

}  // namespace
}  // namespace mxbulk::engine
