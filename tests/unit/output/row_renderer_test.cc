#include "output/row_renderer.h"

#include <gtest/gtest.h>

namespace mxbulk::output {
namespace {

constexpr uint32_t kSomeDomain = 7;

RowShape csv_shape(char delimiter = ',') {
  RowShape shape;
  shape.format = delimiter == '\t' ? Format::kTsv : Format::kCsv;
  shape.delimiter = delimiter;
  shape.has_header = true;
  shape.header_row = std::string("id") + delimiter + "email";
  return shape;
}

RowShape json_shape() {
  RowShape shape;
  shape.format = Format::kJsonl;
  return shape;
}

RowRenderer renderer(const RowShape& shape, const OutputOptions& options = {}) {
  auto made = RowRenderer::create(options, shape);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(made.value());
}

DomainReport gmail_typo() {
  DomainReport report;
  report.domain = "gmial.com";
  report.reason = Reason::kMx;
  report.lints = {Lint::kMxCname, Lint::kMxPartial};
  report.mx_host = "mx1.gmial.com";
  report.provider = "google";
  report.suggestion = "gmail.com";
  report.is_disposable = true;
  report.is_free = true;
  return report;
}

RenderedColumns columns_of(const RowRenderer& rows, const DomainReport& report, RowKey key) {
  RenderedColumns columns;
  rows.render(report, key, columns);
  return columns;
}

// The columns of a row without its own cells.
std::string suffix_of(const RowRenderer& rows, const DomainReport& report, RowKey key) {
  return columns_of(rows, report, key).text;
}

std::string row_of(const RowRenderer& rows, std::string_view row, std::string_view suffix) {
  RenderedColumns columns;
  columns.text = suffix;
  std::string out;
  rows.append_row(row, {}, columns, out);
  return out;
}

// A row whose good address has this local part.
std::string row_with(const RowRenderer& rows, std::string_view row, std::string_view local_part) {
  DomainReport report;
  report.domain = "x.test";
  report.reason = Reason::kMx;
  std::string out;
  rows.append_row(row, local_part,
                  columns_of(rows, report, RowKey::waiting_for(DomainId(kSomeDomain), {}, false)),
                  out);
  return out;
}

std::string invalid_row(const RowRenderer& rows, std::string_view row, Reason reason) {
  RenderedColumns columns;
  rows.render_invalid(RowKey::invalid(reason, {}), "", columns);
  std::string out;
  rows.append_row(row, {}, columns, out);
  return out;
}

TEST(RowRenderer, AnInvalidRowWithASuggestionIsForAPersonToSee) {
  const RowRenderer rows = renderer(csv_shape());
  RenderedColumns columns;
  rows.render_invalid(RowKey::invalid(Reason::kDotless, {}, 1), "gmail.com", columns);
  std::string out;
  rows.append_row("x", {}, columns, out);
  EXPECT_EQ(out, "x,,invalid,dotless,review,,,,,,gmail.com");
  rows.render_invalid(RowKey::invalid(Reason::kDotless, {}), "", columns);
  out.clear();
  rows.append_row("x", {}, columns, out);
  EXPECT_EQ(out, "x,,invalid,dotless,suppress,,,,,,");
}

TEST(RowRenderer, ARelayIsAFlag) {
  const RowRenderer rows = renderer(csv_shape());
  DomainReport report = gmail_typo();
  report.is_relay = true;
  const RowKey key = RowKey::waiting_for(DomainId(kSomeDomain), {}, true);
  EXPECT_NE(suffix_of(rows, report, key).find(",disposable;role;free;relay,"), std::string::npos);
}

TEST(RowRenderer, WhatAServerLacksForUtf8ConcernsOnlyRowsThatNeedIt) {
  const RowRenderer rows = renderer(csv_shape());
  DomainReport report = gmail_typo();
  report.lints = {Lint::kMxCname, Lint::kEaiUnsupported};
  const auto key = [](LintSet lints) {
    return RowKey::waiting_for(DomainId(kSomeDomain), lints, false);
  };
  EXPECT_NE(
      suffix_of(rows, report, key({Lint::kSmtputf8})).find(",smtputf8;mx_cname;eai_unsupported,"),
      std::string::npos);
  EXPECT_NE(suffix_of(rows, report, key({Lint::kTrimmed})).find(",trimmed;mx_cname,"),
            std::string::npos);
}

TEST(RowRenderer, HeaderHasTheContractsColumnsInOrder) {
  EXPECT_EQ(renderer(csv_shape()).header(),
            "id,email,mx_email,mx_verdict,mx_reason,mx_action,mx_domain,mx_host,mx_provider,"
            "mx_flags,mx_lints,mx_suggestion\n");
}

TEST(RowRenderer, HeaderKeepsBomTerminatorAndDelimiter) {
  RowShape shape = csv_shape('\t');
  shape.has_bom = true;
  shape.terminator = "\r\n";
  OutputOptions options;
  options.columns = {"reason", "mx_verdict"};
  options.prefix = "v_";
  EXPECT_EQ(renderer(shape, options).header(), "\xEF\xBB\xBFid\temail\tv_reason\tv_verdict\r\n");
}

TEST(RowRenderer, NoHeaderWithoutOneInTheInputAndNoneInJson) {
  RowShape shape = csv_shape();
  shape.has_header = false;
  EXPECT_EQ(renderer(shape).header(), "");
  RowShape json = json_shape();
  json.has_bom = true;
  EXPECT_EQ(renderer(json).header(), "");
}

TEST(RowRenderer, UnknownAndRepeatedColumnsAreUsageErrors) {
  OutputOptions options;
  options.columns = {"verdict", "colour"};
  const auto unknown = RowRenderer::create(options, csv_shape());
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kUsage);
  EXPECT_NE(unknown.status().message().find("suggestion"), std::string::npos);
  options.columns = {"verdict", "mx_verdict"};
  EXPECT_EQ(RowRenderer::create(options, csv_shape()).status().code(), StatusCode::kUsage);
}

TEST(RowRenderer, CsvSuffixHoldsEveryColumn) {
  const auto key = RowKey::waiting_for(DomainId(kSomeDomain), {Lint::kTrimmed}, true);
  EXPECT_EQ(suffix_of(renderer(csv_shape()), gmail_typo(), key),
            ",@gmial.com,mx_ok,mx,review,gmial.com,mx1.gmial.com,google,disposable;role;free,"
            "trimmed;mx_cname;mx_partial,gmail.com");
}

TEST(RowRenderer, JsonSuffixHasArraysAndNulls) {
  const RowRenderer rows = renderer(json_shape());
  const auto plain = RowKey::waiting_for(DomainId(kSomeDomain), {}, false);
  DomainReport report;
  report.domain = "example.com";
  report.reason = Reason::kNxdomain;
  EXPECT_EQ(suffix_of(rows, report, plain),
            ",\"mx_email\":\"@example.com\",\"mx_verdict\":\"no_mx\","
            "\"mx_reason\":\"nxdomain\",\"mx_action\":\"suppress\","
            "\"mx_domain\":\"example.com\",\"mx_host\":null,\"mx_provider\":null,\"mx_flags\":[],"
            "\"mx_lints\":[],\"mx_suggestion\":null");
  const std::string full = suffix_of(rows, gmail_typo(), plain);
  EXPECT_NE(full.find("\"mx_flags\":[\"disposable\",\"free\"]"), std::string::npos) << full;
  EXPECT_NE(full.find("\"mx_lints\":[\"mx_cname\",\"mx_partial\"]"), std::string::npos) << full;
}

TEST(RowRenderer, RowLintsMayNotBeLostAndTheActionFollowsAllLints) {
  DomainReport report = gmail_typo();
  report.lints = {Lint::kNullMxMixed};
  const auto key = RowKey::waiting_for(DomainId(kSomeDomain), {Lint::kRagged}, false);
  const std::string suffix = suffix_of(renderer(csv_shape()), report, key);
  EXPECT_NE(suffix.find(",review,"), std::string::npos) << suffix;
  EXPECT_NE(suffix.find(",ragged;null_mx_mixed,"), std::string::npos) << suffix;
}

TEST(RowRenderer, InvalidRowsLeaveHostAndTheRestEmpty) {
  EXPECT_EQ(invalid_row(renderer(csv_shape()), "1,foo\n", Reason::kNoAt),
            "1,foo,,invalid,no_at,suppress,,,,,,\n");
  EXPECT_EQ(invalid_row(renderer(csv_shape()), "1,a..b@x.de\n", Reason::kBadLocalDots),
            "1,a..b@x.de,,invalid,bad_local,review,,,,,,\n");
}

TEST(RowRenderer, SuffixGoesBeforeTheRowsOwnTerminator) {
  const RowRenderer rows = renderer(csv_shape());
  const std::pair<const char*, const char*> cases[] = {{"1,a@b.de\n", "1,a@b.de,S\n"},
                                                       {"1,a@b.de\r\n", "1,a@b.de,S\r\n"},
                                                       {"1,a@b.de\r", "1,a@b.de,S\r"},
                                                       {"1,a@b.de", "1,a@b.de,S"},
                                                       {"\n", ",S\n"},
                                                       {"", ",S"},
                                                       {"1,\"a\nb\"\n", "1,\"a\nb\",S\n"}};
  for (const auto& [row, expected] : cases) EXPECT_EQ(row_of(rows, row, ",S"), expected);
}

TEST(RowRenderer, JsonSuffixGoesBeforeTheLastBrace) {
  const RowRenderer rows = renderer(json_shape());
  const std::pair<const char*, const char*> cases[] = {
      {"{\"email\":\"a@b.de\"}\n", "{\"email\":\"a@b.de\",\"v\":1}\n"},
      {"{\"a\":{\"b\":1}} \r\n", "{\"a\":{\"b\":1},\"v\":1} \r\n"},
      {" { } ", " { \"v\":1} "},
      {"{}", "{\"v\":1}"},
      {"{\"a\":\"{\"}\n", "{\"a\":\"{\",\"v\":1}\n"}};
  for (const auto& [row, expected] : cases) EXPECT_EQ(row_of(rows, row, ",\"v\":1"), expected);
}

TEST(RowRenderer, ObjectWithoutTheKeyKeepsItsBytes) {
  OutputOptions options;
  options.columns = {"reason"};
  const RowRenderer rows = renderer(json_shape(), options);
  EXPECT_EQ(invalid_row(rows, "{\"id\":1}\n", Reason::kBadRow),
            "{\"id\":1,\"mx_reason\":\"bad_row\"}\n");
  EXPECT_EQ(invalid_row(rows, "{}\n", Reason::kBadRow), "{\"mx_reason\":\"bad_row\"}\n");
}

TEST(RowRenderer, FormulasStayUnlessCsvSafe) {
  const std::string row = "=1+1,\"=cmd|'a'!A0\",-5,\"+x\"\"=\",@a,b=c\n";
  EXPECT_EQ(row_of(renderer(csv_shape()), row, ",S"),
            "=1+1,\"=cmd|'a'!A0\",-5,\"+x\"\"=\",@a,b=c,S\n");
  OutputOptions options;
  options.csv_safe = true;
  EXPECT_EQ(row_of(renderer(csv_shape(), options), row, ",S"),
            "'=1+1,\"'=cmd|'a'!A0\",'-5,\"'+x\"\"=\",'@a,b=c,S\n");
}

// --- the address to write to -------------------------------------------------------------------

OutputOptions with_columns(std::vector<std::string> columns) {
  OutputOptions options;
  options.columns = std::move(columns);
  return options;
}

TEST(RowRenderer, TheLocalPartGoesIntoItsPlaceAmongTheColumns) {
  EXPECT_EQ(row_with(renderer(csv_shape(), with_columns({"email", "reason"})), "1,a\n", "Ada.B"),
            "1,a,Ada.B@x.test,mx\n");
  EXPECT_EQ(row_with(renderer(csv_shape(), with_columns({"reason", "email"})), "1,a\n", "Ada.B"),
            "1,a,mx,Ada.B@x.test\n");
  const RowRenderer json = renderer(json_shape(), with_columns({"reason", "email", "action"}));
  EXPECT_EQ(row_with(json, "{\"id\":1}\n", "ada"),
            "{\"id\":1,\"mx_reason\":\"mx\",\"mx_email\":\"ada@x.test\",\"mx_action\":\"send\"}\n");
  EXPECT_EQ(row_with(json, "{ }\n", "ada"),
            "{ \"mx_reason\":\"mx\",\"mx_email\":\"ada@x.test\",\"mx_action\":\"send\"}\n");
}

TEST(RowRenderer, ALocalPartIsQuotedAsTheDialectNeedsIt) {
  const struct {
    char delimiter;
    const char* local_part;
    const char* cell;
  } cases[] = {{',', "a|b", "a|b@x.test"},
               {'|', "a|b", "\"a|b@x.test\""},
               {'|', "ab", "ab@x.test"},
               {',', "\"a,b\"", "\"\"\"a,b\"\"@x.test\""},
               {';', "\"a b\"", "\"\"\"a b\"\"@x.test\""},
               {'\t', "\"a\tb\"", "\"\"\"a\tb\"\"@x.test\""},
               {'@', "ab", "\"ab@x.test\""},
               {'.', "ab", "\"ab@x.test\""},
               {',', "=a", "=a@x.test"}};
  for (const auto& [delimiter, local_part, cell] : cases) {
    const RowRenderer rows = renderer(csv_shape(delimiter), with_columns({"email", "reason"}));
    const std::string between(1, delimiter);
    EXPECT_EQ(row_with(rows, "1\n", local_part), "1" + between + cell + between + "mx\n");
  }
}

TEST(RowRenderer, ALocalPartThatIsAFormulaIsMadeSafe) {
  OutputOptions options = with_columns({"email"});
  options.csv_safe = true;
  const RowRenderer rows = renderer(csv_shape(), options);
  for (const std::string first : {"=", "+", "-"}) {
    EXPECT_EQ(row_with(rows, "1\n", first + "a"), "1,'" + first + "a@x.test\n");
  }
  EXPECT_EQ(row_with(rows, "1\n", "a=b"), "1,a=b@x.test\n");
  EXPECT_EQ(row_with(renderer(json_shape(), options), "{\"i\":1}\n", "=a"),
            "{\"i\":1,\"mx_email\":\"=a@x.test\"}\n");
}

TEST(RowRenderer, AQuotedLocalPartIsEscapedInJson) {
  const RowRenderer rows = renderer(json_shape(), with_columns({"email", "reason"}));
  EXPECT_EQ(row_with(rows, "{\"i\":1}", "\"a\\\\b\""),
            "{\"i\":1,\"mx_email\":\"\\\"a\\\\\\\\b\\\"@x.test\",\"mx_reason\":\"mx\"}");
}

TEST(RowRenderer, AnInvalidRowHasNoAddressToWriteTo) {
  EXPECT_EQ(invalid_row(renderer(csv_shape(), with_columns({"email", "reason"})), "1,b\n",
                        Reason::kNoAt),
            "1,b,,no_at\n");
  EXPECT_EQ(invalid_row(renderer(json_shape(), with_columns({"email"})), "{}", Reason::kNoAt),
            "{\"mx_email\":null}");
}

// --- minimal: our columns alone ----------------------------------------------------------------

TEST(RowRenderer, MinimalWritesOurColumnsAloneTheAddressFirst) {
  for (const std::vector<std::string>& columns :
       {std::vector<std::string>{"reason"}, {"reason", "mx_email"}, {"email", "reason"}}) {
    OutputOptions options = with_columns(columns);
    options.mode = Mode::kMinimal;
    RowShape shape = csv_shape(';');
    shape.has_bom = true;
    const RowRenderer rows = renderer(shape, options);
    EXPECT_EQ(rows.header(), "mx_email,mx_reason\n");
    EXPECT_EQ(row_with(rows, {}, "ada"), "ada@x.test,mx\n");
    EXPECT_EQ(invalid_row(rows, {}, Reason::kEmpty), ",empty\n");
    const RowRenderer json = renderer(json_shape(), options);
    EXPECT_EQ(row_with(json, {}, "ada"), "{\"mx_email\":\"ada@x.test\",\"mx_reason\":\"mx\"}\n");
    EXPECT_EQ(invalid_row(json, {}, Reason::kEmpty),
              "{\"mx_email\":null,\"mx_reason\":\"empty\"}\n");
  }
}

// --- columns in front --------------------------------------------------------------------------

TEST(RowRenderer, ColumnsInFrontKeepLongRowsAligned) {
  OutputOptions options = with_columns({"email", "reason"});
  options.new_columns_first = true;
  RowShape shape = csv_shape();
  shape.has_bom = true;
  const RowRenderer rows = renderer(shape, options);
  EXPECT_EQ(rows.header(), "\xEF\xBB\xBFmx_email,mx_reason,id,email\n");
  EXPECT_EQ(row_with(rows, "1,a,more\r\n", "a"), "a@x.test,mx,1,a,more\r\n");
  EXPECT_EQ(invalid_row(rows, "1,b", Reason::kNoAt), ",no_at,1,b");
}

TEST(RowRenderer, KeysInFrontOfAnObject) {
  OutputOptions options = with_columns({"email", "reason"});
  options.new_columns_first = true;
  const RowRenderer rows = renderer(json_shape(), options);
  EXPECT_EQ(row_with(rows, " {\"a\":{}} \n", "a"),
            " {\"mx_email\":\"a@x.test\",\"mx_reason\":\"mx\",\"a\":{}} \n");
  EXPECT_EQ(invalid_row(rows, "{ }\n", Reason::kBadRow),
            "{\"mx_email\":null,\"mx_reason\":\"bad_row\" }\n");
}

// --- flags as columns --------------------------------------------------------------------------

TEST(RowRenderer, EachFlagMayBeAColumnOfItsOwn) {
  DomainReport report = gmail_typo();
  report.is_relay = true;
  const auto key = RowKey::waiting_for(DomainId(kSomeDomain), {}, true);
  const OutputOptions options = with_columns({"disposable", "mx_role", "free", "relay", "flags"});
  EXPECT_EQ(suffix_of(renderer(csv_shape(), options), report, key),
            ",true,true,true,true,disposable;role;free;relay");
  EXPECT_EQ(renderer(csv_shape(), options).header(),
            "id,email,mx_disposable,mx_role,mx_free,mx_relay,mx_flags\n");
  EXPECT_EQ(suffix_of(renderer(json_shape(), with_columns({"role", "relay"})), {},
                      RowKey::waiting_for(DomainId(kSomeDomain), {}, true)),
            ",\"mx_role\":true,\"mx_relay\":false");
  EXPECT_EQ(invalid_row(renderer(csv_shape(), options), "1,b\n", Reason::kNoAt),
            "1,b,false,false,false,false,\n");
}

}  // namespace
}  // namespace mxbulk::output
