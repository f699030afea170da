// Failures that pass: a resolver that fails for four seconds, or for each fifth question. It is the
// built-in server, in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>

#include "base/clock.h"
#include "lab/dns_server.h"
#include "support/bulk_world.h"
#include "support/fault_profile.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::HasSubstr;

// The root is what a run asks to learn if the resolver is up, and its failure ends the run.
bool is_about_the_root(const lab::Exchange& exchange) {
  constexpr size_t kHeaderBytes = 12;
  return exchange.query[kHeaderBytes] == 0;
}

const lab::AnswerHook kServfail = play({.rcode = 2});
const lab::AnswerHook kSilence = play({.loss = 1});

class PassingFailures : public testing::Test {
 protected:
  Outcome validate(size_t domains, lab::AnswerHook hook) {
    world_ = make_bulk_world(domains);
    auto server = lab::DnsServer::start(zone_from(world_.zone_text), std::move(hook));
    if (!server.ok()) {
      ADD_FAILURE() << server.status().message();
      return {};
    }
    ProgramCall call;
    call.arguments = validate_arguments(folder_.write("list.csv", world_.list),
                                        "127.0.0.1:" + std::to_string(server.value()->port()),
                                        folder_.file("out.csv"));
    call.arguments.insert(call.arguments.end(), {"--progress", "json"});
    return run_program(call);
  }
  void expect_all_known(const Outcome& run) {
    ASSERT_EQ(run.exit_code, 0) << run.err;
    expect_all_right(world_, read_text(folder_.file("out.csv")));
  }

  BulkWorld world_;
  TempDir folder_;
};

// `failure` for each question that comes within four seconds of the first one.
lab::AnswerHook for_four_seconds(const lab::AnswerHook& failure) {
  constexpr int64_t kFailsForUs = 4'000'000;
  return [failure, clock = SteadyClock(), first_us = int64_t{-1}](lab::Exchange& exchange) mutable {
    if (is_about_the_root(exchange)) return;
    if (first_us < 0) first_us = clock.now_us();
    if (clock.now_us() - first_us < kFailsForUs) failure(exchange);
  };
}

TEST_F(PassingFailures, FourSecondsOfServfailLeaveNothingUnknown) {
  constexpr size_t kDomains = 1'000;
  const Outcome run = validate(kDomains, for_four_seconds(kServfail));
  expect_all_known(run);
  EXPECT_THAT(run.err, HasSubstr("\"waiting_to_retry\":" + std::to_string(kDomains)));
}

TEST_F(PassingFailures, FourSecondsOfSilenceLeaveNothingUnknown) {
  expect_all_known(validate(1'000, for_four_seconds(kSilence)));
}

// With two attempts 5 % were unknown, and the exit code was 3.
TEST_F(PassingFailures, AFifthOfServfailAtRandomLeavesNothingUnknown) {
  expect_all_known(validate(4'000, [random = std::mt19937(1)](lab::Exchange& exchange) mutable {
    if (!is_about_the_root(exchange) && random() % 5 == 0) kServfail(exchange);
  }));
}

}  // namespace
}  // namespace mxbulk::test
