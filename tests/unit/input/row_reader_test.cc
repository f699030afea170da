#include "input/row_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <random>
#include <thread>

#include "base/limits.h"
#include "support/temp_dir.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

struct ReadAll {
  Status status;
  RowShape shape;
  std::string bytes;
  std::vector<std::string> rows;
  std::vector<std::string> cells;  // `!bad` where the row is bad, `…~` where it is ragged
};

// What the pipeline would see of an input, batch after batch.
ReadAll read_all(const InputOptions& options, const RowNeeds& needs = {}) {
  ReadAll all;
  auto opened = RowReader::open(options, needs);
  if (!opened.ok()) {
    all.status = opened.status();
    return all;
  }
  RowReader& reader = *opened.value();
  all.shape = reader.shape();
  RowBatch batch;
  std::string part;
  while (true) {
    const Result<bool> more = reader.next(batch);
    if (!more.ok()) {
      all.status = more.status();
      return all;
    }
    if (!more.value()) return all;
    EXPECT_EQ(batch.block.first_row, all.cells.size());
    for (size_t i = 0; i < batch.block.rows(); ++i) {
      all.rows.push_back(part + std::string(batch.block.row(i)));
      part.clear();
    }
    part += batch.block.part_of_row();
    all.bytes += batch.block.bytes;
    for (const EmailCell& cell : batch.cells) {
      all.cells.push_back((cell.is_bad_row ? "!bad" : std::string(cell.text)) +
                          (cell.is_ragged ? "~" : ""));
    }
  }
}

class RowReaderTest : public testing::Test {
 protected:
  InputOptions file(const std::string& name, std::string_view bytes) {
    InputOptions options;
    options.files = {folder_.write(name, bytes)};
    return options;
  }
  ReadAll read(const std::string& name, std::string_view bytes, const RowNeeds& needs = {}) {
    return read_all(file(name, bytes), needs);
  }
  // The message without the folder.
  std::string message_of(const Status& status) const {
    std::string text = status.message();
    const size_t at = text.find(folder_.file(""));
    if (at != std::string::npos) text.erase(at, folder_.file("").size());
    return text;
  }

  test::TempDir folder_;
};

using Texts = std::vector<std::string>;

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
  EXPECT_EQ(all.rows, (Texts{"1,,\n", "2,a@b.de,\r\n", "3,c@d.de,x,y\n", ",,\n"}));
  EXPECT_EQ(all.cells, (Texts{"!bad", "a@b.de", "c@d.de~", ""}));
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
            "list.csv:1: several columns may hold the addresses: home_email, work_email; choose "
            "one: -s 'home_email'");
}

TEST_F(RowReaderTest, ANumberedNameIsACandidateToo) {
  EXPECT_EQ(read("list.csv", "mail,mail2\na@b.de,c@d.de\n").status.code(), StatusCode::kInput);
  EXPECT_EQ(read("list.csv", "mail,mail2\na@b.de,\n").cells, Texts{"a@b.de"});
}

