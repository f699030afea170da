#include "unit/net/probe_harness.h"

#include <gtest/gtest.h>

#include "support/wait_until.h"

namespace mxbulk::test {

ProbeHarness::ProbeHarness(const net::ProbeSettings& settings)
    : loop_(std::move(net::Loop::create(clock_).value())),
      prober_(std::make_unique<net::SmtpProber>(*loop_, settings)) {}

void ProbeHarness::dial(const IpAddress& address, std::string_view host) {
  const std::string borrowed(host);
  prober_->dial({.ticket = dialled_++, .address = address, .host = borrowed});
}

void ProbeHarness::run_once() {
  for (PlayedMailServer* server : servers_) server->serve();
  uv_run(loop_->handle(), UV_RUN_NOWAIT);
  prober_->deliver(*this, now_us_);
}

bool ProbeHarness::run_until(const std::function<bool()>& condition) {
  return wait_until([&] {
    run_once();
    return condition();
  });
}

void ProbeHarness::turn_until_all_reported() {
  EXPECT_TRUE(run_until([this] { return prober_->open() == 0; }));
  EXPECT_EQ(reports_.size(), dialled_);
}

void ProbeHarness::on_probe(const ProbeReport& report) {
  reports_.push_back({report, std::string(report.greeting), std::string(report.remark)});
  if (then) then(reports_.back());
}

net::ProbeSettings settings_for(const PlayedMailServer& server, ProbeDepth depth) {
  return {.depth = depth,
          .port = server.endpoint().port,
          .timeout_us = 10'000'000,
          .helo = "me.example",
          .source = {}};
}

}  // namespace mxbulk::test
