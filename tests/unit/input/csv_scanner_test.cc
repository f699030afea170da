#include "input/csv_scanner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "input/csv_cells.h"
#include "input/row_format.h"
#include "model/csv_text.h"
#include "support/csv_reference.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

constexpr CsvSyntax kPlain;

std::string random_csv(std::mt19937& random, size_t size, std::string_view alphabet) {
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(alphabet[random() % alphabet.size()]);
  return bytes;
}

// All kernels against the reference, and against themselves with the bytes cut in two at any place.
void expect_agreement(std::string_view bytes, CsvSyntax syntax, size_t column, size_t cut) {
  const std::string_view front = bytes.substr(0, cut);
  const test::ScannedCsv whole = test::scan_csv_by_reference(syntax, column, bytes, true);
  const test::ScannedCsv part = test::scan_csv_by_reference(syntax, column, front, false);
  for (const CsvKernel kernel : csv_kernels()) {
    const CsvScanner scanner(syntax, column, kernel);
    ASSERT_EQ(test::scan_csv(scanner, bytes, true), whole) << testing::PrintToString(bytes);
    ASSERT_EQ(test::scan_csv(scanner, front, false), part) << testing::PrintToString(front);
  }
}

// A row as programs write it, some of them badly.
std::string likely_row(std::mt19937& random) {
  static const std::vector<std::string> kCells = {"",
                                                  "Ada",
                                                  "ada@company.example",
                                                  "2024-05-17",
                                                  "\"Lovelace, Ada\"",
                                                  "\"say \"\"no\"\"\"",
                                                  "\"two\r\nlines\"",
                                                  "5\" pipe",
                                                  "\"\"",
                                                  "\"a\"b\"c\"",
                                                  " \"x\"",
                                                  "\"\"\"\"",
                                                  "\xC3\xBC"};
  static const std::vector<std::string> kEnds = {"\n", "\r\n", "\n", "\r"};
  std::string row;
  for (size_t cells = 1 + random() % 8; cells > 0; --cells) {
    row += kCells[random() % (random() % 2 == 0 ? 4 : kCells.size())];
    row += cells > 1 ? "," : kEnds[random() % kEnds.size()];
  }
  return row;
}

std::string likely_csv(std::mt19937& random, size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += likely_row(random);
  return bytes;
}

// Quoted cells over many blocks, with pairs of quotes and line breaks inside.
std::string long_cells(std::mt19937& random, size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    bytes += "\"" + random_csv(random, random() % 400, "aaaaaaaaaaaaaa,\n\r");
    bytes += random() % 3 == 0 ? "\"\"" : "";
    bytes += random_csv(random, random() % 70, "bbbbbb,\n") + "\"";
    bytes += random() % 4 == 0 ? "\n" : ",";
  }
  return bytes;
}

std::string generated(std::mt19937& random, size_t size) {
  static const std::vector<std::string> kAlphabets = {
      "ab,\"\r\n"s,       "aaaaaaaaaaaaa,,\"\n"s,   "\"\"\",\n"s,
      "abcdefgh,\r\n\0"s, "aaaaaaaaaaaaaaaaaaa\n"s, "\r\n"s};
  switch (random() % 3) {
    case 0: return random_csv(random, size, kAlphabets[random() % kAlphabets.size()]);
    case 1: return likely_csv(random, size);
    default: return long_cells(random, size);
  }
}

