#include "output/text_row_encoder.h"

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

TextRowEncoder encoder(const RowShape& shape, const OutputOptions& options = {}) {
  auto made = TextRowEncoder::create(options, shape);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(made.value());
}

std::string header_of(TextRowEncoder rows) {
  std::string out;
  rows.append_header(true, out);
  return out;
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

EncodedColumns columns_of(TextRowEncoder rows, const DomainReport& report, RowKey key) {
  EncodedColumns columns;
  rows.encode(result_of(report, key), columns);
  return columns;
}

// The columns of a row without its own cells.
std::string suffix_of(TextRowEncoder rows, const DomainReport& report, RowKey key) {
  return columns_of(rows, report, key).text;
}

std::string row_of(TextRowEncoder rows, std::string_view row, std::string_view suffix) {
  EncodedColumns columns;
  columns.text = suffix;
  std::string out;
  rows.append_row(row, {}, columns, out);
  return out;
}

// A row whose good address has this local part.
std::string row_with(TextRowEncoder rows, std::string_view row, std::string_view local_part) {
  DomainReport report;
  report.domain = "x.test";
  report.reason = Reason::kMx;
  std::string out;
  rows.append_row(row, local_part,
                  columns_of(rows, report, RowKey::waiting_for(DomainId(kSomeDomain), {}, false)),
                  out);
  return out;
}

std::string invalid_row(TextRowEncoder rows, std::string_view row, Reason reason) {
  EncodedColumns columns;
  rows.encode(result_of_invalid(RowKey::invalid(reason, {}), ""), columns);
  std::string out;
  rows.append_row(row, {}, columns, out);
  return out;
}

TEST(TextRowEncoder, AnInvalidRowWithASuggestionIsForAPersonToSee) {
  TextRowEncoder rows = encoder(csv_shape());
  EncodedColumns columns;
  rows.encode(result_of_invalid(RowKey::invalid(Reason::kDotless, {}, 1), "gmail.com"), columns);
  std::string out;
  rows.append_row("x", {}, columns, out);
  EXPECT_EQ(out, "x,,invalid,dotless,review,,,,,,gmail.com");
  rows.encode(result_of_invalid(RowKey::invalid(Reason::kDotless, {}), ""), columns);
  out.clear();
  rows.append_row("x", {}, columns, out);
  EXPECT_EQ(out, "x,,invalid,dotless,suppress,,,,,,");
}

TEST(TextRowEncoder, ARelayIsAFlag) {
  TextRowEncoder rows = encoder(csv_shape());
  DomainReport report = gmail_typo();
  report.is_relay = true;
  const RowKey key = RowKey::waiting_for(DomainId(kSomeDomain), {}, true);
  EXPECT_NE(suffix_of(rows, report, key).find(",disposable;role;free;relay,"), std::string::npos);
}

TEST(TextRowEncoder, WhatAServerLacksForUtf8ConcernsOnlyRowsThatNeedIt) {
  TextRowEncoder rows = encoder(csv_shape());
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

TEST(TextRowEncoder, HeaderHasTheContractsColumnsInOrder) {
  EXPECT_EQ(header_of(encoder(csv_shape())),
            "id,email,mx_email,mx_verdict,mx_reason,mx_action,mx_domain,mx_host,mx_provider,"
            "mx_flags,mx_lints,mx_suggestion\n");
}

TEST(TextRowEncoder, HeaderKeepsBomTerminatorAndDelimiter) {
  RowShape shape = csv_shape('\t');
  shape.has_bom = true;
  shape.terminator = "\r\n";
  OutputOptions options;
  options.columns = {"reason", "mx_verdict"};
  options.prefix = "v_";
  EXPECT_EQ(header_of(encoder(shape, options)), "\xEF\xBB\xBFid\temail\tv_reason\tv_verdict\r\n");
}

TEST(TextRowEncoder, NoHeaderWithoutOneInTheInputAndNoneInJson) {
  RowShape shape = csv_shape();
  shape.has_header = false;
  EXPECT_EQ(header_of(encoder(shape)), "");
  RowShape json = json_shape();
  json.has_bom = true;
  EXPECT_EQ(header_of(encoder(json)), "");
}

TEST(TextRowEncoder, UnknownAndRepeatedColumnsAreUsageErrors) {
  OutputOptions options;
  options.columns = {"verdict", "colour"};
  const auto unknown = TextRowEncoder::create(options, csv_shape());
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), StatusCode::kUsage);
  EXPECT_NE(unknown.status().message().find("suggestion"), std::string::npos);
  options.columns = {"verdict", "mx_verdict"};
  EXPECT_EQ(TextRowEncoder::create(options, csv_shape()).status().code(), StatusCode::kUsage);
}

