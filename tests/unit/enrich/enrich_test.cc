#include "enrich/enrich.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "enrich/suggestion.h"
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
  Enricher().describe(report);
  return report.suggestion;
}

TEST(PublicSuffix, IsWhereOthersMayRegister) {
  const std::pair<const char*, const char*> cases[] = {
      {"example.com", "com"},
      {"a.b.example.co.uk", "co.uk"},
      {"example.co.uk", "co.uk"},
      {"co.uk", "uk"},
      {"ann.github.io", "io"},  // not of the list's ICANN part
      {"example.nosuchtop", "nosuchtop"}};
  for (const auto& [name, suffix] : cases) {
    const DomainName wire = *DomainName::from_text(name);
    EXPECT_EQ(to_text(public_suffix(wire.view())), suffix) << name;
  }
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

// Length, first and last octet exclude most other local parts before the lookup.
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
  enricher.describe(gmail);
  EXPECT_TRUE(gmail.is_free);
  EXPECT_FALSE(gmail.is_disposable);
  DomainReport throwaway = report_of("x.mailinator.com", Reason::kMx);
  enricher.describe(throwaway);
  EXPECT_TRUE(throwaway.is_disposable);
  EXPECT_FALSE(throwaway.is_free);
  DomainReport plain = report_of("example.com", Reason::kMx);
  enricher.describe(plain);
  EXPECT_FALSE(plain.is_free || plain.is_disposable);
}

TEST(Enricher, SuggestsForTrapsAlwaysAndForTyposOnlyIfNothingIsSent) {
  EXPECT_EQ(suggestion("gmial.com", Reason::kMx), "gmail.com");
  EXPECT_EQ(suggestion("gmial.com", Reason::kNxdomain), "gmail.com");
  EXPECT_EQ(suggestion("gmaip.com", Reason::kNxdomain), "gmail.com");
  EXPECT_EQ(suggestion("gmaip.com", Reason::kMx), "");
  EXPECT_EQ(suggestion("hotmaiil.com", Reason::kNoAddress), "hotmail.com");
  EXPECT_EQ(suggestion("example.com", Reason::kNxdomain), "");
}

TEST(Enricher, KnownDomainsAreNoTypos) {
  EXPECT_EQ(suggestion("ymail.com", Reason::kNxdomain), "");  // free, one letter from gmail.com
  EXPECT_EQ(suggestion("mail.com", Reason::kNxdomain), "");
  EXPECT_EQ(suggestion("gmx.at", Reason::kMxUnresolvable), "");
  EXPECT_EQ(suggestion("gmail.com", Reason::kNoAddress), "");
  EXPECT_EQ(suggestion("yahoo.fr", Reason::kNxdomain), "");
}

// A temporary failure would turn `retry` into `review`, with a suggestion for a good domain.
TEST(Enricher, SuggestsNothingIfDnsFailedTemporarily) {
  for (const char* domain : {"gmaip.com", "gmx.ne", "gmial.com", "gmail.co.uk"}) {
    for (const Reason reason : {Reason::kDnsServfail, Reason::kDnsRefused, Reason::kDnsTimeout,
                                Reason::kDnsMalformed, Reason::kDnsFiltered, Reason::kDnsWildcard,
                                Reason::kMxAddrTempfail, Reason::kNotAttempted}) {
      EXPECT_EQ(suggestion(domain, reason), "") << domain << " " << name_of(reason);
    }
  }
}

struct Typo {
  const char* typed;
  const char* meant;
};