TEST_F(RowReaderTest, NoColumnIsAnErrorThatListsWhatThereIs) {
  const ReadAll all = read("list.csv", "id,name\n1,x\n");
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(
      message_of(all.status),
      "list.csv:1: no e-mail column found; choose one with -s NAME or -s NUMBER of: id, name");
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
  EXPECT_EQ(message_of(all.status), "list.csv: there is no column \"bcc\"; there are: id, To, cc");
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

TEST_F(RowReaderTest, OwnKeysAreNotAddedTwiceInAnyRow) {
  const ReadAll all =
      read("a.jsonl", "{\"email\":\"a@b.de\"}\n{\"email\":\"c@d.de\",\"mx_reason\":1}\n");
  EXPECT_EQ(all.status.code(), StatusCode::kUsage);
  EXPECT_EQ(
      message_of(all.status),
      "a.jsonl:2: there is a key \"mx_reason\" already; give ours another name with --prefix");
}

TEST_F(RowReaderTest, MissingEmptyFolderAndUtf16AreClearErrors) {
  InputOptions options;
  options.files = {folder_.file("none.csv")};
  EXPECT_EQ(message_of(read_all(options).status),
            "none.csv: No such file or directory; check the path");
  options.files = {folder_.path()};
  EXPECT_EQ(read_all(options).status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(read("empty.csv", "").status),
            "empty.csv: empty; there is nothing to validate");
  EXPECT_EQ(read("bom.csv", "\xEF\xBB\xBF").status.code(), StatusCode::kInput);
  for (const std::string& bytes : {"\xFF\xFE"
                                   "e\0m\0"s,
                                   "e\0m\0a\0i\0l\0\n\0"s, "\0e\0m\0a"s}) {
    const Status status = read("wide.csv", bytes).status;
    EXPECT_EQ(status.code(), StatusCode::kInput);
    EXPECT_NE(status.message().find("iconv"), std::string::npos);
  }
}

TEST_F(RowReaderTest, OtherKindsOfFilesAreNamed) {
  for (const auto& [bytes, what] : {std::pair("PK\x03\x04...", "Excel"),
                                    std::pair("BZh91AY", "bzip2"), std::pair("PAR1", "Parquet")}) {
    const Status status = read("list.csv", bytes).status;
    EXPECT_EQ(status.code(), StatusCode::kInput);
    EXPECT_NE(status.message().find(what), std::string::npos) << status.message();
  }
  const Status array =
      read("list.json", "[{\"email\":\"a@b.de\"},\n{\"email\":\"c@d.de\"}]\n").status;
  EXPECT_EQ(array.code(), StatusCode::kInput);
  EXPECT_NE(array.message().find("jq"), std::string::npos) << array.message();
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

TEST_F(RowReaderTest, JsonlFindsThePathAndKeepsTheBytes) {
  InputOptions options = file("list.jsonl",
                              "{\"id\":1,\"contact\":{\"email\":\"a@b.de\"}}\n"
                              "{\"contact\":{\"email\":\"\\u0061\\\"@c.de\"},\"n\":1e999}\r\n"
                              "{\"contact\":{\"email\":null}}\n{\"contact\":{}}\n");
  options.json_path = "contact.email";
  const ReadAll all = read_all(options);
  ASSERT_TRUE(all.status.ok()) << all.status.message();
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "a\"@c.de", "", "!bad"}));
  EXPECT_EQ(all.rows[1], "{\"contact\":{\"email\":\"\\u0061\\\"@c.de\"},\"n\":1e999}\r\n");
}

TEST_F(RowReaderTest, JsonlLineThatIsNoObjectBecomesRaw) {
  const std::string good = "{\"email\":\"a@b.de\"}";
  for (const std::string& line :
       {"[1]"s, "\"email\""s, good + " x"s, "{\"email\":\"a@b.de\""s, "{\"email\":\"\xFF\"}"s,
        "{\"email\":\"a@b.de\",}"s, "{\"email\":\"a@b.de\",\"n\":01}"s, good + good,
        "{\"email\":\"a@b.de\",\"n\":{\"m\":tru}}"s, "{\"email\":\"a@b.de\",\"n\":[1 2]}"s,
        "{'email':'a@b.de'}"s, "{\"email\":\"a@b.de\",\"n\":\"\\x\"}"s}) {
    const ReadAll all = read("list.jsonl", good + "\n" + line + "\n" + good);
    ASSERT_EQ(all.cells, (Texts{"a@b.de", "!bad", "a@b.de"})) << line;
    EXPECT_EQ(all.rows[1].substr(0, 8), "{\"_raw\":") << line;
    EXPECT_EQ(all.rows[2], good);
  }
}

TEST_F(RowReaderTest, JsonlNumbersOfAnySizeAreFine) {
  for (const char* number : {"123456789012345678901234567890", "-0", "0.5", "1E+2", "-1.25e-400"}) {
    const ReadAll all = read("list.jsonl", "{\"n\":"s + number + ",\"email\":\"a@b.de\"}\n");
    EXPECT_EQ(all.cells, Texts{"a@b.de"}) << number;
  }
}

TEST_F(RowReaderTest, JsonlNestedDeeplyIsBoundedNotCrashed) {
  const std::string deep =
      "{\"email\":\"a@b.de\",\"n\":" + std::string(50'000, '[') + std::string(50'000, ']') + "}";
  const ReadAll all = read("list.jsonl", "{\"email\":\"a@b.de\"}\n" + deep + "\n");
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "!bad"}));
}

TEST_F(RowReaderTest, JsonlWithoutTheKeyAnywhereIsAnError) {
  const ReadAll all = read("list.jsonl", "{\"mail\":\"a@b.de\",\"id\":1}\n{\"mail\":\"c@d.de\"}\n");
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status),
            "list.jsonl:1: no record has a text at \"email\"; choose another key with --json-path; "
            "there are: mail id");
}

