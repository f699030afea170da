// A new user's first probes: the sample list against the built-in world and its mail servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mxbulk::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The number of rows of the sample for each `verdict,reason` that probes change.
std::map<std::string, size_t> sample_tally(const std::vector<std::string>& flags) {
  const TempDir folder;
  ProgramCall call;
  call.arguments = {"validate",   source_dir() + "/data/sample.csv",
                    "--resolver", "lab",
                    "--mode",     "minimal",
                    "--columns",  "verdict,reason",
                    "-o",         folder.file("out.csv")};
  call.arguments.insert(call.arguments.end(), flags.begin(), flags.end());
  const Outcome run = run_program(call);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("1,000 addresses"));
  std::map<std::string, size_t> counts;
  std::istringstream rows(read_text(folder.file("out.csv")));
  for (std::string row; std::getline(rows, row);) {
    const size_t reason = row.rfind(',');
    if (reason == row.npos || reason == 0) continue;
    ++counts[row.substr(row.rfind(',', reason - 1) + 1)];
  }
  for (const char* prefix : {"no_mx", "null_mx", "invalid", "unknown,dns", "unknown,mx"}) {
    std::erase_if(counts, [&](const auto& entry) { return entry.first.starts_with(prefix); });
  }
  return counts;
}

TEST(LabProbes, ShowEachFindingOfProbesInTheSample) {
  const auto counts = sample_tally({"--probe", "banner"});
  const std::map<std::string, size_t> expected = {
      {"reachable,smtp_220", 766},    {"reachable,smtp_4xx", 8},
      {"reachable,smtp_5xx", 9},      {"dead_mx,tcp_timeout", 8},
      {"dead_mx,tcp_refused", 7},     {"dead_mx,tcp_unreachable", 8},
      {"dead_mx,smtp_521", 3},        {"unknown,greeting_timeout", 2},
      {"unknown,not_smtp", 10},       {"dead_mx,implicit_nonpublic", 6},
      {"dead_mx,mx_ip_literal", 11},  {"dead_mx,mx_nonpublic", 23},
      {"dead_mx,mx_unresolvable", 4}, {"mx_verdict,mx_reason", 1}};
  EXPECT_EQ(counts, expected);
}

TEST(LabProbes, WithoutThemTheSampleIsWhatDnsSays) {
  const auto counts = sample_tally({});
  EXPECT_EQ(counts.count("reachable,smtp_220"), 0U);
  EXPECT_EQ(counts.at("mx_ok,mx"), 805U);
  EXPECT_EQ(counts.at("mx_ok,implicit_mx"), 16U);
}

Outcome check(const std::string& name, const std::string& depth) {
  ProgramCall call;
  call.arguments = {"check", name, "-r", "lab", "--probe", depth, "--helo", "probe.example.net"};
  return run_program(call);
}

TEST(LabProbes, CheckExplainsTheConversation) {
  const Outcome ehlo = check("initech.example", "ehlo");
  EXPECT_EQ(ehlo.exit_code, 0) << ehlo.err;
  EXPECT_THAT(ehlo.out, AllOf(HasSubstr("initech.example: reachable/ehlo, send\n"),
                              HasSubstr("\"mail.initech.example ESMTP\", offers STARTTLS\n"),
                              HasSubstr("probe 80.80.80.11: tcp_refused in "),
                              HasSubstr("backup_dead"), HasSubstr("eai_unsupported")));
  EXPECT_THAT(check("gmail.com", "starttls").out,
              AllOf(HasSubstr("gmail.com: reachable/starttls, send\n"),
                    HasSubstr("probe 2a00:1450:4025:401::1a: starttls in "),
                    Not(HasSubstr("eai_unsupported"))));
}

TEST(LabProbes, LabBesideAnotherResolverIsRefused) {
  ProgramCall call;
  call.arguments = {"check", "gmail.com", "-r", "lab,127.0.0.1:1", "--probe", "banner"};
  const Outcome run = run_program(call);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("name it alone"));
}

}  // namespace
}  // namespace mxbulk::test
