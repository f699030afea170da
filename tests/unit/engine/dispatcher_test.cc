#include "engine/dispatcher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/scripted_transport.h"

namespace mxbulk::engine {
namespace {

constexpr uint8_t kServfail = 2;
constexpr uint8_t kNxdomain = 3;
const test::SimulatedAddress kPublic{"\x08\x08\x08\x08", true};

class RecordingObserver final : public DecisionObserver {
 public:
  void on_decided(DomainId domain, const DomainRecord& record) override {
    EXPECT_NE(record.reason, Reason::kEmpty);
    decided.push_back(domain);
  }
  std::vector<DomainId> decided;
};

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() { set_up({}); }

  void set_up(DispatcherSettings settings) {
    if (settings.lookup.upstream_names.empty()) settings.lookup.upstream_names = {"0"};
    settings.observer = &observer_;
    dispatcher_ = std::make_unique<Dispatcher>(settings, domains_, hosts_, transport_, nullptr);
  }
  void intern(const std::string& text) {
    const DomainName name = *DomainName::from_text(text);
    const table::DomainTable::Request request{name.view(), {}};
    DomainId id;
    EXPECT_TRUE(domains_.intern({&request, 1}, {&id, 1}));
  }
  void add_mx(const std::string& domain, std::vector<test::SimulatedMx> list) {
    test::RecordSet& set = world_.add(domain).mx;
    set.fate = test::Fate::kData;
    set.mx = std::move(list);
  }
  void add_a(const std::string& name) {
    test::RecordSet& set = world_.add(name).a;
    set.fate = test::Fate::kData;
    set.addresses = {kPublic};
  }
  void turn(Intake intake = {}) { dispatcher_->turn(++now_us_, intake); }
  // Answers everything from the world, one question after the other.
  void settle() {
    turn();
    for (; answered_ < transport_.count(); turn()) {
      transport_.answer(dispatcher_->sink(now_us_), answered_++, world_);
    }
  }
  [[nodiscard]] size_t asked_for(const std::string& name, RecordType type) const {
    size_t count = 0;
    for (size_t i = 0; i < transport_.count(); ++i) {
      if (transport_.name(i) == name && transport_.query(i).type == type) ++count;
    }
    return count;
  }
  [[nodiscard]] const DomainRecord& record(uint32_t id) const {
    return domains_.record(DomainId(id));
  }

  RecordingObserver observer_;
  test::World world_;
  table::DomainTable domains_;
  table::HostTable hosts_;
  asking::ScriptedTransport transport_;
  std::unique_ptr<Dispatcher> dispatcher_;
  int64_t now_us_ = 0;
  size_t answered_ = 0;
};

// Exim asks for the A-labels too; the raw name was mx_malformed.
TEST_F(DispatcherTest, AnExchangeInRawUtf8IsLookedUpByItsALabels) {
  intern("utf8.test");
  add_mx("utf8.test", {{10, "mx.\u03c0.test"}, {20, "MX.\u03a0.test"}});
  add_a("mx.xn--1xa.test");
  settle();
  EXPECT_EQ(record(0).reason, Reason::kMx);
  EXPECT_EQ(record(0).mx_count, 1U) << "both are one name";
  EXPECT_EQ(to_text(hosts_.name(record(0).best)), "mx.xn--1xa.test");
  EXPECT_TRUE(record(0).lints.empty());
}

TEST_F(DispatcherTest, AnExchangeThatIsNoDomainInAnyScriptIsMalformed) {
  const std::vector<std::string> names = {
      "mx.\xCF.test",      // not UTF-8
      "mx.\u0301a.test",   // begins with a combining mark
      "mx.\u03c0 b.test",  // a blank
      "mx.\u03c0,b.test",
  };
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string domain = "d" + std::to_string(i) + ".test";
    intern(domain);
    add_mx(domain, {{10, names[i]}});
  }
  settle();
  for (uint32_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(record(i).reason, Reason::kMxMalformed) << names[i];
  }
}

