// JSONL and lines, one format made from another, and several files.
#include "base/limits.h"
#include "unit/input/row_reader_fixture.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

TEST_F(RowReaderTest, OwnKeysAreNotAddedTwiceInAnyRow) {
  const ReadAll all =
      read("a.jsonl", "{\"email\":\"a@b.de\"}\n{\"email\":\"c@d.de\",\"mx_reason\":1}\n");
  EXPECT_EQ(all.status.code(), StatusCode::kUsage);
  EXPECT_EQ(
      message_of(all.status),
      "a.jsonl:2: there is a key \"mx_reason\" already; give ours another name with --prefix");
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
       {"[1]"s, "\"email\""s, good + " x"s, "{\"email\":\"a@b.de\""s, "{\"email\":\"a@b.de\",}"s,
        "{\"email\":\"a@b.de\",\"n\":01}"s, good + good,
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

TEST_F(RowReaderTest, JsonlWithoutTheMemberAnywhereIsAnError) {
  InputOptions options =
      file("list.jsonl", "{\"mail\":\"a@b.de\",\"id\":1}\n{\"mail\":\"c@d.de\"}\n");
  EXPECT_EQ(read_all(options).cells, (Texts{"a@b.de", "c@d.de"}));
  options.json_path = "email";
  const ReadAll all = read_all(options);
  EXPECT_EQ(all.status.code(), StatusCode::kUsage);
  EXPECT_EQ(message_of(all.status),
            "list.jsonl:1: no record has a text at \"email\"; choose another member with "
            "--json-path; there are: mail");
}

// `-s` was ignored on JSONL, and another member was validated.
TEST_F(RowReaderTest, TheColumnFlagChoosesTheMemberOfJson) {
  InputOptions options =
      file("list.jsonl", "{\"a\":\"a@b.de\",\"b\":\"\",\"c\":{\"d\":\"x@y.de\"}}\n");
  options.column = "a";
  EXPECT_EQ(read_all(options).cells, Texts{"a@b.de"});
  options.column = "c.d";
  EXPECT_EQ(read_all(options).cells, Texts{"x@y.de"});
  options.column = "nosuch";
  EXPECT_EQ(read_all(options).status.code(), StatusCode::kUsage);
  options.json_path = "a";  // more exact; the column is for tables
  EXPECT_EQ(read_all(options).cells, Texts{"a@b.de"});
}

TEST_F(RowReaderTest, AJsonPathWithoutJsonIsRefused) {
  for (const char* name : {"list.csv", "list.tsv", "list.txt"}) {
    InputOptions options = file(name, "a@b.de\nc@d.de\n");
    options.json_path = "email";
    EXPECT_EQ(read_all(options).status.code(), StatusCode::kUsage) << name;
    options.column = "1";  // for tables; the path is for other lists
    EXPECT_EQ(read_all(options).cells, (Texts{"a@b.de", "c@d.de"})) << name;
  }
  InputOptions options = file("list.csv", "id,email\n1,a@b.de\n");
  options.json_path = "email";
  EXPECT_EQ(message_of(read_all(options).status),
            "list.csv: --json-path names a member of JSON records, and this is a table; name the "
            "column with -s");
}

TEST_F(RowReaderTest, BetweenFormats) {
  RowNeeds to_json;
  to_json.output_format = Format::kJsonl;
  RowNeeds to_csv;
  to_csv.output_format = Format::kCsv;
  RowNeeds to_tsv;
  to_tsv.output_format = Format::kTsv;

  EXPECT_EQ(read("a.csv", "id,email\n1,\"a\"\"@b.de\",x\n2\n\n", to_json).rows,
            (Texts{"{\"id\":\"1\",\"email\":\"a\\\"@b.de\",\"_extra\":[\"x\"]}\n",
                   "{\"id\":\"2\",\"email\":\"\"}\n", ""}));
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
  EXPECT_EQ(lines.rows, (Texts{"a@b.de\n", "c d\n", ""}));
}

TEST_F(RowReaderTest, ALaterKeyHasNoColumnAndItsLineIsNamed) {
  RowNeeds needs;
  needs.output_format = Format::kCsv;
  const ReadAll all = read("a.jsonl", "{\"email\":\"a@b.de\"}\n{\"email\":\"\",\"x\":1}\n", needs);
  EXPECT_EQ(all.status.code(), StatusCode::kInput);
  EXPECT_EQ(message_of(all.status).substr(0, 22), "a.jsonl:2: the key \"x\"");
  needs.keep_rows = false;
  EXPECT_EQ(read("a.jsonl", "{\"email\":\"a@b.de\"}\n{\"email\":\"c\",\"x\":1}\n", needs).cells,
            (Texts{"a@b.de", "c"}));
}

TEST_F(RowReaderTest, WithoutRowsTheCellsAreTheSame) {
  RowNeeds needs;
  needs.keep_rows = false;
  const ReadAll all = read("a.csv", "id,Mail\n1,a@b.de\n2,\"c,d\"\n3\n", needs);
  EXPECT_TRUE(all.shape.has_header);
  EXPECT_TRUE(all.rows.empty());
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "c,d", "!bad"}));
}

TEST_F(RowReaderTest, FormatIsFoundByContentIfTheNameSaysNothing) {
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

// Each line of the JSON was read as an invalid address.
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

TEST_F(RowReaderTest, AJsonlRowOverTheCapKeepsItsBeginning) {
  const std::string giant = "{\"x\":\"" + std::string(limits::kRowBytesMax, 'x') + "\"}";
  const ReadAll all =
      read("a.jsonl", "{\"email\":\"a@b.de\"}\n" + giant + "\n{\"email\":\"c@d.de\"}");
  EXPECT_EQ(all.cells, (Texts{"a@b.de", "!bad", "c@d.de"}));
  ASSERT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.rows[1].substr(0, 16), "{\"_raw\":\"{\\\"x\\\":");
  EXPECT_LT(all.rows[1].size(), 2 * limits::kRawKeptBytes);
}

}  // namespace
}  // namespace mxbulk::input
