#include "output/summary_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxbulk::output {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

uint64_t& rows(Summary& summary, Reason reason) {
  return summary.rows_by_reason[static_cast<size_t>(reason)];
}

Summary example() {
  Summary summary;
  summary.rows = 100;
  rows(summary, Reason::kMx) = 91;
  rows(summary, Reason::kNxdomain) = 5;
  rows(summary, Reason::kBadLocal) = 1;
  rows(summary, Reason::kBadLocalDots) = 1;
  rows(summary, Reason::kDnsTimeout) = 2;
  return summary;
}

TEST(SummaryJson, HoldsEveryVerdictAndEveryReason) {
  const std::string json = summary_json(example());
  EXPECT_THAT(json, HasSubstr("\"verdicts\":{\"mx_ok\":91,\"reachable\":0,\"no_mx\":5,"
                              "\"null_mx\":0,\"dead_mx\":0,\"invalid\":2,\"unknown\":2}"));
  for (size_t i = 0; i < kReasonCount; ++i) {
    const std::string name(name_of(static_cast<Reason>(i)));
    const size_t at = json.find("\"" + name + "\":");
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_EQ(json.find("\"" + name + "\":", at + 1), std::string::npos) << name << " twice";
  }
  EXPECT_THAT(json, HasSubstr("\"bad_local\":2,"));
  EXPECT_THAT(json, HasSubstr("\"nxdomain\":5,\"cname_nxdomain\":0,"));
  EXPECT_THAT(json, HasSubstr("\"unknown_share\":0.020000"));
  EXPECT_THAT(json, EndsWith("}\n"));
}

TEST(SummaryJson, SaysWhenAndWithWhatTheRunWasMade) {
  Summary summary = example();
  summary.began_unix_ms = 1'767'225'599'007;
  summary.ended_unix_ms = 1'767'225'600'000;
  summary.settings = {{"resolver", "192.0.2.1,@a\"b"}, {"csv-safe", "true"}};
  summary.resolvers = {"192.0.2.1:53"};
  const std::string json = summary_json(summary);
  EXPECT_THAT(json, HasSubstr("\"started\":\"2025-12-31T23:59:59.007Z\","
                              "\"ended\":\"2026-01-01T00:00:00.000Z\","
                              "\"settings\":{\"resolver\":\"192.0.2.1,@a\\\"b\","
                              "\"csv-safe\":\"true\"}"));
  EXPECT_THAT(json, HasSubstr("\"resolvers\":[\"192.0.2.1:53\"]"));
  EXPECT_THAT(summary_json({}), HasSubstr("\"started\":null,\"ended\":null,\"settings\":{}"));
}

TEST(SummaryJson, DescribesInputsAndOutputs) {
  Summary summary = example();
  InputDescription input;
  input.name = "list.csv.gz";
  input.bytes = 17;
  input.compression = "gzip";
  input.format = "CSV";
  input.encoding = "UTF-8";
  input.delimiter = ";";
  input.has_header = true;
  input.column = 3;
  input.column_name = "email";
  input.text = "list.csv.gz: CSV, delimiter \";\"";
  InputDescription lines;
  lines.name = "";
  summary.inputs = {input, lines};
  summary.outputs = {{"a.csv", 98}, {"b.csv", 2}};
  const std::string json = summary_json(summary);
  EXPECT_THAT(
      json,
      HasSubstr("\"inputs\":[{\"name\":\"list.csv.gz\",\"bytes\":17,\"compression\":\"gzip\","
                "\"format\":\"CSV\",\"encoding\":\"UTF-8\",\"delimiter\":\";\",\"header\":true,"
                "\"column\":3,\"column_name\":\"email\","
                "\"lines_above\":0,\"first_ill_formed_line\":0,\"replaced\":0,"
                "\"understood\":\"list.csv.gz: CSV, delimiter \\\";\\\"\"},"
                "{\"name\":\"\",\"bytes\":0,\"compression\":null,"));
  EXPECT_THAT(json, HasSubstr("\"outputs\":[{\"path\":\"a.csv\",\"rows\":98},"
                              "{\"path\":\"b.csv\",\"rows\":2}]"));
}

TEST(SummaryJson, OfAFailureBeginsWithTheExitCodeAndTheError) {
  Summary summary;
  summary.exit_code = 5;
  summary.error = "the resolver is down";
  EXPECT_THAT(summary_json(summary), StartsWith("{\"version\":\""));
  EXPECT_THAT(summary_json(summary),
              HasSubstr("\"exit_code\":5,\"error\":\"the resolver is down\","));
  EXPECT_THAT(summary_json(example()), HasSubstr("\"exit_code\":0,\"error\":null,"));
}

TEST(SummaryJson, CountsWhatWasNotWrittenAsItWas) {
  Summary summary = example();
  summary.rows_trimmed = 1;
  summary.rows_duplicate = 2;
  summary.rows_passed = 3;
  InputDescription input;
  input.first_ill_formed_line = 7;
  input.replaced = 4;
  summary.inputs = {input};
  EXPECT_THAT(summary_json(summary),
              HasSubstr("\"rows_trimmed\":1,\"rows_duplicate\":2,\"rows_passed\":3,"));
  EXPECT_THAT(summary_json(summary), HasSubstr("\"first_ill_formed_line\":7,\"replaced\":4,"));
}

}  // namespace
}  // namespace mxbulk::output
