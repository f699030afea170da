#include "enrich/enrich.h"

#include <gtest/gtest.h>

#include "enrich/edit_distance.h"
#include "enrich/word_lists.h"

namespace mxbulk::enrich {
namespace {

DomainReport report_of(const std::string& domain, Reason reason) {
  DomainReport report;
  report.domain = domain;
  report.reason = reason;
  return report;
}

std::string suggestion(const std::string& domain, Reason reason) {
  DomainReport report = report_of(domain, reason);
  Enricher().describe_domain(report);
  return report.suggestion;
}

TEST(Enricher, KnowsProvidersByTheLongestSuffix) {
  const Enricher enricher;
  const std::pair<const char*, const char*> cases[] = {
      {"gmail-smtp-in.l.google.com", "google"},
      {"ASPMX.L.GOOGLE.COM", "google"},
      {"example-com.mail.protection.outlook.com", "microsoft"},
      {"example.p-v1.mx.microsoft", "microsoft"},
      {"mta5.am0.yahoodns.net", "yahoo"},
      {"mx01.mail.icloud.com", "icloud"},
      {"mx00.emig.gmx.net", "gmx"},
      {"mx-ha02.web.de", "webde"},
      {"mx00.kundenserver.de", "ionos"},
      {"mail.protonmail.ch", "proton"},
      {"in1-smtp.messagingengine.com", "fastmail"},
      {"mx1.qiye163.com", "netease163"},
      {"route1.mx.cloudflare.net", "cloudflare"},
      {"inbound-smtp.eu-west-1.amazonaws.com", "amazonses"},
      {"smtp-in.libero.it", "libero"},
      {"mx.example.org", ""},
      {"notgoogle.com", ""},
      {"", ""}};
  for (const auto& [exchange, slug] : cases) EXPECT_EQ(enricher.provider_of(exchange), slug);
}

TEST(Enricher, KnowsRoles) {
  const Enricher enricher;
  for (const char* role : {"info", "Postmaster", "NOREPLY", "no-reply", "info+news", "abuse"}) {
    EXPECT_TRUE(enricher.is_role(role)) << role;
  }
  for (const char* person : {"", "informatik", "jane.doe", "+info", "x"}) {
    EXPECT_FALSE(enricher.is_role(person)) << person;
  }
  EXPECT_FALSE(enricher.is_role(std::string(300, 'a')));
}

// They are told from other local parts by length, first and last octet before they are looked up.
TEST(Enricher, KnowsEachRoleInItsLists) {
  const Enricher enricher;
  for (const std::string_view role : load_role_names()) {
    EXPECT_TRUE(enricher.is_role(role)) << role;
    EXPECT_TRUE(enricher.is_role(std::string(role) + "+tag")) << role;
    EXPECT_FALSE(enricher.is_role(std::string(role) + "x1")) << role;
  }
}

TEST(Enricher, FlagsFreeAndDisposable) {
  const Enricher enricher;
  DomainReport gmail = report_of("gmail.com", Reason::kMx);
  enricher.describe_domain(gmail);
  EXPECT_TRUE(gmail.is_free);
  EXPECT_FALSE(gmail.is_disposable);
  DomainReport throwaway = report_of("x.mailinator.com", Reason::kMx);
  enricher.describe_domain(throwaway);
  EXPECT_TRUE(throwaway.is_disposable);
  EXPECT_FALSE(throwaway.is_free);
  DomainReport plain = report_of("example.com", Reason::kMx);
  enricher.describe_domain(plain);
  EXPECT_FALSE(plain.is_free || plain.is_disposable);
}

TEST(Enricher, SuggestsForTrapsAlwaysAndForTyposOnlyWhereNothingIsSent) {
  EXPECT_EQ(suggestion("gmial.com", Reason::kMx), "gmail.com");
  EXPECT_EQ(suggestion("gmial.com", Reason::kNxdomain), "gmail.com");
  EXPECT_EQ(suggestion("gmaip.com", Reason::kNxdomain), "gmail.com");
  EXPECT_EQ(suggestion("gmaip.com", Reason::kDnsTimeout), "gmail.com");
  EXPECT_EQ(suggestion("gmaip.com", Reason::kMx), "");
  EXPECT_EQ(suggestion("hotmaiil.com", Reason::kNoAddress), "hotmail.com");
  EXPECT_EQ(suggestion("example.com", Reason::kNxdomain), "");
}

TEST(Enricher, KnownDomainsAreNoTypos) {
  EXPECT_EQ(suggestion("ymail.com", Reason::kDnsTimeout), "");  // free, one letter from gmail.com
  EXPECT_EQ(suggestion("mail.com", Reason::kDnsTimeout), "");
  EXPECT_EQ(suggestion("gmx.at", Reason::kDnsServfail), "");
  EXPECT_EQ(suggestion("gmail.com", Reason::kDnsTimeout), "");
}

TEST(Enricher, ProviderComesFromTheUsableExchange) {
  DomainReport report = report_of("example.com", Reason::kMx);
  report.mx_hosts = {"mx.example.com", "aspmx.l.google.com"};
  report.mx_host = "aspmx.l.google.com";
  Enricher().describe_exchanges(report);
  EXPECT_EQ(report.provider, "google");
}

TEST(Enricher, LongListNeedsSeveralProviders) {
  const Enricher enricher;
  DomainReport one = report_of("example.com", Reason::kMx);
  for (int host = 1; host <= 6; ++host) {
    one.mx_hosts.push_back("mx" + std::to_string(host) + ".example.co.uk");
  }
  enricher.describe_exchanges(one);
  EXPECT_FALSE(one.lints.has(Lint::kMxLongList));
  DomainReport mixed = one;
  mixed.mx_hosts.back() = "mx.other.co.uk";
  enricher.describe_exchanges(mixed);
  EXPECT_TRUE(mixed.lints.has(Lint::kMxLongList));
  DomainReport few = mixed;
  few.lints = {};
  few.mx_hosts.erase(few.mx_hosts.begin());
  enricher.describe_exchanges(few);
  EXPECT_FALSE(few.lints.has(Lint::kMxLongList));
}

TEST(EditDistance, OneTypo) {
  for (const char* near : {"gmaill.com", "gmai.com", "gmxil.com", "gamil.com", "xgmail.com",
                           "gmail.co", "gmail.cmo", "mail.com"}) {
    EXPECT_TRUE(is_one_typo_apart(near, "gmail.com")) << near;
    EXPECT_TRUE(is_one_typo_apart("gmail.com", near)) << near;
  }
  for (const char* far : {"gmail.com", "gmxxl.com", "maigl.com", "", "gmail", "gmlia.com"}) {
    EXPECT_FALSE(is_one_typo_apart(far, "gmail.com")) << far;
  }
  EXPECT_TRUE(is_one_typo_apart("", "a"));
  EXPECT_FALSE(is_one_typo_apart("", ""));
}

// The lists are data that people will edit: hold them to what the code expects.
TEST(WordLists, AreWellFormed) {
  const auto is_canonical = [](std::string_view word) {
    return !word.empty() && word.find_first_of(" \tABCDEFGHIJKLMNOPQRSTUVWXYZ") == word.npos;
  };
  const FreeDomains free_domains = load_free_domains();
  EXPECT_GE(free_domains.biggest.size(), 40U);
  for (const auto& domain : free_domains.all) EXPECT_TRUE(is_canonical(domain)) << domain;
  for (const auto& role : load_role_names()) {
    EXPECT_TRUE(is_canonical(role) && role.size() <= 32) << role;
  }
  for (const auto& domain : load_disposable_domains()) {
    EXPECT_TRUE(is_canonical(domain)) << domain;
    EXPECT_FALSE(free_domains.all.contains(domain)) << domain;
  }
  for (const auto& [suffix, slug] : load_providers()) {
    EXPECT_TRUE(is_canonical(suffix) && is_canonical(slug)) << suffix;
  }
  for (const auto& [typo, meant] : load_typo_traps()) {
    EXPECT_TRUE(free_domains.all.contains(meant)) << typo;
    EXPECT_FALSE(free_domains.all.contains(typo)) << typo;
  }
}

}  // namespace
}  // namespace mxbulk::enrich