TEST(TextRowEncoder, CsvSuffixHoldsEveryColumn) {
  const auto key = RowKey::waiting_for(DomainId(kSomeDomain), {Lint::kTrimmed}, true);
  EXPECT_EQ(suffix_of(encoder(csv_shape()), gmail_typo(), key),
            ",@gmial.com,mx_ok,mx,review,gmial.com,mx1.gmial.com,google,disposable;role;free,"
            "trimmed;mx_cname;mx_partial,gmail.com");
}

TEST(TextRowEncoder, JsonSuffixHasArraysAndNulls) {
  TextRowEncoder rows = encoder(json_shape());
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

TEST(TextRowEncoder, RowLintsMayNotBeLostAndTheActionFollowsAllLints) {
  DomainReport report = gmail_typo();
  report.lints = {Lint::kNullMxMixed};
  const auto key = RowKey::waiting_for(DomainId(kSomeDomain), {Lint::kRagged}, false);
  const std::string suffix = suffix_of(encoder(csv_shape()), report, key);
  EXPECT_NE(suffix.find(",review,"), std::string::npos) << suffix;
  EXPECT_NE(suffix.find(",ragged;null_mx_mixed,"), std::string::npos) << suffix;
}

TEST(TextRowEncoder, InvalidRowsLeaveHostAndTheRestEmpty) {
  EXPECT_EQ(invalid_row(encoder(csv_shape()), "1,foo\n", Reason::kNoAt),
            "1,foo,,invalid,no_at,suppress,,,,,,\n");
  EXPECT_EQ(invalid_row(encoder(csv_shape()), "1,a..b@x.de\n", Reason::kBadLocalDots),
            "1,a..b@x.de,,invalid,bad_local,review,,,,,,\n");
}

TEST(TextRowEncoder, SuffixGoesBeforeTheRowsOwnTerminator) {
  TextRowEncoder rows = encoder(csv_shape());
  const std::pair<const char*, const char*> cases[] = {{"1,a@b.de\n", "1,a@b.de,S\n"},
                                                       {"1,a@b.de\r\n", "1,a@b.de,S\r\n"},
                                                       {"1,a@b.de\r", "1,a@b.de,S\r"},
                                                       {"1,a@b.de", "1,a@b.de,S"},
                                                       {"\n", ",S\n"},
                                                       {"", ",S"},
                                                       {"1,\"a\nb\"\n", "1,\"a\nb\",S\n"}};
  for (const auto& [row, expected] : cases) EXPECT_EQ(row_of(rows, row, ",S"), expected);
}

TEST(TextRowEncoder, JsonSuffixGoesBeforeTheLastBrace) {
  TextRowEncoder rows = encoder(json_shape());
  const std::pair<const char*, const char*> cases[] = {
      {"{\"email\":\"a@b.de\"}\n", "{\"email\":\"a@b.de\",\"v\":1}\n"},
      {"{\"a\":{\"b\":1}} \r\n", "{\"a\":{\"b\":1},\"v\":1} \r\n"},
      {" { } ", " { \"v\":1} "},
      {"{}", "{\"v\":1}"},
      {"{\"a\":\"{\"}\n", "{\"a\":\"{\",\"v\":1}\n"}};
  for (const auto& [row, expected] : cases) EXPECT_EQ(row_of(rows, row, ",\"v\":1"), expected);
}

TEST(TextRowEncoder, ObjectWithoutTheKeyKeepsItsBytes) {
  OutputOptions options;
  options.columns = {"reason"};
  TextRowEncoder rows = encoder(json_shape(), options);
  EXPECT_EQ(invalid_row(rows, "{\"id\":1}\n", Reason::kBadRow),
            "{\"id\":1,\"mx_reason\":\"bad_row\"}\n");
  EXPECT_EQ(invalid_row(rows, "{}\n", Reason::kBadRow), "{\"mx_reason\":\"bad_row\"}\n");
}

TEST(TextRowEncoder, FormulasStayUnlessCsvSafe) {
  const std::string row = "=1+1,\"=cmd|'a'!A0\",-5,\"+x\"\"=\",@a,b=c\n";
  EXPECT_EQ(row_of(encoder(csv_shape()), row, ",S"),
            "=1+1,\"=cmd|'a'!A0\",-5,\"+x\"\"=\",@a,b=c,S\n");
  OutputOptions options;
  options.csv_safe = true;
  EXPECT_EQ(row_of(encoder(csv_shape(), options), row, ",S"),
            "'=1+1,\"'=cmd|'a'!A0\",'-5,\"'+x\"\"=\",'@a,b=c,S\n");
}

// --- the address to write to -------------------------------------------------------------------

OutputOptions with_columns(std::vector<std::string> columns) {
  OutputOptions options;
  options.columns = std::move(columns);
  return options;
}

TEST(TextRowEncoder, TheLocalPartGoesIntoItsPlaceAmongTheColumns) {
  EXPECT_EQ(row_with(encoder(csv_shape(), with_columns({"email", "reason"})), "1,a\n", "Ada.B"),
            "1,a,Ada.B@x.test,mx\n");
  EXPECT_EQ(row_with(encoder(csv_shape(), with_columns({"reason", "email"})), "1,a\n", "Ada.B"),
            "1,a,mx,Ada.B@x.test\n");
  TextRowEncoder json = encoder(json_shape(), with_columns({"reason", "email", "action"}));
  EXPECT_EQ(row_with(json, "{\"id\":1}\n", "ada"),
            "{\"id\":1,\"mx_reason\":\"mx\",\"mx_email\":\"ada@x.test\",\"mx_action\":\"send\"}\n");
  EXPECT_EQ(row_with(json, "{ }\n", "ada"),
            "{ \"mx_reason\":\"mx\",\"mx_email\":\"ada@x.test\",\"mx_action\":\"send\"}\n");
}

TEST(TextRowEncoder, ALocalPartIsQuotedAsTheDialectNeedsIt) {
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
    TextRowEncoder rows = encoder(csv_shape(delimiter), with_columns({"email", "reason"}));
    const std::string between(1, delimiter);
    EXPECT_EQ(row_with(rows, "1\n", local_part), "1" + between + cell + between + "mx\n");
  }
}

