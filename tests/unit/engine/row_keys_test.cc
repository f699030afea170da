#include "engine/row_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxbulk::engine {
namespace {

class RowKeysTest : public testing::Test {
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
TEST_F(RowKeysTest, BothSpellingsOfASymbolAreOneDomainWithItsLint) {
  const std::vector<RowKey> keys = keys_of({"x@\u2603.net", "y@xn--n3h.net", "z@example.net"});
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].domain(), keys[1].domain());
  EXPECT_EQ(domains_.record(keys[0].domain()).lints, LintSet{Lint::kIdna2008});
  EXPECT_EQ(domains_.record(keys[2].domain()).lints, LintSet{});
}

TEST_F(RowKeysTest, WhatIsNoSingleAddressHasItsReason) {
  const std::vector<RowKey> keys = keys_of({"a@x.org; b@y.org", "NULL", "<jo@x.org>;"});
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].reason(), Reason::kSeveral);
  EXPECT_EQ(keys[1].reason(), Reason::kEmpty);
  EXPECT_FALSE(keys[2].is_invalid());
  EXPECT_EQ(keys[2].row_lints(), LintSet{Lint::kTrimmed});
  EXPECT_EQ(domains_.size(), 1U);
}

}  // namespace
}  // namespace mxbulk::engine
