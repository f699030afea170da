#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "cli/progress.h"
#include "cli/subcommands.h"

namespace mxbulk::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Sample half_way() {
  Sample sample;
  sample.elapsed_us = 40'000'000;
  sample.bytes_total = 1'000;
  sample.bytes_read = 640;
  sample.rows_read = 3'200'000;
  sample.rows_written = 3'150'000;
  sample.domains = 118'000;
  sample.lookups_per_s = 94'000;
  sample.in_flight = 1'800;
  return sample;
}

TEST(Progress, BarShowsShareRatesAndEta) {
  EXPECT_EQ(bar_text("list.csv", half_way(), 200),
            "list.csv  63% ▕██████▎   ▏  3.1M/5.0M rows · 118k domains (27:1) · 94k lookups/s · "
            "1.8k in flight · ETA 0:23");
}

// It was cut off at the right, so that the time left was the first to disappear.
TEST(Progress, ANarrowBarLeavesOutTheLeastImportant) {
  const std::pair<size_t, const char*> widths[] = {
      {120,
       "list.csv  63% ▕██████▎   ▏  3.1M/5.0M rows · 118k domains (27:1) · 94k lookups/s · "
       "1.8k in flight · ETA 0:23"},
      {100,
       "list.csv  63% ▕██████▎   ▏  3.1M/5.0M rows · 118k domains (27:1) · 94k lookups/s · "
       "ETA 0:23"},
      {79, "list.csv  63% ▕██████▎   ▏  3.1M/5.0M rows · 118k domains (27:1) · ETA 0:23"},
      {60, "list.csv  63% ▕██████▎   ▏  3.1M/5.0M rows · ETA 0:23"},
      {45, "list.csv  63% ▕██████▎   ▏  3.1M/5.0M rows"},
      {12, "list.csv  63"},
      {1, "l"}};
  for (const auto& [columns, text] : widths) {
    EXPECT_EQ(bar_text("list.csv", half_way(), columns), text) << columns;
  }
  EXPECT_EQ(bar_text("customers-of-the-whole-world-2026.csv", half_way(), 60),
            "customers-of-the-wh…  63% ▕██████▎   ▏  3.1M/5.0M rows");
}

TEST(Progress, ProbesAreShownAfterTheyBegin) {
  Sample sample = half_way();
  EXPECT_THAT(bar_text("x", sample, 200), Not(HasSubstr("probes")));
  sample.probes_total = 12'400;
  sample.probes_done = 3'200;
  EXPECT_THAT(bar_text("x", sample, 200), HasSubstr("118k domains (27:1) · 3.2k/12k probes · ETA"));
  EXPECT_THAT(json_text(sample), HasSubstr("\"probes_total\":12400,\"probes_done\":3200,"));
}

TEST(Progress, SaysThatItWaitsForRetries) {
  Sample sample = half_way();
  sample.waiting_to_retry = 134;
  EXPECT_EQ(
      log_text("x", sample),
      "x  63%  3.1M/5.0M rows · 118k domains (27:1) · waiting to retry 134 domains · ETA 0:23");
  EXPECT_THAT(json_text(sample), HasSubstr("\"waiting_to_retry\":134,"));
  sample.waiting_to_retry = 1;
  EXPECT_THAT(bar_text("x", sample, 200), HasSubstr(" · waiting to retry 1 domain · "));
}

TEST(Progress, PipeHasNoShare) {
  Sample sample = half_way();
  sample.bytes_total = 0;
  EXPECT_EQ(bar_text("standard input", sample, 200),
            "standard input  3.1M rows · 118k domains (27:1) · 94k lookups/s · 1.8k in flight");
  EXPECT_THAT(log_text("standard input", sample), Not(HasSubstr("%")));
}

TEST(Progress, NothingReadYet) {
  EXPECT_EQ(bar_text("x", Sample(), 200), "x  0 rows · 0 domains · 0 lookups/s · 0 in flight");
}

TEST(Progress, ShareNeverPassesHundred) {
  Sample sample = half_way();
  sample.bytes_read = 2'000;
  sample.rows_written = 9'000'000;
  EXPECT_THAT(bar_text("x", sample, 200), HasSubstr("x  100% ▕██████████▏"));
}

