#include "app/driver.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "lab/mail_hosts.h"
#include "net/smtp_prober.h"

namespace mxbulk::app {
namespace {

Options lab_options() {
  Options options;
  options.dns.resolvers = {"lab"};
  options.probe.depth = ProbeDepth::kBanner;
  return options;
}

std::unique_ptr<Driver> make_driver() {
  auto driver = Driver::create();
  EXPECT_TRUE(driver.ok()) << driver.status().message();
  return std::move(driver.value());
}

// Ends after some iterations.
class Countdown final : public LoopTask {
 public:
  explicit Countdown(int iterations) : left_(iterations) {}
  bool iterate(int64_t now_us) override {
    times_us_.push_back(now_us);
    return --left_ > 0;
  }
  // At once: nothing else wakes the loop.
  [[nodiscard]] int64_t next_wake_us() const override { return 0; }
  [[nodiscard]] const std::vector<int64_t>& times_us() const { return times_us_; }

 private:
  int left_;
  std::vector<int64_t> times_us_;
};

TEST(Driver, IteratesUntilTheTaskIsDone) {
  const auto driver = make_driver();
  Countdown task(3);
  driver->run(task);
  ASSERT_EQ(task.times_us().size(), 3U);
  EXPECT_GT(task.times_us().front(), 0) << "0 is never a time of a task";
  EXPECT_LE(task.times_us()[0], task.times_us()[2]);
}

TEST(Driver, StopEndsATaskThatIsNotDone) {
  const auto driver = make_driver();
  Countdown task(1'000'000);
  driver->stop();
  driver->run(task);
  EXPECT_EQ(task.times_us().size(), 1U);
}

// Asks and dials in its first iteration, and notes the order of calls.
class OneOfEach final : public LoopTask, private asking::DnsReplySink, private probing::ProbeSink {
 public:
  OneOfEach(asking::DnsTransport& transport, probing::Prober& prober)
      : transport_(transport), prober_(prober) {}

  [[nodiscard]] const std::string& calls() const { return calls_; }
  [[nodiscard]] size_t replies() const { return replies_; }
  [[nodiscard]] size_t reports() const { return reports_; }

 private:
  asking::DnsReplySink* reply_sink(int64_t /*now_us*/) override {
    calls_ += 'r';
    return this;
  }
  probing::ProbeSink* probe_sink(int64_t /*now_us*/) override {
    calls_ += 'p';
    return this;
  }
  bool iterate(int64_t /*now_us*/) override {
    calls_ += 'i';
    if (calls_.size() == 3) {
      transport_.ask({.name = root_.view(), .type = RecordType::kSoa, .timeout_us = 30'000'000});
      prober_.dial({.address = *IpAddress::from_text("192.0.2.1"), .host = "a.example"});
    }
    return replies_ == 0 || reports_ == 0;
  }

  void on_reply(const asking::DnsReply& reply) override {
    EXPECT_EQ(reply.kind, asking::ReplyKind::kBytes);
    ++replies_;
  }
  void on_probe(const ProbeReport& /*report*/) override { ++reports_; }

  asking::DnsTransport& transport_;
  probing::Prober& prober_;
  DomainName root_;
  std::string calls_;
  size_t replies_ = 0;
  size_t reports_ = 0;
};

TEST(Driver, DeliversToTheTaskBeforeItIterates) {
  const Options options = lab_options();
  const auto plan = probe_plan(options);
  const auto resolvers = open_resolvers(options.dns.resolvers);
  ASSERT_TRUE(plan.ok() && resolvers.ok());
  const auto driver = make_driver();
  asking::DnsTransport& transport = driver->open_transport(resolvers.value().endpoints, 30'000'000);
  const auto prober = driver->open_prober(options, plan.value());
  ASSERT_TRUE(prober.ok()) << prober.status().message();
  OneOfEach task(transport, *prober.value());
  driver->run(task);
  EXPECT_EQ(task.replies(), 1U);
  EXPECT_EQ(task.reports(), 1U);
  for (size_t i = 0; i < task.calls().size(); ++i) EXPECT_EQ(task.calls()[i], "rpi"[i % 3]);
}

std::unique_ptr<probing::DrivenProber> prober_for(std::vector<std::string> resolvers,
                                                  net::Loop& loop) {
  Options options = lab_options();
  options.dns.resolvers = std::move(resolvers);
  const Result<ProbePlan> plan = probe_plan(options);
  EXPECT_TRUE(plan.ok()) << plan.status().message();
  auto prober = make_prober(options, plan.value(), loop);
  EXPECT_TRUE(prober.ok()) << prober.status().message();
  return std::move(prober.value());
}

TEST(Driver, WithLabAmongTheResolversNoSocketIsOpenedForProbes) {
  const SteadyClock clock;
  auto loop = net::Loop::create(clock);
  ASSERT_TRUE(loop.ok());
  for (const std::vector<std::string>& resolvers :
       {std::vector<std::string>{"lab"}, {"lab", "127.0.0.1"}, {"127.0.0.1", "lab"}}) {
    const auto prober = prober_for(resolvers, *loop.value());
    EXPECT_NE(dynamic_cast<lab::MailHosts*>(prober.get()), nullptr);
    EXPECT_EQ(dynamic_cast<net::SmtpProber*>(prober.get()), nullptr);
  }
  const auto real = prober_for({"127.0.0.1"}, *loop.value());
  EXPECT_NE(dynamic_cast<net::SmtpProber*>(real.get()), nullptr);
}

// The three copies of this could differ.
TEST(LookupSettings, AreThoseOfTheOptions) {
  DnsOptions options;
  options.concurrency = 7;
  options.tries = 2;
  options.timeout_ms = 300;
  const auto local = resolver_list({"127.0.0.1", "[::1]:54"});
  const auto both = resolver_list({"127.0.0.1", "192.0.2.1"});
  ASSERT_TRUE(local.ok() && both.ok());
  const asking::LookupSettings settings = lookup_settings(options, local.value());
  EXPECT_EQ(settings.upstream_names, (std::vector<std::string>{"127.0.0.1:53", "[::1]:54"}));
  EXPECT_EQ(settings.concurrency, 7U);
  EXPECT_EQ(settings.policy.tries, 2U);
  EXPECT_EQ(settings.policy.timeout_us, 300'000);
  EXPECT_EQ(settings.qps, 0U) << "no limit on loopback";
  EXPECT_EQ(lookup_settings(options, both.value()).qps, 1'000U);
  options.qps = 0;
  EXPECT_EQ(lookup_settings(options, both.value()).qps, 0U);
  options.qps = 50;
  EXPECT_EQ(lookup_settings(options, local.value()).qps, 50U);
}

}  // namespace
}  // namespace mxbulk::app