TEST_F(DispatcherTest, AnExchangeWithAHyphenAtAnEndHasALint) {
  intern("hyphen.test");
  add_mx("hyphen.test", {{10, "-mail.test"}, {20, "mail-.test"}});
  add_a("-mail.test");
  add_a("mail-.test");
  settle();
  EXPECT_EQ(record(0).reason, Reason::kMx);
  EXPECT_TRUE(record(0).lints.has(Lint::kMxHyphen));
}

TEST_F(DispatcherTest, BringsADomainToItsRecord) {
  add_mx("d.test", {{20, "b.test"}, {10, "mx.test"}});
  add_a("mx.test");
  intern("d.test");
  EXPECT_FALSE(dispatcher_->idle());
  settle();
  ASSERT_TRUE(dispatcher_->idle());
  EXPECT_EQ(record(0).reason, Reason::kMx);
  EXPECT_EQ(record(0).mx_count, 2U);
  EXPECT_EQ(to_text(hosts_.name(record(0).best)), "mx.test");
  EXPECT_EQ(hosts_.address(record(0).best)->text(), "8.8.8.8");
  EXPECT_EQ(to_text(hosts_.name(record(0).exchanges[0])), "mx.test");
}

TEST_F(DispatcherTest, ProgressCountsDomainsThatOnlyWaitForARetry) {
  Progress progress;
  intern("fails.test");
  intern("other.test");
  add_mx("other.test", {{10, "mx.test"}});
  add_a("mx.test");
  const auto waiting = [&] {
    dispatcher_->report_progress(progress);
    return progress.waiting_to_retry.load();
  };
  turn();
  for (; answered_ < transport_.count() && waiting() == 0; turn()) {
    const size_t index = answered_++;
    if (transport_.name(index) == "fails.test") {
      transport_.answer_rcode(dispatcher_->sink(now_us_), index, kServfail);
      EXPECT_EQ(waiting(), 0U) << "the other domain is in its first round";
    } else {
      transport_.answer(dispatcher_->sink(now_us_), index, world_);
    }
  }
  EXPECT_EQ(waiting(), 1U);
  intern("new.test");
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(DispatcherTest, ASpecialUseNameIsNeverAskedFor) {
  intern("printer.local");
  settle();
  ASSERT_TRUE(dispatcher_->idle());
  EXPECT_EQ(record(0).reason, Reason::kSpecialUse);
  EXPECT_EQ(record(0).checked_at_s, 0U);
  EXPECT_EQ(transport_.count(), 0U);
}

TEST_F(DispatcherTest, AHostOfManyDomainsIsAskedForOnce) {
  add_a("shared.test");
  for (int i = 0; i < 50; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".test";
    add_mx(domain, {{10, "shared.test"}});
    intern(domain);
  }
  settle();
  add_mx("later.test", {{10, "shared.test"}});  // after its addresses are known
  intern("later.test");
  settle();
  ASSERT_TRUE(dispatcher_->idle());
  EXPECT_EQ(asked_for("shared.test", RecordType::kA), 1U);
  for (uint32_t i = 0; i < domains_.size(); ++i) EXPECT_EQ(record(i).reason, Reason::kMx);
}

TEST_F(DispatcherTest, NxdomainIsConfirmedByAnAQuery) {
  intern("gone.test");
  settle();
  ASSERT_EQ(transport_.count(), 2U);
  EXPECT_EQ(transport_.query(1).type, RecordType::kA);
  EXPECT_EQ(record(0).reason, Reason::kNxdomain);
  EXPECT_EQ(record(0).rcode, kNxdomain);
}

TEST_F(DispatcherTest, MxIsAskedForAgainIfTheNameExists) {
  add_mx("d.test", {{10, "mx.test"}});
  add_a("mx.test");
  intern("d.test");
  turn();
  transport_.answer_rcode(dispatcher_->sink(now_us_), answered_++, kNxdomain);
  settle();
  EXPECT_EQ(record(0).reason, Reason::kMx);
  EXPECT_TRUE(record(0).lints.has(Lint::kNxdomainMismatch));
}

// MX twice, A twice: each time another resolver has to agree.
TEST_F(DispatcherTest, WithSeveralResolversNoSingleOneMakesADomainDead) {
  DispatcherSettings settings;
  settings.lookup.upstream_names = {"0", "1", "2"};
  set_up(settings);
  intern("gone.test");
  settle();
  ASSERT_EQ(transport_.count(), 4U);
  EXPECT_NE(transport_.query(0).upstream, transport_.query(1).upstream);
  EXPECT_NE(transport_.query(2).upstream, transport_.query(3).upstream);
  EXPECT_EQ(record(0).reason, Reason::kNxdomain);
}

TEST_F(DispatcherTest, DisagreementOfResolversLeavesALint) {
  DispatcherSettings settings;
  settings.lookup.upstream_names = {"0", "1"};
  set_up(settings);
  add_mx("d.test", {{0, "."}});
  intern("d.test");
  turn();
  transport_.answer_rcode(dispatcher_->sink(now_us_), 0, kNxdomain);
  ASSERT_EQ(transport_.count(), 2U);
  transport_.answer(dispatcher_->sink(now_us_), 1, world_);
  EXPECT_EQ(record(0).reason, Reason::kRfc7505);
  EXPECT_TRUE(record(0).lints.has(Lint::kResolverDisagree));
}

TEST_F(DispatcherTest, ServfailNeverFallsThroughToTheAddress) {
  DispatcherSettings settings;
  settings.checks.detects_outage = false;
  set_up(settings);
  add_a("d.test");
  intern("d.test");
  turn();
  for (size_t answered = 0; !dispatcher_->finished();) {
    for (; answered < transport_.count(); ++answered) {
      transport_.answer_rcode(dispatcher_->sink(now_us_), answered, kServfail);
    }
    now_us_ = std::max(now_us_, dispatcher_->next_wake_us());
    turn({.closed = true});
  }
  EXPECT_GT(transport_.count(), 1U);
  EXPECT_EQ(record(0).reason, Reason::kDnsServfail);
  EXPECT_EQ(asked_for("d.test", RecordType::kA), 0U);
}

// With a reader that waits for rows, a domain in the retry queue would never be asked for again.
TEST_F(DispatcherTest, ARetryDoesNotNeedTheReader) {
  DispatcherSettings settings;
  settings.checks.detects_outage = false;
  set_up(settings);
  add_mx("d.test", {{0, "."}});
  intern("d.test");
  turn();
  transport_.answer_rcode(dispatcher_->sink(now_us_), 0, kServfail);
  turn({.closed = false, .reader_waits = true});
  EXPECT_EQ(transport_.count(), 1U);
  while (transport_.count() < 2 && now_us_ < 10'000'000) {
    now_us_ = std::max(now_us_ + 1, dispatcher_->next_wake_us());
    turn({.closed = false, .reader_waits = true});
  }
  ASSERT_EQ(transport_.count(), 2U);
  transport_.answer(dispatcher_->sink(now_us_), 1, world_);
  EXPECT_EQ(record(0).reason, Reason::kRfc7505);
}

// Each host has a budget of its own; sixty unresponsive ones once took two minutes.
TEST_F(DispatcherTest, TheDeadlineOfADomainCoversItsExchanges) {
  DispatcherSettings settings;
  settings.checks.detects_outage = false;
  settings.lookup.concurrency = 64;  // room for all: waiting for it is not asking time
  set_up(settings);
  std::vector<test::SimulatedMx> list;
  for (uint16_t i = 0; i < 60; ++i) list.push_back({i, "mx" + std::to_string(i) + ".test"});
  add_mx("d.test", list);
  intern("d.test");
  turn();
  transport_.answer(dispatcher_->sink(now_us_), 0, world_);  // truncated: this many need TCP
  transport_.answer(dispatcher_->sink(now_us_), 1, world_);
  for (int guard = 0; !dispatcher_->idle() && guard < 10'000; ++guard) {
    now_us_ = std::max(now_us_, dispatcher_->next_wake_us() - 1);
    turn({.closed = true});
  }
  ASSERT_TRUE(dispatcher_->idle());
  EXPECT_EQ(record(0).reason, Reason::kMxAddrTempfail);
  EXPECT_EQ(record(0).mx_count, 60U);
  EXPECT_LT(now_us_, 2 * settings.dns_deadline_us);
  EXPECT_GT(asked_for("mx16.test", RecordType::kA), 0U);
  EXPECT_EQ(asked_for("mx59.test", RecordType::kA), 0U);
}

TEST_F(DispatcherTest, GivesUpOnAResolverThatNeverAnswers) {
  for (int i = 0; i < 5; ++i) intern("d" + std::to_string(i) + ".test");
  turn();
  for (int guard = 0; dispatcher_->failure().ok() && guard < 1'000; ++guard) {
    now_us_ = dispatcher_->next_wake_us();
    turn();
  }
  EXPECT_EQ(dispatcher_->failure().code(), StatusCode::kResolver);
  EXPECT_LE(now_us_, 10'000'000);
  EXPECT_FALSE(dispatcher_->idle());
  const size_t asked = transport_.count();
  intern("another.test");
  turn();
  EXPECT_EQ(transport_.count(), asked);
}

TEST_F(DispatcherTest, WithoutAResolverEachDomainMayStillGetItsRecord) {
  DispatcherSettings settings;
  settings.finish_when_down = true;
  set_up(settings);
  for (int i = 0; i < 300; ++i) intern("d" + std::to_string(i) + ".test");
  intern("printer.local");
  turn();
  for (int guard = 0; !dispatcher_->idle() && guard < 1'000; ++guard) {
    now_us_ = dispatcher_->next_wake_us();
    turn();
  }
  ASSERT_TRUE(dispatcher_->idle());
  EXPECT_TRUE(dispatcher_->failure().ok());
  EXPECT_LE(now_us_, 10'000'000);
  const size_t asked = transport_.count();
  intern("another.test");
  turn();
  transport_.answer(dispatcher_->sink(now_us_), 0, world_);  // too late
  turn();
  EXPECT_TRUE(dispatcher_->idle());
  EXPECT_EQ(transport_.count(), asked);
  for (uint32_t i : {0U, 299U, 301U}) EXPECT_EQ(record(i).reason, Reason::kDnsTimeout);
  EXPECT_EQ(record(300).reason, Reason::kSpecialUse);
  EXPECT_EQ(observer_.decided.size(), 302U);
}

// Lookups stop at the first usable host of sixteen; what the other names say needs no lookup.
TEST_F(DispatcherTest, NamesAfterTheLastLookupStillGetLints) {
  std::vector<test::SimulatedMx> list;
  for (int i = 0; i < 16; ++i) list.push_back({10, "mx" + std::to_string(i) + ".test"});
  list.push_back({20, "."});
  list.push_back({20, "192.0.2.1"});
  add_mx("d.test", list);
  for (int i = 0; i < 16; ++i) add_a("mx" + std::to_string(i) + ".test");
  intern("d.test");
  settle();
  EXPECT_EQ(record(0).reason, Reason::kMx);
  EXPECT_TRUE(record(0).lints.has(Lint::kNullMxMixed));
  EXPECT_TRUE(record(0).lints.has(Lint::kMxIpLiteral));
}

TEST_F(DispatcherTest, ReportsEachDecidedDomainOnce) {
  intern("a.local");
  intern("b.local");
  turn();
  EXPECT_EQ(observer_.decided, (std::vector<DomainId>{DomainId(0), DomainId(1)}));
  turn();
  EXPECT_EQ(observer_.decided.size(), 2U);
}

}  // namespace
}  // namespace mxbulk::engine