TEST(Progress, ShortNumbers) {
  const std::pair<uint64_t, const char*> cases[] = {
      {0, "0"},          {999, "999"},        {1'000, "1.0k"},
      {1'849, "1.8k"},   {94'000, "94k"},     {999'400, "999k"},
      {999'600, "1.0M"}, {3'200'000, "3.2M"}, {1'234'567'890, "1.2G"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(short_number(number), text);
}

TEST(Progress, JsonLine) {
  EXPECT_THAT(json_text(half_way()),
              testing::StartsWith("{\"event\":\"progress\",\"rows_read\":3200000,"));
  EXPECT_THAT(json_text(half_way()), testing::EndsWith(",\"seconds\":40.0}"));
}

TEST(Progress, ReporterDrawsUntilStoppedAndWipesItsBar) {
  const SteadyClock clock;
  Progress progress;
  progress.rows_written = 5;
  std::mutex mutex;
  std::condition_variable drawn;
  std::vector<std::string> pieces;
  const ProgressReporter::Display display{ProgressStyle::kBar, "list.csv",
                                          [] { return size_t{40}; }, 1};
  ProgressReporter reporter(progress, clock, display, [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    pieces.push_back(text);
    drawn.notify_all();
  });
  {
    std::unique_lock lock(mutex);
    drawn.wait(lock, [&] { return pieces.size() >= 2; });
  }
  reporter.stop();
  reporter.stop();
  EXPECT_THAT(pieces.front(), testing::StartsWith("\rlist.csv  5 rows"));
  EXPECT_THAT(pieces.front(), testing::EndsWith("\x1b[K"));
  EXPECT_EQ(pieces.back(), "\r\x1b[K");
}

TEST(Progress, NoneWritesNothing) {
  const SteadyClock clock;
  const Progress progress;
  ProgressReporter reporter(progress, clock, {ProgressStyle::kNone, "x", {}, 1},
                            [](const std::string& text) { ADD_FAILURE() << text; });
  reporter.stop();
}

// The progress line was drawn over what another program showed on the terminal.
TEST(Progress, NothingIsDrawnOrWipedWhileTheTerminalIsNotOurs) {
  const SteadyClock clock;
  const Progress progress;
  std::atomic<int> asked = 0;
  ProgressReporter::Display display{ProgressStyle::kBar, "x", [] { return size_t{40}; }, 1};
  display.may_draw = [&] {
    ++asked;
    asked.notify_all();
    return false;
  };
  ProgressReporter reporter(progress, clock, display,
                            [](const std::string& text) { ADD_FAILURE() << text; });
  asked.wait(0);
  reporter.stop();
}

TEST(Progress, BarNeedsATerminalAndNoQuiet) {
  Invocation invocation;
  invocation.options.output.path = "out.csv";
  invocation.options.input.files = {"list.csv"};
  Console console;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kLog);
  invocation.progress = ProgressStyle::kBar;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kLog);
  console.stderr_is_terminal = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kLog) << "TERM=dumb";
  console.moves_cursor = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kBar);
  invocation.progress = ProgressStyle::kJson;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kJson);
  invocation.quiet = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kNone);
}

TEST(Progress, NoBarOnATerminalThatShowsRowsOrIsReadFrom) {
  Invocation invocation;
  invocation.options.input.files = {"list.csv"};
  Console console;
  console.stderr_is_terminal = console.moves_cursor = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kBar) << "rows go elsewhere";
  console.stdout_is_terminal = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kNone);
  invocation.options.dry_run = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kBar) << "no rows";
  invocation.options.input.files = {};
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kBar) << "from a pipe";
  console.stdin_is_terminal = true;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kNone);
  invocation.progress = ProgressStyle::kBar;
  EXPECT_EQ(effective_style(invocation, console), ProgressStyle::kBar) << "asked for";
}