TEST(TextRowEncoder, ALocalPartThatIsAFormulaIsMadeSafe) {
  OutputOptions options = with_columns({"email"});
  options.csv_safe = true;
  TextRowEncoder rows = encoder(csv_shape(), options);
  for (const std::string first : {"=", "+", "-"}) {
    EXPECT_EQ(row_with(rows, "1\n", first + "a"), "1,'" + first + "a@x.test\n");
  }
  EXPECT_EQ(row_with(rows, "1\n", "a=b"), "1,a=b@x.test\n");
  EXPECT_EQ(row_with(encoder(json_shape(), options), "{\"i\":1}\n", "=a"),
            "{\"i\":1,\"mx_email\":\"=a@x.test\"}\n");
}

TEST(TextRowEncoder, AQuotedLocalPartIsEscapedInJson) {
  TextRowEncoder rows = encoder(json_shape(), with_columns({"email", "reason"}));
  EXPECT_EQ(row_with(rows, "{\"i\":1}", "\"a\\\\b\""),
            "{\"i\":1,\"mx_email\":\"\\\"a\\\\\\\\b\\\"@x.test\",\"mx_reason\":\"mx\"}");
}

TEST(TextRowEncoder, AnInvalidRowHasNoAddressToWriteTo) {
  EXPECT_EQ(
      invalid_row(encoder(csv_shape(), with_columns({"email", "reason"})), "1,b\n", Reason::kNoAt),
      "1,b,,no_at\n");
  EXPECT_EQ(invalid_row(encoder(json_shape(), with_columns({"email"})), "{}", Reason::kNoAt),
            "{\"mx_email\":null}");
}

// --- minimal: our columns alone ----------------------------------------------------------------

