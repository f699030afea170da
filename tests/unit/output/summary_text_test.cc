#include "output/summary_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "output/summary_json.h"
#include "output/terminal_text.h"
#include "support/paths.h"

namespace mxbulk::output {
namespace {

uint64_t& rows(Summary& summary, Reason reason) {
  return summary.rows_by_reason[static_cast<size_t>(reason)];
}

Summary example() {
  Summary summary;
  summary.rows = summary.rows_written = 5'000'000;
  summary.domains = 184'210;
  summary.seconds = 8.4;
  summary.output_path = "clean.csv";
  rows(summary, Reason::kMx) = 4'612'900;
  rows(summary, Reason::kImplicitMx) = 4;
  rows(summary, Reason::kNxdomain) = 201'447;
  rows(summary, Reason::kRfc7505) = 12'080;
  rows(summary, Reason::kMxUnresolvable) = 88'312;
  rows(summary, Reason::kNoAt) = 61'018;
  rows(summary, Reason::kBadLocal) = 1;
  rows(summary, Reason::kBadLocalDots) = 1;
  rows(summary, Reason::kDnsTimeout) = 20'114;
  rows(summary, Reason::kDnsServfail) = 4'123;
  summary.first_invalid_row = 1'204;
  summary.worst_dead_domain = "hotmial.com";
  summary.worst_dead_rows = 4'120;
  return summary;
}

std::string golden(const std::string& name) {
  std::ifstream in(test::source_dir() + "/tests/golden/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SummaryText, Golden) {
  EXPECT_EQ(summary_text(example(), {}), golden("summary.txt"));
}

TEST(SummaryText, EmptyRunGolden) {
  Summary summary;
  summary.rows = summary.rows_written = 1;
  summary.domains = 1;
  summary.seconds = 200;
  summary.output_path = "-";
  rows(summary, Reason::kMx) = 1;
  EXPECT_EQ(summary_text(summary, {}), golden("summary_one_row.txt"));
}

TEST(SummaryText, DryRunPromisesNothing) {
  Summary summary = example();
  summary.rows_by_reason.fill(0);
  rows(summary, Reason::kNoAt) = 61'020;
  summary.dry_run = true;
  EXPECT_EQ(summary_text(summary, {}), golden("summary_dry_run.txt"));
}

// "0 domains", "mx ok 0 0.0%": counts of work that was not done.
TEST(SummaryText, SyntaxAloneClaimsNothingAboutDomains) {
  Summary summary;
  summary.rows = summary.rows_written = 2;
  summary.output_path = "-";
  const SummaryStyle style = {.counted = Counted::kSyntax};
  EXPECT_EQ(summary_text(summary, style), "✔ 2 addresses · 0.0 s\n→ standard output\n");
  rows(summary, Reason::kNoAt) = 1;
  summary.first_invalid_row = 2;
  EXPECT_EQ(summary_text(summary, style),
            "✔ 2 addresses · 0.0 s\n"
            "  invalid             1  50.0%  ██████████   first: row 2\n"
            "→ standard output\n");
}

TEST(SummaryText, DomainsAreCalledDomains) {
  Summary summary;
  summary.rows = summary.rows_written = summary.domains = 1'000;
  rows(summary, Reason::kMx) = 1'000;
  const SummaryStyle style = {.counted = Counted::kDomains};
  EXPECT_TRUE(summary_text(summary, style).starts_with("✔ 1,000 domains · 0.0 s\n"));
  summary.domains = 990;
  EXPECT_TRUE(summary_text(summary, style).starts_with("✔ 1,000 domains · 990 distinct · 0.0 s\n"));
}

TEST(SummaryText, ColorsOnlyWhenAskedFor) {
  EXPECT_EQ(summary_text(example(), {}).find('\x1B'), std::string::npos);
  EXPECT_NE(summary_text(example(), {.color = true}).find("\x1B[32m"), std::string::npos);
}

TEST(SummaryText, DomainIsNamedOnlyFromFiveRowsUp) {
  Summary summary = example();
  summary.worst_dead_rows = 4;
  EXPECT_EQ(summary_text(summary, {}).find("hotmial"), std::string::npos);
  EXPECT_EQ(summary_json(summary).find("hotmial"), std::string::npos);
  EXPECT_NE(summary_json(summary).find("\"worst_dead_domain\":null,\"worst_dead_rows\":0"),
            std::string::npos);
}

TEST(SummaryText, FilteredRunSaysHowManyRowsItWrote) {
  Summary summary = example();
  summary.rows_written = 1;
  summary.output_path = "a\x1B[2J.csv";
  EXPECT_TRUE(summary_text(summary, {}).ends_with("→ a\\x1b[2J.csv (1 row)\n"));
}

TEST(SummaryText, SplitOutputsAreListedWithTheirRows) {
  Summary summary = example();
  summary.output_path = "list.{action}.csv";
  summary.outputs = {{"list.send.csv", 4'612'904}, {"list.\x1B.csv", 1}, {"list.none.csv", 0}};
  EXPECT_TRUE(summary_text(summary, {})
                  .ends_with("→ list.send.csv (4,612,904 rows)\n"
                             "→ list.\\x1b.csv (1 row)\n"
                             "→ list.none.csv (0 rows)\n"));
}

TEST(SummaryText, SaysWhatKeepsLongRowsAligned) {
  Summary summary = example();
  summary.ragged_rows = 2;
  summary.shifts_ragged_rows = true;
  EXPECT_NE(summary_text(summary, {})
                .find("  2 rows are longer than the header: the appended columns stand further "
                      "right there; --new-columns front keeps them aligned\n"),
            std::string::npos);
  summary.shifts_ragged_rows = false;
  EXPECT_NE(summary_text(summary, {}).find("  2 rows are longer than the header\n"),
            std::string::npos);
}

TEST(SummaryText, CountsRepeatedAddresses) {
  Summary summary = example();
  EXPECT_EQ(summary_text(summary, {}).find("repeat"), std::string::npos);
  summary.rows_duplicate = 1'234;
  EXPECT_NE(summary_text(summary, {})
                .find("  1,234 rows repeat the address of an earlier one (lint duplicate)\n"),
            std::string::npos);
}

TEST(SummaryText, NamesEachExcludedResolver) {
  Summary summary = example();
  EXPECT_NE(summary_json(summary).find("\"excluded\":[]"), std::string::npos);
  summary.resolvers_excluded = {"192.0.2.1:53 gave an address for \x1B[2J"};
  EXPECT_NE(summary_text(summary, {})
                .find("  excluded, because it gave false answers: 192.0.2.1:53 gave an address for "
                      "\\x1b[2J\n"),
            std::string::npos);
  EXPECT_NE(summary_json(summary).find("\"excluded\":[\"192.0.2.1:53 gave"), std::string::npos);
}

Summary probed(Egress egress) {
  Summary summary = example();
  rows(summary, Reason::kMx) -= 3'000'000;
  rows(summary, Reason::kSmtp220) = 2'900'000;
  rows(summary, Reason::kSmtp4xx) = 100'000;
  rows(summary, Reason::kGreetingTimeout) = 30'000;
  summary.probes = {.port = 25,
                    .addresses = 12'040,
                    .skipped = 33,
                    .connections = 12'900,
                    .opened = egress == Egress::kBlocked ? 0U : 11'200U,
                    .retried = 640,
                    .egress = egress};
  return summary;
}

TEST(SummaryText, ProbesGolden) {
  EXPECT_EQ(summary_text(probed(Egress::kOpen), {}), golden("summary_probes.txt"));
}

TEST(SummaryText, WarnsIfThePortIsBlockedFromHere) {
  EXPECT_NE(summary_text(probed(Egress::kBlocked), {})
                .find("\n! port 25 never opened from here: 12,900 connections tried; "),
            std::string::npos);
  EXPECT_NE(summary_text(probed(Egress::kIntercepted), {})
                .find("\n! something between here and the mail servers answers port 25"),
            std::string::npos);
  EXPECT_NE(summary_text(probed(Egress::kLost), {})
                .find("\n! port 25 stopped opening from here in mid-run"),
            std::string::npos);
  for (const Egress egress : {Egress::kBlocked, Egress::kIntercepted, Egress::kLost}) {
    EXPECT_NE(summary_text(probed(egress), {}).find("dead"), std::string::npos);
  }
  EXPECT_EQ(summary_text(probed(Egress::kUntried), {}).find("\n!"), std::string::npos);
}

TEST(SummaryText, ReachableIsCountedIfProbesRanEvenIfItIsZero) {
  Summary summary = example();
  EXPECT_EQ(summary_text(summary, {}).find("reachable"), std::string::npos);
  summary.probes.port = 25;
  EXPECT_NE(summary_text(summary, {}).find("  reachable           0"), std::string::npos);
}

TEST(SummaryJson, CountsProbes) {
  EXPECT_NE(summary_json(example()).find("\"probes\":null,"), std::string::npos);
  EXPECT_NE(summary_json(probed(Egress::kLost))
                .find("\"probes\":{\"port\":25,\"egress\":\"lost\",\"addresses\":12040,"
                      "\"skipped\":33,\"connections\":12900,\"opened\":11200,"
                      "\"retried\":640},"),
            std::string::npos);
}

TEST(SummaryText, Thousands) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1'000), "1,000");
  EXPECT_EQ(with_thousands(18'446'744'073'709'551'615ULL), "18,446,744,073,709,551,615");
}

TEST(TerminalText, HidesWhatCouldDriveATerminal) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain ä€😀", "plain ä€😀"},        {"\x1B[2J", "\\x1b[2J"},
      {"a\r\nb\x7F", "a\\x0d\\x0ab\\x7f"}, {"\xC2\x9B", "\\xc2\\x9b"},
      {"\xE2\x80\xAE", "\\xe2\\x80\\xae"}, {"\xFF", "\\xff"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(terminal_text(text), expected);
}

TEST(TerminalText, CutsByCharacters) {
  EXPECT_EQ(cut_to_columns("äöü", 2), "äö");
  EXPECT_EQ(cut_to_columns("abc", 10), "abc");
  EXPECT_EQ(columns_of("a€b"), 3U);
}

}  // namespace
}  // namespace mxbulk::output