TEST(CsvScanner, AgreesWithTheReferenceOverTenMillionBytes) {
  std::mt19937 random(20'260'102);
  for (size_t total = 0; total < 10'000'000;) {
    const std::string bytes = generated(random, random() % 3'000);
    total += bytes.size();
    ASSERT_NO_FATAL_FAILURE(
        expect_agreement(bytes, kPlain, random() % 8, random() % (bytes.size() + 1)));
  }
}

constexpr CsvSyntax kOddSyntaxes[] = {{',', '\\', false}, {',', '\0', true}, {';', '\\', true}};

// The syntaxes that have no fast way.
TEST(CsvScanner, AgreesWithTheReferenceInSyntaxesWithEscapesAndBlanksBeforeQuotes) {
  std::mt19937 random(20'260'105);
  for (int round = 0; round < 200'000; ++round) {
    const CsvSyntax syntax = kOddSyntaxes[round % std::size(kOddSyntaxes)];
    const std::string bytes = random_csv(random, 1 + random() % 30, "ab,;\" \\\r\n");
    const size_t cut = random() % (bytes.size() + 1);
    ASSERT_NO_FATAL_FAILURE(expect_agreement(bytes, syntax, random() % 4, cut));
  }
}

// Whatever falls on the edge of 64 octets, and wherever the bytes end.
TEST(CsvScanner, AgreesWithTheReferenceAtEachEdge) {
  const std::string ends = "\"a\"\"b\",c\r\n\"\",\"\"\"\n\"\"\"\"\rx\"y,\"z\"\r\n,\n"s;
  for (size_t before = 0; before < 140; ++before) {
    for (const std::string& front : {std::string(before, 'a'), std::string(before, ','),
                                     std::string(before, '"'), "\"" + std::string(before, 'q')}) {
      const std::string bytes = front + ends;
      for (size_t cut = front.size(); cut <= bytes.size(); ++cut) {
        ASSERT_NO_FATAL_FAILURE(expect_agreement(bytes, kPlain, cut % 3, cut));
      }
    }
  }
}

TEST(CsvScanner, LateColumnsAndOtherDelimitersAreFound) {
  std::mt19937 random(5);
  for (const char delimiter : {';', '|', '\t', 'a'}) {
    for (const size_t column : {0U, 1U, 63U, 64U, 65U, 200U, 4'095U}) {
      const std::string alphabet = std::string(9, delimiter) + "b\"";
      std::string bytes;
      while (bytes.size() < 20'000) bytes += random_csv(random, random() % 9'000, alphabet) + "\n";
      ASSERT_NO_FATAL_FAILURE(expect_agreement(bytes, {delimiter}, column, bytes.size() / 2));
    }
  }
}

TEST(CsvKernel, AllGiveTheSameBits) {
  std::mt19937 random(7);
  for (int round = 0; round < 5'000; ++round) {
    const size_t blocks = 1 + random() % 5;
    const std::string bytes = random_csv(random, kMaskOctets * blocks, "a;\"\r\n\0\xFF\x80"s);
    std::vector<CsvMasks> plain(blocks);
    find_csv_masks(CsvKernel::kScalar, ';', bytes.data(), plain);
    for (const CsvKernel kernel : csv_kernels()) {
      std::vector<CsvMasks> fast(blocks);
      find_csv_masks(kernel, ';', bytes.data(), fast);
      ASSERT_EQ(fast, plain);
    }
  }
}

TEST(CsvScanner, StopsAtTheNumberOfRows) {
  std::vector<CsvRow> rows;
  const CsvScanner scanner(kPlain, 0);
  EXPECT_EQ(scanner.scan("a\r\nb\nc\n", true, 1, rows), 3U);
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_EQ(scanner.scan("a\nb", true, 2, rows), 3U);
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_EQ(scanner.scan("a\n", true, 0, rows), 0U);
}

TEST(CsvScanner, LeavesARowThatMayGoOn) {
  std::vector<CsvRow> rows;
  const CsvScanner scanner(kPlain, 0);
  for (const char* open : {"a", "a,b", "a\r", "\"a\n", "\"a\"", "\"a\"\"\n"}) {
    EXPECT_EQ(scanner.scan(open, false, CsvScanner::kAllRows, rows), 0U) << open;
  }
  EXPECT_TRUE(rows.empty());
}

// The tracker for rows over the cap sees the same row, whatever the pieces.
TEST(RowTracker, AgreesWithTheScannerWhateverThePieces) {
  std::mt19937 random(20'260'103);
  for (int round = 0; round < 30'000; ++round) {
    const std::string bytes = random_csv(random, 1 + random() % 24, "ab,\"\r\n");
    const test::ScannedCsv expected = test::scan_csv_by_reference(kPlain, 0, bytes, true);
    RowTracker tracker(kPlain);
    size_t end = 0;
    size_t given = 0;
    while (!tracker.ends()) {
      given = std::min(bytes.size(), given + 1 + random() % 4);
      end +=
          tracker.follow(std::string_view(bytes).substr(end, given - end), given == bytes.size());
    }
    const CsvRow& row = expected.rows.front();
    ASSERT_EQ(end, row.end) << testing::PrintToString(bytes);
    ASSERT_EQ(tracker.bytes(), row.end);
    ASSERT_EQ(tracker.cells(), row.cells) << testing::PrintToString(bytes);
    ASSERT_EQ(tracker.has_open_quote(), row.has_open_quote) << testing::PrintToString(bytes);
  }
}

TEST(RowTracker, KnowsNoQuotesInLines) {
  RowTracker tracker;
  EXPECT_EQ(tracker.follow("\"a,b\nc", false), 5U);
  EXPECT_TRUE(tracker.ends());
  EXPECT_EQ(tracker.cells(), 1U);
}

struct CellCase {
  std::string raw;
  std::string text;
  bool is_viewable;
};

TEST(CsvCells, HaveTheTextThatSpreadsheetsMean) {
  const std::vector<CellCase> cases = {
      {"", "", true},
      {"a b", "a b", true},
      {" \"a\"", " \"a\"", true},  // a quote after a blank is an ordinary octet
      {"5\" pipe", "5\" pipe", true},
      {"\"a\"", "a", true},
      {"\"\"", "", true},
      {"\"a,b\nc\"", "a,b\nc", true},
      {"\"a\"\"b\"", "a\"b", false},
      {"\"\"\"\"", "\"", false},
      {"\"\"\"a\"\"\"", "\"a\"", false},
      {"\"a\"b", "ab", false},
      {"\"a\"b\"c\"", "ab\"c\"", false},
      {"\"open", "open", true},
      {"\"", "", true},
      {"\"a\"\"", "a\"", false},  // open: the pair is one quote
      {"\"\"\"", "\"", false},
  };
  for (const CellCase& expected : cases) {
    EXPECT_EQ(unquoted(expected.raw, kPlain), expected.text) << expected.raw;
    EXPECT_EQ(is_viewable(expected.raw, kPlain), expected.is_viewable) << expected.raw;
    if (expected.is_viewable) {
      EXPECT_EQ(view_cell(expected.raw), expected.text);
    }
  }
}

TEST(CsvCells, ComeBackFromTheirQuotes) {
  for (const std::string& text : {"a"s, ""s, "a,b"s, "a\"b"s, "\""s, "a\r\nb"s, "\0"s, "a;b"s}) {
    std::string raw;
    append_csv_cell(text, ',', false, raw);
    EXPECT_EQ(unquoted(raw, kPlain), text);
    std::vector<std::string_view> cells;
    split_cells(raw, kPlain, cells);
    EXPECT_EQ(cells.size(), 1U);
  }
  std::string plain;
  append_csv_cell("a;b c", ',', false, plain);
  EXPECT_EQ(plain, "a;b c");
}

// Two ways to the same cells.
TEST(CsvCells, SplitAsTheScannerCounts) {
  std::mt19937 random(20'260'104);
  for (int round = 0; round < 30'000; ++round) {
    const std::string bytes = random_csv(random, 1 + random() % 24, "ab,\"\n");
    const size_t column = random() % 3;
    const CsvRow row = test::scan_csv_by_reference(kPlain, column, bytes, true).rows.front();
    std::vector<std::string_view> cells;
    split_cells(std::string_view(bytes).substr(0, row.text_end), kPlain, cells);
    ASSERT_EQ(cells.size(), row.cells) << testing::PrintToString(bytes);
    if (column >= cells.size()) continue;
    EXPECT_EQ(cells[column].data(), bytes.data() + row.cell_begin);
    EXPECT_EQ(cells[column].size(), row.cell_end - row.cell_begin);
  }
}

}  // namespace
}  // namespace mxbulk::input
