#include "input/csv_scanner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "input/csv_cells.h"
#include "input/csv_masks.h"
#include "input/row_tracker.h"
#include "model/csv_text.h"

namespace mxbulk::input {
namespace {

using namespace std::string_literals;

// The judge: one octet after the other, nothing clever.
struct PlainJudge {
  char delimiter;
  size_t column;

  size_t scan(std::string_view bytes, bool is_end, std::vector<CsvRow>& rows) const {
    size_t begin = 0;
    while (begin < bytes.size()) {
      CsvRow row;
      const size_t end = one_row(bytes, begin, is_end, row);
      if (end == begin) break;
      rows.push_back(row);
      begin = end;
    }
    return begin;
  }

  size_t one_row(std::string_view bytes, size_t begin, bool is_end, CsvRow& row) const {
    size_t cell = begin;
    bool quoted = false;
    for (size_t i = begin; i <= bytes.size(); ++i) {
      if (i == bytes.size()) {
        if (!is_end) return begin;
        return close(row, cell, i, i, quoted);
      }
      const char c = bytes[i];
      if (quoted) {
        if (c != '"') continue;
        if (i + 1 < bytes.size() && bytes[i + 1] == '"') {
          ++i;
        } else {
          quoted = false;
        }
      } else if (c == '"' && i == cell) {
        quoted = true;
      } else if (c == delimiter) {
        end_cell(row, cell, i);
        cell = i + 1;
      } else if (c == '\n') {
        return close(row, cell, i, i + 1, false);
      } else if (c == '\r') {
        if (i + 1 == bytes.size() && !is_end) return begin;
        const bool pair = i + 1 < bytes.size() && bytes[i + 1] == '\n';
        return close(row, cell, i, i + (pair ? 2 : 1), false);
      }
    }
    return begin;
  }

  void end_cell(CsvRow& row, size_t cell, size_t at) const {
    if (row.cells++ != column) return;
    row.cell_begin = static_cast<uint32_t>(cell);
    row.cell_end = static_cast<uint32_t>(at);
  }

  size_t close(CsvRow& row, size_t cell, size_t text_end, size_t end, bool open) const {
    end_cell(row, cell, text_end);
    row.text_end = static_cast<uint32_t>(text_end);
    row.end = static_cast<uint32_t>(end);
    row.has_open_quote = open;
    return end;
  }
};

std::string random_csv(std::mt19937& random, size_t size, std::string_view alphabet) {
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(alphabet[random() % alphabet.size()]);
  return bytes;
}

struct Judged {
  std::vector<CsvRow> rows;
  size_t used;
};

Judged by_scanner(std::string_view bytes, bool is_end, size_t column) {
  Judged judged;
  judged.used = CsvScanner(',', column).scan(bytes, is_end, CsvScanner::kAllRows, judged.rows);
  return judged;
}

Judged by_judge(std::string_view bytes, bool is_end, size_t column) {
  Judged judged;
  judged.used = PlainJudge{',', column}.scan(bytes, is_end, judged.rows);
  return judged;
}

TEST(CsvScanner, AgreesWithTheJudgeOverRandomBytes) {
  std::mt19937 random(20'260'102);
  const std::vector<std::string> alphabets = {
      "ab,\"\r\n"s,       "aaaaaaaaaaaaa,,\"\n"s,   "\"\"\",\n"s,
      "abcdefgh,\r\n\0"s, "aaaaaaaaaaaaaaaaaaa\n"s,
  };
  size_t total = 0;
  while (total < 6'000'000) {
    const std::string& alphabet = alphabets[random() % alphabets.size()];
    const std::string bytes = random_csv(random, random() % 3'000, alphabet);
    total += bytes.size();
    const size_t column = random() % 4;
    const bool is_end = random() % 2 == 0;
    const Judged expected = by_judge(bytes, is_end, column);
    const Judged found = by_scanner(bytes, is_end, column);
    ASSERT_EQ(found.used, expected.used) << testing::PrintToString(bytes);
    ASSERT_EQ(found.rows, expected.rows) << testing::PrintToString(bytes);
  }
}

TEST(CsvScanner, KernelsGiveTheSameBits) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::string bytes = random_csv(random, kMaskOctets, "a;\"\r\n\0\xFF\x80"s);
    const CsvMasks fast = BaselineCsvKernel(';').masks(bytes.data());
    const CsvMasks plain = ScalarCsvKernel(';').masks(bytes.data());
    ASSERT_EQ(fast.quotes, plain.quotes);
    ASSERT_EQ(fast.specials, plain.specials);
  }
}

TEST(CsvScanner, StopsAtTheNumberOfRows) {
  std::vector<CsvRow> rows;
  const CsvScanner scanner(',', 0);
  EXPECT_EQ(scanner.scan("a\r\nb\nc\n", true, 1, rows), 3U);
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_EQ(scanner.scan("a\nb", true, 2, rows), 3U);
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_EQ(scanner.scan("a\n", true, 0, rows), 0U);
}

TEST(CsvScanner, LeavesARowThatMayGoOn) {
  std::vector<CsvRow> rows;
  const CsvScanner scanner(',', 0);
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
    const Judged expected = by_judge(bytes, true, 0);
    RowTracker tracker(',');
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
      {" \"a\"", " \"a\"", true},  // a quote behind a blank is an octet like others
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
    EXPECT_EQ(unquoted(expected.raw), expected.text) << expected.raw;
    EXPECT_EQ(is_viewable(expected.raw), expected.is_viewable) << expected.raw;
    if (expected.is_viewable) {
      EXPECT_EQ(view_cell(expected.raw), expected.text);
    }
  }
}

TEST(CsvCells, ComeBackFromTheirQuotes) {
  for (const std::string& text : {"a"s, ""s, "a,b"s, "a\"b"s, "\""s, "a\r\nb"s, "\0"s, "a;b"s}) {
    std::string raw;
    append_csv_cell(text, ',', false, raw);
    EXPECT_EQ(unquoted(raw), text);
    std::vector<std::string_view> cells;
    split_cells(raw, ',', cells);
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
    const CsvRow row = by_judge(bytes, true, column).rows.front();
    std::vector<std::string_view> cells;
    split_cells(std::string_view(bytes).substr(0, row.text_end), ',', cells);
    ASSERT_EQ(cells.size(), row.cells) << testing::PrintToString(bytes);
    if (column >= cells.size()) continue;
    EXPECT_EQ(cells[column].data(), bytes.data() + row.cell_begin);
    EXPECT_EQ(cells[column].size(), row.cell_end - row.cell_begin);
  }
}

}  // namespace
}  // namespace mxbulk::input