TEST_F(RowReaderTest, BetweenFormats) {
  RowNeeds to_json;
  to_json.output_format = Format::kJsonl;
  RowNeeds to_csv;
  to_csv.output_format = Format::kCsv;
  RowNeeds to_tsv;
  to_tsv.output_format = Format::kTsv;

  EXPECT_EQ(read("a.csv", "id,email\n1,\"a\"\"@b.de\",x\n2\n", to_json).rows,
            (Texts{"{\"id\":\"1\",\"email\":\"a\\\"@b.de\",\"_extra\":[\"x\"]}\n",
                   "{\"id\":\"2\",\"email\":\"\"}\n"}));
  EXPECT_EQ(read("a.csv", "1,a@b.de\n", to_json).rows,
            Texts{"{\"column_1\":\"1\",\"column_2\":\"a@b.de\"}\n"});
  EXPECT_EQ(read("a.csv", "n,n,email\n1,\xFF,a@b.de\n", to_json).rows,
            Texts{"{\"n\":\"1\",\"n_2\":\"\xEF\xBF\xBD\",\"email\":\"a@b.de\"}\n"});

  const ReadAll tsv = read("a.csv", "id;email\n1;a@b.de\n", to_tsv);
  EXPECT_EQ(tsv.shape.header_row, "id\temail");
  EXPECT_EQ(tsv.rows, Texts{"1\ta@b.de\n"});

  const ReadAll csv = read("a.jsonl",
                           "{\"email\":\"a@b.de\",\"n\":[1,2],\"t\":true,\"z\":null}\n"
                           "{\"t\":1.50,\"email\":\"c,d@e.de\"}\n[]\n",
                           to_csv);
  EXPECT_EQ(csv.shape.header_row, "email,n,t,z");
  EXPECT_EQ(csv.rows, (Texts{"a@b.de,\"[1,2]\",true,\n", "\"c,d@e.de\",,1.50,\n", ",,,\n"}));

  const ReadAll lines = read("a.txt", "a@b.de\r\nc d\n\n", to_csv);
  EXPECT_EQ(lines.shape.header_row, "email");
  EXPECT_EQ(lines.rows, (Texts{"a@b.de\n", "c d\n", "\n"}));
}

TEST_F(RowReaderTest, ALaterKeyHasNoColumnAndItsLineIsNamed) {
  RowNeeds needs;
  needs.output_format = Format::kCsv;
  const ReadAll all = read("a.jsonl", "{\"email\":\"a@b.de\"}\n{\"email\":\"\",\"x\":1}\n", needs);
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status).substr(0, 22), "a.jsonl:2: the key \"x\"");
  needs.mode = Mode::kMinimal;
  EXPECT_EQ(read("a.jsonl", "{\"email\":\"a@b.de\"}\n{\"email\":\"c\",\"x\":1}\n", needs).rows,
            (Texts{"a@b.de\n", "c\n"}));
}

TEST_F(RowReaderTest, MinimalKeepsTheCellAlone) {
  RowNeeds needs;
  needs.mode = Mode::kMinimal;
  const ReadAll all = read("a.csv", "id,Mail\n1,a@b.de\n2,\"c,d\"\n3\n", needs);
  EXPECT_EQ(all.shape.header_row, "email");
  EXPECT_EQ(all.rows, (Texts{"a@b.de\n", "\"c,d\"\n", "\n"}));
}

TEST_F(RowReaderTest, FormatIsSniffedWhereTheNameSaysNothing) {
  EXPECT_EQ(read("list", "{\"email\":\"a@b.de\"}\n").shape.format, Format::kJsonl);
  EXPECT_EQ(read("list", "email\na@b.de\n").cells, Texts{"a@b.de"});
  EXPECT_EQ(read("list", "a@b.de\nfoo\n").cells, (Texts{"a@b.de", "foo"}));
  EXPECT_EQ(read("list.txt", "id,email\n1,a@b.de\n").cells, Texts{"a@b.de"});
}

TEST_F(RowReaderTest, FilesFollowEachOther) {
  InputOptions options = file("1.csv", "id,email\n1,a@b.de");
  options.files.push_back(folder_.write("2.csv", "\xEF\xBB\xBF\"id\",email\r\n2,c@d.de\r\n"));
  options.files.push_back(folder_.write("3.csv", "id,email\n3,e@f.de"));
  const ReadAll all = read_all(options);
  EXPECT_EQ(all.rows, (Texts{"1,a@b.de\n", "2,c@d.de\r\n", "3,e@f.de"}));
  options.limit_rows = 2;
  EXPECT_EQ(read_all(options).cells, (Texts{"a@b.de", "c@d.de"}));
}