CheckReport report() {
  CheckReport check;
  check.input = "info@example.com\x1B[2J";
  check.domain = "example.com";
  check.verdict = Verdict::kMxOk;
  check.reason = Reason::kMx;
  check.action = Action::kSend;
  check.lints = {Lint::kMxPartial};
  check.is_role = check.is_relay = true;
  check.exchanges = {
      {20, "b.example.com", "no address", {}, {}, "", false, {}},
      {10, "a.example.com", "usable", {"192.0.2.1"}, {"2001:db8::1"}, "google", true, {}}};
  check.steps = {{CheckStep::Kind::kQuery, "example.com MX?"},
                 {CheckStep::Kind::kAnswer, "NOERROR\x07"},
                 {CheckStep::Kind::kRule, "RFC 5321 §5.1"}};
  return check;
}

TEST(Check, TextHasTheVerdictFirstThenSortedExchangesThenSteps) {
  EXPECT_EQ(check_text(report(), false),
            "info@example.com\\x1b[2J: mx_ok/mx, send\n"
            "  why        an exchange has a public address\n"
            "  domain     example.com\n"
            "  flags      role, relay\n"
            "  exchanges\n"
            "    10 a.example.com  usable, a CNAME, google\n"
            "       IPv4 192.0.2.1\n"
            "       IPv6 2001:db8::1\n"
            "    20 b.example.com  no address\n"
            "  lints\n"
            "    mx_partial: some exchanges are unusable\n"
            "  steps\n"
            "    1. query  example.com MX?\n"
            "    2. answer NOERROR\\x07\n"
            "    3. rule   RFC 5321 §5.1\n");
  EXPECT_THAT(check_text(report(), true), HasSubstr("\x1b[32mmx_ok/mx\x1b[0m"));
}

TEST(Check, JsonIsOneObject) {
  EXPECT_EQ(check_json(report()),
            "{\"input\":\"info@example.com\\u001b[2J\",\"domain\":\"example.com\","
            "\"verdict\":\"mx_ok\",\"reason\":\"mx\",\"action\":\"send\","
            "\"explanation\":null,\"provider\":null,"
            "\"suggestion\":null,\"flags\":[\"role\",\"relay\"],"
            "\"lints\":[\"mx_partial\"],\"exchanges\":["
            "{\"preference\":10,\"host\":\"a.example.com\",\"state\":\"usable\","
            "\"ipv4\":[\"192.0.2.1\"],\"ipv6\":[\"2001:db8::1\"],\"provider\":\"google\","
            "\"cname\":true,\"probes\":[]},"
            "{\"preference\":20,\"host\":\"b.example.com\",\"state\":\"no address\",\"ipv4\":[],"
            "\"ipv6\":[],\"provider\":null,\"cname\":false,\"probes\":[]}],\"steps\":["
            "{\"kind\":\"query\",\"text\":\"example.com MX?\"},"
            "{\"kind\":\"answer\",\"text\":\"NOERROR\\u0007\"},"
            "{\"kind\":\"rule\",\"text\":\"RFC 5321 §5.1\"}]}\n");
}

CheckReport probed_report() {
  CheckReport check = report();
  check.exchanges[1].probes = {
      {"192.0.2.1", "starttls", 48, "mx.example.com ESMTP", "TLSv1.3, SIZE"},
      {"2001:db8::1", "tcp_timeout", 10'000, "", ""}};
  return check;
}

TEST(Check, TextHasTheOutcomeOfEachAddress) {
  EXPECT_THAT(
      check_text(probed_report(), false),
      HasSubstr(
          "       IPv6 2001:db8::1\n"
          "       probe 192.0.2.1: starttls in 48 ms, \"mx.example.com ESMTP\", TLSv1.3, SIZE\n"
          "       probe 2001:db8::1: tcp_timeout in 10000 ms\n"
          "    20 b.example.com"));
}

TEST(Check, JsonHasTheOutcomeOfEachAddress) {
  EXPECT_THAT(check_json(probed_report()),
              HasSubstr("\"probes\":[{\"ip\":\"192.0.2.1\",\"outcome\":\"starttls\",\"ms\":48,"
                        "\"greeting\":\"mx.example.com ESMTP\",\"remark\":\"TLSv1.3, SIZE\"},"
                        "{\"ip\":\"2001:db8::1\",\"outcome\":\"tcp_timeout\",\"ms\":10000,"
                        "\"greeting\":null,\"remark\":null}]"));
}

}  // namespace
}  // namespace mxbulk::cli
