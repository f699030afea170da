#include "app/driver.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/clock.h"
#include "lab/mail_hosts.h"
#include "net/smtp_prober.h"

namespace mxbulk::app {
namespace {

std::unique_ptr<probing::DrivenProber> prober_for(std::vector<std::string> resolvers,
                                                  net::Loop& loop) {
  Options options;
  options.dns.resolvers = std::move(resolvers);
  options.probe.depth = ProbeDepth::kBanner;
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

}  // namespace
}  // namespace mxbulk::app