TEST_F(RowReaderTest, AnotherHeaderIsAUsageErrorBeforeTheFirstRow) {
  InputOptions options = file("1.csv", "id,email\n1,a@b.de\n");
  options.files.push_back(folder_.write("2.csv", "email,id\nc@d.de,2\n"));
  EXPECT_EQ(RowReader::open(options, {}).status().code(), StatusCode::kUsage);
  options.files.back() = folder_.file("none.csv");
  EXPECT_EQ(RowReader::open(options, {}).status().code(), StatusCode::kInput);
}

// Each line of the JSON was an address that is none.
TEST_F(RowReaderTest, AnotherFormatIsAUsageErrorBeforeTheFirstRow) {
  const std::string csv = folder_.write("a.csv", "email\na@b.de\n");
  const std::string lines = folder_.write("a.txt", "a@b.de\n");
  const std::string json = folder_.write("a.jsonl", "{\"email\":\"a@b.de\"}\n");
  InputOptions options;
  for (const auto& files : {Texts{csv, json}, Texts{json, csv}, Texts{lines, json},
                            Texts{lines, csv}, Texts{csv, lines}}) {
    options.files = files;
    EXPECT_EQ(RowReader::open(options, {}).status().code(), StatusCode::kUsage) << files[0];
  }
  options.files = {lines, lines};
  EXPECT_EQ(read_all(options).cells, (Texts{"a@b.de", "a@b.de"}));
}

TEST_F(RowReaderTest, ARowOverTheCapIsOneBadRowAndStreamsThrough) {
  const std::string giant = "2," + std::string(limits::kRowBytesMax * 2, 'x');
  const ReadAll all = read("a.csv", "id,email,n\n1,a@b.de,\n" + giant + "\n3,c@d.de,\n");
  ASSERT_TRUE(all.status.ok());
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "!bad", "c@d.de"}));
  ASSERT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.rows[1], giant + ",\n");
}

TEST_F(RowReaderTest, AJsonlRowOverTheCapKeepsItsBeginning) {
  const std::string giant = "{\"x\":\"" + std::string(limits::kRowBytesMax, 'x') + "\"}";
  const ReadAll all =
      read("a.jsonl", "{\"email\":\"a@b.de\"}\n" + giant + "\n{\"email\":\"c@d.de\"}");
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "!bad", "c@d.de"}));
  ASSERT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.rows[1].substr(0, 16), "{\"_raw\":\"{\\\"x\\\":");
  EXPECT_LT(all.rows[1].size(), 2 * limits::kRawKeptBytes);
}

