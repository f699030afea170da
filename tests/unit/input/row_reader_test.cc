// CSV: the column, the cells, the rows.
#include <random>

#include "base/limits.h"
#include "unit/input/row_reader_fixture.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

TEST_F(RowReaderTest, CsvKeepsItsBytesAndGivesTheCell) {
  const std::string rows = "1,a@b.de\r\n\"2\",\"x \"\"y\"\"@c.de\"\n3,\"d\n@e.de\"\r4,f@g.de";
  const ReadAll all = read("list.csv", "id,E-Mail\r\n" + rows);
  ASSERT_TRUE(all.status.ok()) << all.status.message();
  EXPECT_EQ(all.bytes, rows);
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "x \"y\"@c.de", "d\n@e.de", "f@g.de"}));
  EXPECT_EQ(all.shape.header_row, "id,E-Mail");
  EXPECT_EQ(all.shape.terminator, "\r\n");
  EXPECT_TRUE(all.shape.has_header);
}

TEST_F(RowReaderTest, BomIsNoPartOfTheFirstName) {
  const ReadAll all = read("list.csv",
                           "\xEF\xBB\xBF"
                           "email\na@b.de\n");
  EXPECT_EQ(all.cells, Texts{"a@b.de"});
  EXPECT_EQ(all.shape.header_row, "email");
  EXPECT_TRUE(all.shape.has_bom);
}

TEST_F(RowReaderTest, ShortRowsArePaddedLongOnesRagged) {
  const ReadAll all = read("list.csv", "id,email,n\n1\n2,a@b.de\r\n3,c@d.de,x,y\n\n");
  EXPECT_EQ(all.rows, (Texts{"1,,\n", "2,a@b.de,\r\n", "3,c@d.de,x,y\n", "\n"}));
  EXPECT_EQ(all.cells, (Texts{"!bad", "a@b.de", "c@d.de~", "(passed)"}));
}

TEST_F(RowReaderTest, DelimitersAreFoundByThemselves) {
  const std::pair<const char*, char> cases[] = {{"id;email\n1;a@b.de\n", ';'},
                                                {"id\temail\n1\ta@b.de\n", '\t'},
                                                {"id|email\n1|a@b.de\n", '|'},
                                                {"id;\"a,b\";email\n1;\"c,d\";a@b.de\n", ';'},
                                                {"email\na@b.de\n", ','}};
  for (const auto& [bytes, delimiter] : cases) {
    const ReadAll all = read("list.csv", bytes);
    EXPECT_EQ(all.shape.delimiter, delimiter) << bytes;
    EXPECT_EQ(all.cells, Texts{"a@b.de"}) << bytes;
  }
}

TEST_F(RowReaderTest, ColumnIsFoundByNameOrByContent) {
  const std::pair<const char*, const char*> cases[] = {
      {"id,E-Mail Address,name\n1,a@b.de,x\n", "a@b.de"},
      {"id,email_opt_in,email\n1,yes,a@b.de\n", "a@b.de"},
      {"id,email,email2\n1,a@b.de,\n", "a@b.de"},
      {"id,kontakt,name\n1,a@b.de,x\n", "a@b.de"},
      {"1,a@b.de,x\n", "a@b.de"}};
  for (const auto& [bytes, cell] : cases) {
    const ReadAll all = read("list.csv", bytes);
    EXPECT_EQ(all.cells, Texts{cell}) << bytes << all.status.message();
  }
}

TEST_F(RowReaderTest, AmbiguousColumnsAreListed) {
  const ReadAll all = read("list.csv", "home_email,work_email\na@b.de,c@d.de\n");
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status),
            "list.csv:1: more than one column holds addresses: \"home_email\" (a@b.de), "
            "\"work_email\" (c@d.de); choose one, for example with -s 'home_email'");
}

TEST_F(RowReaderTest, ANumberedNameIsACandidateToo) {
  EXPECT_EQ(read("list.csv", "mail,mail2\na@b.de,c@d.de\n").status.code(), StatusCode::kInput);
  EXPECT_EQ(read("list.csv", "mail,mail2\na@b.de,\n").cells, Texts{"a@b.de"});
}