// `gmx.ne` was taken for `gmx.de`, the first in the list that is one letter away.
TEST(Enricher, RanksByTheKindOfSlipThenByTheCommonBeginning) {
  const Typo typos[] = {{"gmx.ne", "gmx.net"},
                        {"gmx.nt", "gmx.net"},
                        {"gmx.bet", "gmx.net"},
                        {"gmx.dee", "gmx.de"},
                        {"web.d", "web.de"},
                        {"web.ed", "web.de"},
                        {"orange.f", "orange.fr"},
                        {"yahoo.f", "yahoo.fr"},
                        {"yahoo.fe", "yahoo.fr"},
                        {"yahoo.e", "yahoo.es"},
                        {"hotmail.ed", "hotmail.de"},
                        {"hotmail.i", "hotmail.it"},
                        {"yahoo.co", "yahoo.com"},
                        {"hotmail.co", "hotmail.com"},
                        {"outlook.co", "outlook.com"},
                        {"live.co", "live.com"},
                        {"msn.con", "msn.com"},
                        {"ymail.con", "ymail.com"},
                        {"gmail.c0m", "gmail.com"},
                        {"gmx.con", "gmx.com"},
                        {"t-online.d", "t-online.de"},
                        {"gmail.co.uk", "gmail.com"},
                        {"hotmail.co.ku", "hotmail.co.uk"},
                        {"yahoo.co.u", "yahoo.co.uk"},
                        {"gmail.fr", "gmail.com"},
                        {"outlook.co.uk", "outlook.com"},
                        {"gmaul.con", "gmail.com"},
                        {"comcast.nte", "comcast.net"}};
  for (const Typo& typo : typos) {
    EXPECT_EQ(suggestion(typo.typed, Reason::kNxdomain), typo.meant) << typo.typed;
  }
  for (const char* other : {"acme.con", "acme.co.uk", "me.example", "orangerie.fr", "web.example",
                            "gmailer.example", "free.example"}) {
    EXPECT_EQ(suggestion(other, Reason::kNxdomain), "") << other;
  }
}

std::string meant_by(const Enricher& enricher, std::string_view cell, Reason reason) {
  return std::string(enricher.suggestion(enricher.suggest_for_address(cell, reason)));
}

TEST(Enricher, SuggestsForCellsThatAreNoAddress) {
  const Enricher enricher;
  const std::pair<Typo, Reason> cells[] = {
      {{"bob@gmail", "gmail.com"}, Reason::kDotless},
      {{"bob@GMAIL", "gmail.com"}, Reason::kDotless},
      {{"bob@gmailcom", "gmail.com"}, Reason::kDotless},
      {{"bob@gmail-com", "gmail.com"}, Reason::kDotless},
      {{"bob@gmailcm", "gmail.com"}, Reason::kDotless},
      {{"bob@gmial", "gmail.com"}, Reason::kDotless},
      {{"bob@hotmailcouk", "hotmail.co.uk"}, Reason::kDotless},
      {{"bob@t-online", "t-online.de"}, Reason::kDotless},
      {{"bob@t-online-de", "t-online.de"}, Reason::kDotless},
      {{"bob@ymail", "ymail.com"}, Reason::kDotless},
      {{"bob@gmail,com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail;com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail:com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail..com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail .com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail[.]com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail (dot) com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@.gmail.com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@-gmail.com", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail.com.", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail.com-", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmail.com?", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmial,con", "gmail.com"}, Reason::kBadDomain},
      {{"bob@gmx,ne", "gmx.net"}, Reason::kBadDomain},
      {{"bob@posteo,de", "posteo.de"}, Reason::kBadDomain},
      {{"bob@@gmail.com", "gmail.com"}, Reason::kBadLocal},
      {{"bob@@gmail.con", "gmail.com"}, Reason::kBadLocal},
      {{"@bob@gmail.com", "gmail.com"}, Reason::kBadLocal},
      {{"bob@gmail@com", "gmail.com"}, Reason::kBadLocal},
      {{"bob@gmail.com@", "gmail.com"}, Reason::kBadLocal},
      {{"bob@gmail.com@gmail.com", "gmail.com"}, Reason::kBadLocal},
      {{"bob smith@gmail,com", "gmail.com"}, Reason::kBadLocal},
      {{"bob.gmail.com", "gmail.com"}, Reason::kNoAt},
      {{"bob.smith.web.de", "web.de"}, Reason::kNoAt},
      {{"bob#gmail.com", "gmail.com"}, Reason::kNoAt},
      {{"bob2gmail.com", "gmail.com"}, Reason::kNoAt},
      {{"bobgmail.com", "gmail.com"}, Reason::kNoAt},
      {{"bob at gmail dot com", "gmail.com"}, Reason::kNoAt},
      {{"bob(at)hotmail.com", "hotmail.com"}, Reason::kNoAt},
      {{"bob.gmail.con", "gmail.com"}, Reason::kNoAt},
      {{"bob.gmial.com", "gmail.com"}, Reason::kNoAt}};
  for (const auto& [typo, reason] : cells) {
    EXPECT_EQ(meant_by(enricher, typo.typed, reason), typo.meant) << typo.typed;
  }
}