TEST(TextRowEncoder, MinimalWritesOurColumnsAloneTheAddressFirst) {
  for (const std::vector<std::string>& columns :
       {std::vector<std::string>{"reason"}, {"reason", "mx_email"}, {"email", "reason"}}) {
    OutputOptions options = with_columns(columns);
    options.mode = Mode::kMinimal;
    RowShape shape = csv_shape(';');
    shape.has_bom = true;
    TextRowEncoder rows = encoder(shape, options);
    EXPECT_EQ(header_of(rows), "mx_email,mx_reason\n");
    EXPECT_EQ(row_with(rows, {}, "ada"), "ada@x.test,mx\n");
    EXPECT_EQ(invalid_row(rows, {}, Reason::kEmpty), ",empty\n");
    TextRowEncoder json = encoder(json_shape(), options);
    EXPECT_EQ(row_with(json, {}, "ada"), "{\"mx_email\":\"ada@x.test\",\"mx_reason\":\"mx\"}\n");
    EXPECT_EQ(invalid_row(json, {}, Reason::kEmpty),
              "{\"mx_email\":null,\"mx_reason\":\"empty\"}\n");
  }
}

// --- columns in front --------------------------------------------------------------------------

TEST(TextRowEncoder, ColumnsInFrontKeepLongRowsAligned) {
  OutputOptions options = with_columns({"email", "reason"});
  options.new_columns_first = true;
  RowShape shape = csv_shape();
  shape.has_bom = true;
  TextRowEncoder rows = encoder(shape, options);
  EXPECT_EQ(header_of(rows), "\xEF\xBB\xBFmx_email,mx_reason,id,email\n");
  EXPECT_EQ(row_with(rows, "1,a,more\r\n", "a"), "a@x.test,mx,1,a,more\r\n");
  EXPECT_EQ(invalid_row(rows, "1,b", Reason::kNoAt), ",no_at,1,b");
}

TEST(TextRowEncoder, KeysInFrontOfAnObject) {
  OutputOptions options = with_columns({"email", "reason"});
  options.new_columns_first = true;
  TextRowEncoder rows = encoder(json_shape(), options);
  EXPECT_EQ(row_with(rows, " {\"a\":{}} \n", "a"),
            " {\"mx_email\":\"a@x.test\",\"mx_reason\":\"mx\",\"a\":{}} \n");
  EXPECT_EQ(invalid_row(rows, "{ }\n", Reason::kBadRow),
            "{\"mx_email\":null,\"mx_reason\":\"bad_row\" }\n");
}

// --- flags as columns --------------------------------------------------------------------------

TEST(TextRowEncoder, EachFlagMayBeAColumnOfItsOwn) {
  DomainReport report = gmail_typo();
  report.is_relay = true;
  const auto key = RowKey::waiting_for(DomainId(kSomeDomain), {}, true);
  const OutputOptions options = with_columns({"disposable", "mx_role", "free", "relay", "flags"});
  EXPECT_EQ(suffix_of(encoder(csv_shape(), options), report, key),
            ",true,true,true,true,disposable;role;free;relay");
  EXPECT_EQ(header_of(encoder(csv_shape(), options)),
            "id,email,mx_disposable,mx_role,mx_free,mx_relay,mx_flags\n");
  EXPECT_EQ(suffix_of(encoder(json_shape(), with_columns({"role", "relay"})), {},
                      RowKey::waiting_for(DomainId(kSomeDomain), {}, true)),
            ",\"mx_role\":true,\"mx_relay\":false");
  EXPECT_EQ(invalid_row(encoder(csv_shape(), options), "1,b\n", Reason::kNoAt),
            "1,b,false,false,false,false,\n");
}

// Each output file has an encoder of its own: one in the middle of a long row does not disturb
// another.
TEST(TextRowEncoder, ACloneHasAStateOfItsOwn) {
  OutputOptions options = with_columns({"reason"});
  options.new_columns_first = true;
  TextRowEncoder rows = encoder(csv_shape(), options);
  const std::unique_ptr<RowEncoder> other = rows.clone();
  EncodedColumns columns;
  rows.encode(result_of_invalid(RowKey::invalid(Reason::kBadRow, {}), ""), columns);
  std::string out;
  rows.append_part("1,lo", columns, out);
  rows.append_part("ng", columns, out);
  std::string beside;
  other->append_row("2,a\n", {}, columns, beside);
  rows.append_row("er\n", {}, columns, out);
  rows.append_row("3,b\n", {}, columns, out);
  EXPECT_EQ(out, "bad_row,1,longer\nbad_row,3,b\n");
  EXPECT_EQ(beside, "bad_row,2,a\n");
}

}  // namespace
}  // namespace mxbulk::output