TEST_F(RowReaderTest, NoColumnIsAnErrorThatListsWhatThereIs) {
  const ReadAll all = read("list.csv", "id,name\n1,x\n");
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status),
            "list.csv:1: no column holds e-mail addresses; there are \"id\", \"name\"; choose one "
            "with -s");
}

TEST_F(RowReaderTest, ColumnByNameAndNumber) {
  InputOptions options = file("list.csv", "id,To,cc\n1,a@b.de,c@d.de\n");
  options.column = "cc";
  EXPECT_EQ(read_all(options).cells, Texts{"c@d.de"});
  options.column = "to";
  EXPECT_EQ(read_all(options).cells, Texts{"a@b.de"});
  options.column = "3";
  EXPECT_EQ(read_all(options).cells, Texts{"c@d.de"});
  options.column = "4";
  EXPECT_EQ(read_all(options).status.code(), StatusCode::kUsage);
  options.column = "bcc";
  const ReadAll all = read_all(options);
  EXPECT_EQ(all.status.code(), StatusCode::kUsage);
  EXPECT_EQ(
      message_of(all.status),
      "list.csv: there is no column \"bcc\"; did you mean \"cc\"? there are 3: \"id\", \"To\", "
      "\"cc\"");
  options.column = "phone number";
  EXPECT_EQ(message_of(read_all(options).status),
            "list.csv: there is no column \"phone number\"; there are 3: \"id\", \"To\", \"cc\"");
}

TEST_F(RowReaderTest, NoHeadersMeansThatTheFirstRowIsARow) {
  InputOptions options = file("list.csv", "x,email\n1,a@b.de\n");
  options.no_headers = true;
  const ReadAll all = read_all(options);
  EXPECT_EQ(all.cells, (Texts{"email", "a@b.de"}));
  EXPECT_FALSE(all.shape.has_header);
}

TEST_F(RowReaderTest, OwnColumnsAreNotAddedTwice) {
  const ReadAll all = read("list.csv", "email,mx_verdict\na@b.de,mx_ok\n");
  EXPECT_EQ(all.status.code(), StatusCode::kUsage);
  EXPECT_NE(all.status.message().find("--prefix"), std::string::npos);
  RowNeeds needs;
  needs.new_column_prefix = "again_";
  EXPECT_TRUE(read("list.csv", "email,mx_verdict\na@b.de,mx_ok\n", needs).status.ok());
}

TEST_F(RowReaderTest, MissingEmptyAndFolderAreClearErrors) {
  InputOptions options;
  options.files = {folder_.file("none.csv")};
  EXPECT_EQ(message_of(read_all(options).status),
            "none.csv: No such file or directory; check the path");
  options.files = {folder_.path()};
  EXPECT_EQ(read_all(options).status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(read("empty.csv", "").status),
            "empty.csv: empty; there is nothing to validate");
  EXPECT_EQ(read("bom.csv", "\xEF\xBB\xBF").status.code(), StatusCode::kInput);
}

TEST_F(RowReaderTest, OtherKindsOfFilesAreNamed) {
  for (const auto& [bytes, what] :
       {std::pair("PK\x03\x04...", "Excel"), std::pair("BZh91AY&SY", "bzip2"),
        std::pair("PAR1\x15", "Parquet")}) {
    const Status status = read("list.csv", bytes).status;
    EXPECT_EQ(status.code(), StatusCode::kInput);
    EXPECT_NE(status.message().find(what), std::string::npos) << status.message();
  }
}

TEST_F(RowReaderTest, HeaderAloneIsNoRows) {
  const ReadAll all = read("list.csv", "id,email\n");
  EXPECT_TRUE(all.status.ok());
  EXPECT_TRUE(all.cells.empty());
}

TEST_F(RowReaderTest, AQuoteThatSwallowsRowsIsAnErrorWithItsRow) {
  const ReadAll all = read("list.csv", "id,email\n1,a@b.de\n2,\"c@d.de\n3,e@f.de\n");
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status).substr(0, 25), "list.csv:3: a quote opens");
}

