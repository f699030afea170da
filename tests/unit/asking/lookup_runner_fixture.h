// A LookupRunner over a scripted transport, and a sink that keeps what is reported.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "asking/lookup_runner.h"
#include "support/scripted_transport.h"

namespace mxbulk::asking {

inline constexpr uint8_t kFormerr = 1;
inline constexpr uint8_t kServfail = 2;
inline constexpr uint8_t kNxdomain = 3;
inline constexpr int64_t kSecondUs = 1'000'000;

class RecordingClient final : public LookupClient, public LookupObserver {
 public:
  struct Report {
    uint64_t token;
    LookupStatus status;
    uint8_t upstream;
    uint8_t rcode;
    int64_t asked_us;
    uint32_t ttl_s;
    bool via_cname;
    std::vector<std::string> exchanges;
    size_t addresses;
    bool resolvers_disagree;
  };

  void on_lookup(const LookupReport& report) override {
    Report kept{report.token,
                report.outcome.status,
                report.upstream,
                report.outcome.rcode,
                report.asked_us,
                report.outcome.ttl_s,
                report.outcome.via_cname,
                {},
                report.outcome.addresses.size(),
                report.outcome.resolvers_disagree};
    for (const MxRecord& mx : report.outcome.mx) kept.exchanges.push_back(to_text(mx.exchange));
    reports.push_back(std::move(kept));
  }
  void on_round_failed() override { ++rounds_failed; }
  void on_good_answer() override { ++good_answers; }

  std::vector<Report> reports;
  int rounds_failed = 0;
  int good_answers = 0;
};

class LookupRunnerTest : public testing::Test {
 protected:
  LookupRunnerTest() {
    world_.add("d.test").mx = {.fate = test::Fate::kData, .ttl_s = 300, .mx = {{10, "mx.d.test"}}};
    set_up({});
  }

  struct Setup {
    size_t upstreams = 1;
    uint32_t concurrency = 0;
    uint32_t qps = 0;
  };
  void set_up(const Setup& setup) {
    LookupSettings settings;
    for (size_t i = 0; i < setup.upstreams; ++i) {
      settings.upstream_names.push_back(std::to_string(i));
    }
    settings.concurrency = setup.concurrency;
    settings.qps = setup.qps;
    runner_.emplace(settings, transport_, hosts_, &client_, nullptr);
    turn(1);
  }

  void turn(int64_t now_us, bool nothing_else = false) {
    now_us_ = now_us;
    runner_->turn(now_us, nothing_else);
  }
  void start(const DomainName& name, uint64_t token = 7, int64_t budget_us = 20 * kSecondUs) {
    runner_->start(
        {.client = &client_, .token = token, .name = name.view(), .budget_us = budget_us});
  }
  // Fires timers one after the other until `count` queries were sent or nothing is due by `end_us`.
  void run_until(size_t count, int64_t end_us) {
    while (transport_.count() < count && runner_->next_wake_us() <= end_us) {
      turn(std::max(now_us_, runner_->next_wake_us()));
    }
  }
  // Both of two resolvers have answered in this run, in turn.
  void answer_at_both() {
    const size_t first = transport_.count();
    start(name_, 1);
    start(name_, 2);
    ASSERT_NE(transport_.query(first).upstream, transport_.query(first + 1).upstream);
    transport_.answer(*runner_, first, world_);
    transport_.answer(*runner_, first + 1, world_);
  }
  // The test shows that it is dead, unless its question is answered.
  void start_liveness_test(int upstream) {
    runner_->start({.client = &test_client_,
                    .name = name_.view(),
                    .budget_us = kSecondUs,
                    .one_round = true,
                    .only_upstream = upstream,
                    .is_urgent = true,
                    .is_test = true,
                    .is_liveness_test = true});
  }
  // The transport's part of a timeout.
  void time_out_all(size_t from = 0) {
    for (size_t i = from; i < transport_.count(); ++i) {
      transport_.fail(*runner_, i, ReplyKind::kTimeout);
    }
  }

  const DomainName name_ = *DomainName::from_text("d.test");
  const DomainName other_ = *DomainName::from_text("other.test");
  test::World world_;
  ScriptedTransport transport_;
  table::HostTable hosts_;
  RecordingClient client_;
  RecordingClient test_client_;
  std::optional<LookupRunner> runner_;
  int64_t now_us_ = 0;
};

}  // namespace mxbulk::asking