TEST(Enricher, SuggestsNothingForCellsWithoutALocalPartOrThatAreAmbiguous) {
  const Enricher enricher;
  const std::pair<const char*, Reason> cells[] = {
      {"bob", Reason::kNoAt},
      {"gmail.com", Reason::kNoAt},  // no local part
      {"www.gmail.com", Reason::kNoAt},
      {"https://bob.free.fr/", Reason::kNoAt},
      {"johnwelcome.com", Reason::kNoAt},  // ends with "me.com"
      {"bob.example.com", Reason::kNoAt},
      {"@gmail.com", Reason::kBadLocal},
      {"@@gmail.com", Reason::kBadLocal},
      {"bob@@example.com", Reason::kBadLocal},
      {"bob smith@gmail.com", Reason::kBadLocal},  // the domain is as it should be
      {"bob smith@Gmail.com", Reason::kBadLocal},
      {"a..b@gmail.com", Reason::kBadLocalDots},
      {"bob@gmail.com@yahoo.com", Reason::kBadLocal},  // which of both?
      {"\"bob@gmail\"@@gmail.com", Reason::kBadLocal},
      {"bob@server", Reason::kDotless},
      {"bob@com", Reason::kDotless},
      {"bob@", Reason::kBadDomain},
      {"bob@...", Reason::kBadDomain},
      {"bob@acme,com", Reason::kBadDomain},
      {"bob@192.0.2.1", Reason::kBadDomain},
      {"bob@[192.0.2.1]", Reason::kAddressLiteral},
      {"a@gmail.com; b@gmail.com", Reason::kSeveral},
      {"bob@gmail", Reason::kTooLong},
      {"bob@gmail\x01", Reason::kBadEncoding},
      {"", Reason::kEmpty}};
  for (const auto& [cell, reason] : cells) EXPECT_EQ(meant_by(enricher, cell, reason), "") << cell;
  EXPECT_EQ(meant_by(enricher, std::string(100'000, '@'), Reason::kBadLocal), "");
}

TEST(Enricher, SuggestsForLinesThatAreNoDomain) {
  const Enricher enricher;
  const auto meant = [&](std::string_view text, Reason reason) {
    return enricher.suggestion(enricher.suggest_for_domain(text, reason));
  };
  EXPECT_EQ(meant("gmail,com", Reason::kBadDomain), "gmail.com");
  EXPECT_EQ(meant("gmail", Reason::kDotless), "gmail.com");
  EXPECT_EQ(meant("acme,com", Reason::kBadDomain), "");
  EXPECT_EQ(meant("", Reason::kEmpty), "");
}

TEST(Enricher, RelaysAreNotDisposable) {
  const Enricher enricher;
  for (const char* domain :
       {"duck.com", "mozmail.com", "bob.mozmail.com", "simplelogin.com", "privaterelay.appleid.com",
        "33mail.com", "bob.33mail.com", "sneakemail.com", "spamgourmet.com", "anonaddy.me"}) {
    DomainReport report = report_of(domain, Reason::kMx);
    enricher.describe(report);
    EXPECT_TRUE(report.is_relay) << domain;
    EXPECT_FALSE(report.is_disposable) << domain;
  }
}

bool is_disposable(const Enricher& enricher, const std::string& domain,
                   const std::string& exchange = "") {
  DomainReport report = report_of(domain, Reason::kMx);
  report.mx_host = exchange;
  enricher.describe(report);
  return report.is_disposable;
}

// A list of disposable domains that is fetched may name a mailbox provider by mistake: two do.
TEST(Enricher, OurOwnListsWinOverADisposableList) {
  const Enricher enricher;
  for (const auto& domain : load_free_domains().all) {
    EXPECT_FALSE(is_disposable(enricher, std::string(domain))) << domain;
  }
  for (const auto& [domain, slug] : load_providers()) {
    EXPECT_FALSE(is_disposable(enricher, std::string(domain))) << domain;
  }
  for (const auto& domain : load_relay_domains()) {
    EXPECT_FALSE(is_disposable(enricher, std::string(domain))) << domain;
  }
  for (const auto& [domain, meant] : load_typo_traps()) {
    EXPECT_FALSE(is_disposable(enricher, std::string(domain))) << domain;
  }
  for (const char* domain : {"gmail.com", "yandex.ru", "yandex.com", "mail.ru", "protonmail.com",
                             "sify.com", "21cn.com", "mail.gmail.com"}) {
    EXPECT_FALSE(is_disposable(enricher, domain)) << domain;
  }
}

TEST(Enricher, ADomainIsDisposableByItsExchange) {
  const Enricher enricher;
  EXPECT_TRUE(is_disposable(enricher, "new.example", "mail.mailinator.com"));
  EXPECT_TRUE(is_disposable(enricher, "new.example", "SMTP.YOPMAIL.com"));
  for (const char* shared :
       {"aspmx.l.google.com", "mx.zoho.com", "mxa.mailgun.org", "route1.mx.cloudflare.net",
        "mx1.improvmx.com", "mail.example.org", "notmailinator.com", ""}) {
    EXPECT_FALSE(is_disposable(enricher, "new.example", shared)) << shared;
  }
  EXPECT_FALSE(is_disposable(enricher, "gmail.com", "mail.mailinator.com")) << "our list knows it";
  DomainReport dead = report_of("new.example", Reason::kMxUnresolvable);
  dead.mx_hosts = {"mail.mailinator.com"};
  enricher.describe(dead);
  EXPECT_TRUE(dead.is_disposable) << "the first exchange, if none is usable";
}

// --- the user's own lists ------------------------------------------------------------------------

UserLists user_lists() {
  UserLists lists;
  lists.disposable = {"acme-temp.example", "gmx.com", "duck.com"};
  lists.free = {"freebie.example", "mailinator.com", "gmial.com"};
  lists.free_suggested = {"freebie.example"};
  lists.relay = {"yopmail.com", "hidden.example"};
  lists.roles = {"kasse", std::string(64, 'x')};
  lists.typos = {{"acmee.example", "acme.example"}, {"gmaul.com", "acme.example"}};
  return lists;
}

TEST(UserLists, AreAddedAndWin) {
  Enricher enricher;
  enricher.add(user_lists());
  const auto flags = [&](const char* domain) {
    DomainReport report = report_of(domain, Reason::kMx);
    enricher.describe(report);
    std::string text;
    if (report.is_disposable) text += "disposable ";
    if (report.is_free) text += "free ";
    if (report.is_relay) text += "relay ";
    return text;
  };
  EXPECT_EQ(flags("acme-temp.example"), "disposable ");
  EXPECT_EQ(flags("x.acme-temp.example"), "disposable ");
  EXPECT_EQ(flags("gmx.com"), "disposable ") << "free in our list";
  EXPECT_EQ(flags("duck.com"), "disposable ") << "a relay in our list";
  EXPECT_EQ(flags("freebie.example"), "free ");
  EXPECT_EQ(flags("mailinator.com"), "free ");
  EXPECT_EQ(flags("x.mailinator.com"), "");
  EXPECT_EQ(flags("yopmail.com"), "relay ");
  EXPECT_EQ(flags("hidden.example"), "relay ");
  EXPECT_EQ(flags("gmail.com"), "free ") << "ours stay";
  EXPECT_EQ(flags("guerrillamail.com"), "disposable ");
  EXPECT_TRUE(enricher.is_role("Kasse"));
  EXPECT_TRUE(enricher.is_role(std::string(64, 'X') + "+tag"));
  EXPECT_TRUE(enricher.is_role("info"));
}

TEST(UserLists, TyposAndFreeDomainsAreSuggested) {
  Enricher enricher;
  enricher.add(user_lists());
  const auto suggested = [&](const char* domain, Reason reason) {
    DomainReport report = report_of(domain, reason);
    enricher.describe(report);
    return report.suggestion;
  };
  EXPECT_EQ(suggested("acmee.example", Reason::kMx), "acme.example");
  EXPECT_EQ(suggested("gmaul.com", Reason::kMx), "acme.example") << "the user's word, not ours";
  EXPECT_EQ(suggested("gmial.com", Reason::kMx), "") << "the user knows this domain";
  EXPECT_EQ(suggested("freebee.example", Reason::kNxdomain), "freebie.example");
  EXPECT_EQ(meant_by(enricher, "bob@acmee,example", Reason::kBadDomain), "acme.example");
  EXPECT_EQ(meant_by(enricher, "bob@freebie", Reason::kDotless), "freebie.example");
}

TEST(UserLists, OfContraryWordsFreeAndRelayWin) {
  UserLists lists;
  lists.disposable = {"a.example", "b.example"};
  lists.free = {"a.example"};
  lists.relay = {"b.example"};
  Enricher enricher;
  enricher.add(std::move(lists));
  EXPECT_FALSE(is_disposable(enricher, "a.example"));
  EXPECT_FALSE(is_disposable(enricher, "b.example"));
}

// More free domains than there are numbers: those without one are not suggested for a bad cell.
TEST(UserLists, MayBeLongerThanThereAreNumbers) {
  UserLists lists;
  for (uint32_t i = 0; i < limits::kSuggestionsMax + 10; ++i) {
    lists.free.push_back("d" + std::to_string(i) + ".example");
  }
  Enricher enricher;
  enricher.add(std::move(lists));
  EXPECT_EQ(meant_by(enricher, "bob@d1,example", Reason::kBadDomain), "d1.example");
  EXPECT_EQ(meant_by(enricher, "bob@d16390,example", Reason::kBadDomain), "");
  EXPECT_EQ(meant_by(enricher, "bob@gmail,com", Reason::kBadDomain), "gmail.com");
}

TEST(Enricher, ProviderComesFromTheUsableExchange) {
  DomainReport report = report_of("example.com", Reason::kMx);
  report.mx_hosts = {"mx.example.com", "aspmx.l.google.com"};
  report.mx_host = "aspmx.l.google.com";
  Enricher().describe(report);
  EXPECT_EQ(report.provider, "google");
}

TEST(Enricher, LongListNeedsSeveralProviders) {
  const Enricher enricher;
  DomainReport one = report_of("example.com", Reason::kMx);
  for (int host = 1; host <= 6; ++host) {
    one.mx_hosts.push_back("mx" + std::to_string(host) + ".example.co.uk");
  }
  enricher.describe(one);
  EXPECT_FALSE(one.lints.has(Lint::kMxLongList));
  DomainReport mixed = one;
  mixed.mx_hosts.back() = "mx.other.co.uk";
  enricher.describe(mixed);
  EXPECT_TRUE(mixed.lints.has(Lint::kMxLongList));
  DomainReport few = mixed;
  few.lints = {};
  few.mx_hosts.erase(few.mx_hosts.begin());
  enricher.describe(few);
  EXPECT_FALSE(few.lints.has(Lint::kMxLongList));
}

TEST(EditDistance, OneSlip) {
  const std::pair<const char*, Slip> slips[] = {
      {"gamil.com", Slip::kSwapped}, {"gmail.cmo", Slip::kSwapped}, {"gmai.com", Slip::kMissing},
      {"gmail.co", Slip::kMissing},  {"mail.com", Slip::kMissing},  {"gmaill.com", Slip::kExtra},
      {"xgmail.com", Slip::kExtra},  {"gmxil.com", Slip::kOther},   {"gmail.con", Slip::kOther}};
  for (const auto& [typed, slip] : slips) {
    EXPECT_EQ(slip_between(typed, "gmail.com"), slip) << typed;
  }
  for (const char* far : {"gmail.com", "gmxxl.com", "maigl.com", "", "gmail", "gmlia.com"}) {
    EXPECT_EQ(slip_between(far, "gmail.com"), std::nullopt) << far;
    EXPECT_EQ(slip_between("gmail.com", far), std::nullopt) << far;
  }
  EXPECT_EQ(slip_between("", "a"), Slip::kMissing);
  EXPECT_EQ(slip_between("a", ""), Slip::kExtra);
  EXPECT_EQ(slip_between("", ""), std::nullopt);
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
  const auto disposable = load_disposable_domains();
  EXPECT_GE(disposable.size(), 8'500U);
  for (const auto& domain : disposable) EXPECT_TRUE(is_canonical(domain)) << domain;
  const Enricher enricher;
  for (const auto& domain : load_disposable_exchanges()) {
    EXPECT_TRUE(is_canonical(domain)) << domain;
    EXPECT_TRUE(is_disposable(enricher, std::string(domain))) << domain;
    EXPECT_EQ(enricher.provider_of(domain), "") << domain << " has mail of other domains too";
  }
  for (const auto& domain : load_relay_domains()) EXPECT_TRUE(is_canonical(domain)) << domain;
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