std::string gzip(std::string_view bytes) {
  std::string packed(bytes.size() + 4'096, '\0');
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uint32_t>(bytes.size());
  stream.next_out = reinterpret_cast<uint8_t*>(packed.data());
  stream.avail_out = static_cast<uint32_t>(packed.size());
  EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
  packed.resize(stream.total_out);
  return packed;
}

std::string zstd(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
  return packed;
}

std::string many_rows(size_t count) {
  std::mt19937 random(7);
  std::string bytes = "id,email\n";
  for (size_t i = 0; i < count; ++i) {
    bytes += std::to_string(random()) + ",u" + std::to_string(i) + "@d" +
             std::to_string(random() % 1'000) + ".de\n";
  }
  return bytes;
}

TEST_F(RowReaderTest, GzipAndZstdAreKnownByTheirMagic) {
  const std::string plain = many_rows(50'000);
  const ReadAll expected = read("a.csv", plain);
  ASSERT_EQ(expected.cells.size(), 50'000U);
  const size_t half = plain.size() / 2;
  for (const std::string& packed :
       {gzip(plain), zstd(plain), gzip(plain.substr(0, half)) + gzip(plain.substr(half)),
        zstd(plain.substr(0, half)) + zstd(plain.substr(half))}) {
    const ReadAll all = read("b.csv", packed);
    ASSERT_TRUE(all.status.ok()) << all.status.message();
    EXPECT_EQ(all.bytes, expected.bytes);
  }
}

TEST_F(RowReaderTest, ExtensionsInCapitalsSayAsMuch) {
  // Its first bytes look like CSV with commas.
  const std::string rows = "\"a,b\"\temail\nc,d\te@f.de\n";
  const ReadAll all = read("LIST.TSV.GZ", gzip(rows));
  EXPECT_EQ(all.shape.format, Format::kTsv);
  EXPECT_EQ(all.cells, Texts{"e@f.de"});
}

TEST_F(RowReaderTest, ABombStaysUnderItsCap) {
  const std::string giant(limits::kRowBytesMax * 4, '0');
  for (const std::string& packed : {gzip("email\na@b.de\n" + giant + "\nc@d.de\n"),
                                    zstd("email\na@b.de\n" + giant + "\nc@d.de\n")}) {
    ASSERT_LT(packed.size() * 50, giant.size());
    auto reader = RowReader::open(file("a.csv", packed), {});
    ASSERT_TRUE(reader.ok());
    RowBatch batch;
    size_t cells = 0;
    while (reader.value()->next(batch).value()) {
      cells += batch.cells.size();
      EXPECT_LE(batch.block.bytes.capacity(), 2 * limits::kRowBytesMax);
    }
    EXPECT_EQ(cells, 3U);
  }
}

TEST_F(RowReaderTest, ACutOffStreamIsAnErrorWithItsOffset) {
  const std::string plain = many_rows(50'000);
  for (std::string packed : {gzip(plain), zstd(plain)}) {
    packed.resize(packed.size() / 2);
    const ReadAll all = read("a.csv.gz", packed);
    EXPECT_EQ(all.status.code(), StatusCode::kInput);
    EXPECT_NE(all.status.message().find("cut off at byte " + std::to_string(packed.size())),
              std::string::npos)
        << all.status.message();
  }
}

TEST_F(RowReaderTest, APipeHandsOverWhatItHas) {
  const std::string path = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  InputOptions options;
  options.files = {path};
  int descriptor = -1;
  std::thread opener([&] {
    descriptor = ::open(path.c_str(), O_WRONLY);
    EXPECT_GT(::write(descriptor, "email\na@b.de\nc@", 15), 0);
  });
  auto reader = RowReader::open(options, {});
  opener.join();
  ASSERT_TRUE(reader.ok()) << reader.status().message();
  RowBatch batch;
  ASSERT_TRUE(reader.value()->next(batch).value());
  EXPECT_EQ(batch.cells.size(), 1U);  // without waiting for the rest
  ASSERT_GT(::write(descriptor, "d.de\n", 5), 0);
  ASSERT_TRUE(reader.value()->next(batch).value());
  ASSERT_EQ(batch.cells.size(), 1U);
  EXPECT_EQ(batch.cells[0].text, "c@d.de");
  ::close(descriptor);
  EXPECT_FALSE(reader.value()->next(batch).value());
}

TEST_F(RowReaderTest, OneLineOfAPipeIsEnoughForLinesAndJson) {
  for (const std::string& line : {"a@b.de\n"s, "{\"email\":\"a@b.de\"}\n"s}) {
    const std::string path = folder_.file("pipe_of_" + std::to_string(line.size()));
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    InputOptions options;
    options.files = {path};
    const int both = ::open(path.c_str(), O_RDWR);
    ASSERT_GT(::write(both, line.data(), line.size()), 0);
    auto reader = RowReader::open(options, {});
    ASSERT_TRUE(reader.ok());
    RowBatch batch;
    ASSERT_TRUE(reader.value()->next(batch).value());
    EXPECT_EQ(batch.cells.size(), 1U);
    ::close(both);
  }
}

TEST_F(RowReaderTest, AWaitForAPipeCanBeStopped) {
  const std::string path = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  InputOptions options;
  options.files = {path};
  const int both = ::open(path.c_str(), O_RDWR);
  ASSERT_GT(::write(both, "email\na@b.de\n", 13), 0);
  auto reader = RowReader::open(options, {});
  ASSERT_TRUE(reader.ok());
  RowBatch batch;
  ASSERT_TRUE(reader.value()->next(batch).value());
  std::thread stopper([&] { reader.value()->stop(); });
  EXPECT_FALSE(reader.value()->next(batch).value());  // nothing more ever comes
  stopper.join();
  ::close(both);
}

// Whatever the block boundaries fall on: rows are the same as from one read of the whole.
TEST_F(RowReaderTest, BlockBoundariesChangeNothing) {
  std::mt19937 random(11);
  constexpr std::string_view kAlphabet = "a@.,\"\n\r;x";
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
    EXPECT_EQ(read_all(options).rows, rows) << "round " << round;
  }
}

}  // namespace
}  // namespace mxbulk::input
