#include "rows/row_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk::rows {
namespace {

class RowKeysOfCells : public testing::Test {
 protected:
  // The keys of these cells.
  std::vector<RowKey> keys_of(const std::vector<std::string>& cells) {
    input::RowBatch batch;
    for (const std::string& cell : cells) {
      input::EmailCell email;
      email.text = cell;
      batch.cells.push_back(email);
    }
    EXPECT_TRUE(keys_.fill(batch).ok());
    return batch.block.keys;
  }

  table::DomainTable domains_;
  enrich::Enricher enricher_;
  RowKeys keys_{RowKeys::Cells::kAddresses, domains_, enricher_};
};

// Two spellings of one domain got opposite verdicts.
TEST_F(RowKeysOfCells, BothSpellingsOfASymbolAreOneDomainWithItsLint) {
  const std::vector<RowKey> keys = keys_of({"x@\u2603.net", "y@xn--n3h.net", "z@example.net"});
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].domain(), keys[1].domain());
  EXPECT_EQ(domains_.record(keys[0].domain()).lints, LintSet{Lint::kIdna2008});
  EXPECT_EQ(domains_.record(keys[2].domain()).lints, LintSet{});
}

TEST_F(RowKeysOfCells, WhatIsNoSingleAddressHasItsReason) {
  const std::vector<RowKey> keys = keys_of({"a@x.org; b@y.org", "NULL", "<jo@x.org>;"});
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].reason(), Reason::kSeveral);
  EXPECT_EQ(keys[1].reason(), Reason::kEmpty);
  EXPECT_FALSE(keys[2].is_invalid());
  EXPECT_EQ(keys[2].row_lints(), LintSet{Lint::kTrimmed});
  EXPECT_EQ(domains_.size(), 1U);
}

const enrich::Enricher& enricher() {
  static const enrich::Enricher kEnricher;
  return kEnricher;
}

// Rows of one cell, each with its LF, viewed in place.
input::RowBatch batch_of(const std::vector<std::string>& cells) {
  input::RowBatch batch;
  for (const std::string& cell : cells) {
    batch.block.bytes += cell + "\n";
    batch.block.row_ends.push_back(static_cast<uint32_t>(batch.block.bytes.size()));
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    batch.cells.push_back({.text = batch.block.row(i).substr(0, cells[i].size())});
  }
  return batch;
}

class RowKeysTest : public testing::Test {
 protected:
  RowKeys keys(RowKeys::Extras extras) {
    return {RowKeys::Cells::kAddresses, domains_, enricher(), extras};
  }
  static std::vector<std::string> local_parts(const Block& block) {
    std::vector<std::string> parts;
    LocalPartReader reader(block);
    for (size_t i = 0; i < block.local_parts.size(); ++i) parts.emplace_back(reader.next(i));
    return parts;
  }
  // For each cell: true if it repeats an earlier one.
  std::vector<bool> duplicates(RowKeys& keys, const std::vector<std::string>& cells) {
    input::RowBatch batch = batch_of(cells);
    EXPECT_TRUE(keys.fill(batch).ok());
    std::vector<bool> found;
    for (const RowKey key : batch.block.keys) {
      found.push_back(key.row_lints().has(Lint::kDuplicate));
    }
    return found;
  }

  table::DomainTable domains_;
  table::AddressSet addresses_;
};

using Strings = std::vector<std::string>;

TEST_F(RowKeysTest, KeepsLocalPartsAsTheyAreWritten) {
  RowKeys keeping = keys({.keeps_local_parts = true});
  const Strings cells = {"Ada.L@X.test", "nobody", " <b+c@x.test> ", "\"d e\"@x.test",
                         std::string(64, 'f') + "@x.test"};
  const Strings expected = {"Ada.L", "", "b+c", "\"d e\"", std::string(64, 'f')};
  input::RowBatch batch = batch_of(cells);
  ASSERT_TRUE(keeping.fill(batch).ok());
  EXPECT_EQ(local_parts(batch.block), expected);
  EXPECT_EQ(batch.block.local_text, "") << "all are in their rows";
}

// Escaped cells, rows of another format, and output without the row's own cells.
TEST_F(RowKeysTest, KeepsLocalPartsThatAreNotInTheRow) {
  RowKeys keeping = keys({.keeps_local_parts = true});
  const Strings elsewhere = {"Ada@x.test", "nobody", "bob@x.test"};
  input::RowBatch batch = batch_of({"1", "2", "3"});
  for (size_t i = 0; i < elsewhere.size(); ++i) batch.cells[i].text = elsewhere[i];
  ASSERT_TRUE(keeping.fill(batch).ok());
  EXPECT_EQ(local_parts(batch.block), (Strings{"Ada", "", "bob"}));
  input::RowBatch without_rows;
  for (const std::string& cell : elsewhere) without_rows.cells.push_back({.text = cell});
  ASSERT_TRUE(keeping.fill(without_rows).ok());
  EXPECT_EQ(local_parts(without_rows.block), (Strings{"Ada", "", "bob"}));
  EXPECT_EQ(without_rows.block.local_text, "Adabob");
}

// A row may be longer than four octets can address.
TEST_F(RowKeysTest, KeepsALocalPartNearTheEndOfALongRow) {
  RowKeys keeping = keys({.keeps_local_parts = true});
  for (const size_t before : {LocalPart::kOffsetsInRow - 1, LocalPart::kOffsetsInRow}) {
    input::RowBatch batch = batch_of({std::string(before, ',') + "ada@x.test"});
    batch.cells[0].text.remove_prefix(before);
    ASSERT_TRUE(keeping.fill(batch).ok());
    EXPECT_EQ(local_parts(batch.block), Strings{"ada"});
    EXPECT_EQ(batch.block.local_text.empty(), before < LocalPart::kOffsetsInRow);
  }
}

TEST_F(RowKeysTest, KeepsNothingThatWasNotRequested) {
  RowKeys plain = keys({});
  input::RowBatch batch = batch_of({"a@x.test", "a@x.test"});
  ASSERT_TRUE(plain.fill(batch).ok());
  EXPECT_TRUE(batch.block.local_parts.empty());
  EXPECT_TRUE(batch.block.keys[1].row_lints().empty());
}

TEST_F(RowKeysTest, MarksALaterRowWithTheSameCleanedAddress) {
  RowKeys marking = keys({.addresses = &addresses_});
  EXPECT_EQ(duplicates(marking, {"Ada@x.test", "<ada@X.TEST>", "ada@y.test", "nobody", "nobody",
                                 "ad@x.test", "\"ada\"@x.test", "bücher@x.test"}),
            (std::vector<bool>{false, true, false, false, false, false, false, false}));
  EXPECT_EQ(duplicates(marking, {" ADA@x.test", "BüCHER@x.test", "BÜCHER@x.test", "a@bücher.test",
                                 "a@xn--bcher-kva.test"}),
            (std::vector<bool>{true, true, false, false, true}))
      << "in another batch; only the case of ASCII letters does not count";
}

}  // namespace
}  // namespace mxbulk::rows