TEST_F(RowReaderTest, AnOpenQuoteInTheLastRowIsABadRowAndIsClosed) {
  const ReadAll all = read("list.csv", "id,email\n1,a@b.de\n2,\"c@d.de");
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "!bad"}));
  EXPECT_EQ(all.rows.back(), "2,\"c@d.de\"");
  const ReadAll ended = read("list.csv", "id,email\r\n1,a@b.de\r\n2,\"c@d.de\r\n");
  EXPECT_EQ(ended.cells, (Texts{"a@b.de", "!bad"}));
  EXPECT_EQ(ended.rows.back(), "2,\"c@d.de\"\r\n");
}

// The cell went out as two lines in quotes.
TEST_F(RowReaderTest, TheBreakAfterAnOpenQuoteIsNotPartOfTheCell) {
  RowNeeds needs;
  needs.output_format = Format::kTsv;
  const ReadAll all = read("list.csv", "id,email\n1,a@b.de\n2,\"c@d.de\r\n", needs);
  EXPECT_EQ(all.rows, (Texts{"1\ta@b.de\n", "2\tc@d.de\n"}));
}

TEST_F(RowReaderTest, BlankRowsUnderAWideHeaderDoNotBurstABlock) {
  constexpr size_t kRows = 6'000;  // of 4,001 cells: three blocks as CSV, more as JSON
  std::string header = "email";
  for (int i = 0; i < 4'000; ++i) header += ",c" + std::to_string(i);
  InputOptions options = file("wide.csv", header + "\n" + std::string(kRows, '\n'));
  for (const Format format : {Format::kCsv, Format::kJsonl}) {
    RowNeeds needs;
    needs.output_format = format;
    auto reader = RowReader::open(options, needs);
    ASSERT_TRUE(reader.ok());
    RowBatch batch;
    size_t rows = 0;
    while (reader.value()->next(batch).value()) {
      rows += batch.block.rows();
      EXPECT_LE(batch.block.bytes.size(), 3 * limits::kMadeBlockBytes);
    }
    EXPECT_EQ(rows, kRows);
  }
}

TEST_F(RowReaderTest, ARowOverTheCapIsOneBadRowAndStreamsThrough) {
  const std::string giant = "2," + std::string(limits::kRowBytesMax * 2, 'x');
  const ReadAll all = read("a.csv", "id,email,n\n1,a@b.de,\n" + giant + "\n3,c@d.de,\n");
  ASSERT_TRUE(all.status.ok());
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "!bad", "c@d.de"}));
  ASSERT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.rows[1], giant + ",\n");
}

// A quote that met another one 16 MiB later made one bad row of all rows between them.
TEST_F(RowReaderTest, AStrayQuoteThatClosesMuchLaterIsAnErrorAndNotOneBadRow) {
  std::string rows = "id,email\n1,\"open\n";
  while (rows.size() <= limits::kRowBytesMax) rows += "2,c@d.de\n";
  const ReadAll all = read("a.csv", rows + "3,x\"\n4,e@f.de\n");
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status).substr(0, 8), "a.csv:2:");
}

// Whatever the block boundaries fall on: rows are the same as from one read of the whole.
TEST_F(RowReaderTest, BlockBoundariesChangeNothing) {
  std::mt19937 random(11);
  constexpr std::string_view kAlphabet = "a#.,\"\n\r;x";  // no address: no line is a row
  for (int round = 0; round < 20; ++round) {
    std::string body;
    std::vector<std::string> rows;
    while (body.size() < 3 * limits::kBlockBytes) {
      std::string row = "1,\"";
      for (size_t i = random() % 400; i > 0; --i) {
        const char c = kAlphabet[random() % kAlphabet.size()];
        row += c == '"' ? "\"\"" : std::string(1, c);
      }
      row += random() % 2 == 0 ? "\"\r\n" : "\"\n";
      body += row;
      rows.push_back(row);
    }
    InputOptions options = file("a.csv", "id,email\n" + body);
    options.delimiter = ',';
    options.column = "email";
    const ReadAll all = read_all(options);
    ASSERT_EQ(all.status.message(), "");
    EXPECT_EQ(all.rows, rows) << "round " << round;
  }
}

}  // namespace
}  // namespace mxbulk::input
