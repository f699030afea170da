#include "model/row_key.h"

#include <gtest/gtest.h>

#include "model/block.h"

namespace mxbulk {
namespace {

constexpr LintSet kRowLints = {Lint::kTrimmed, Lint::kDisplayName, Lint::kSmtputf8, Lint::kRagged,
                               Lint::kDuplicate};

TEST(RowKey, FitsFourBytes) {
  EXPECT_EQ(sizeof(RowKey), 4U);
}

TEST(RowKey, KeepsDomainLintsAndRole) {
  for (uint32_t id : {0U, 1U, limits::kDomainsMax - 1}) {
    const RowKey key = RowKey::waiting_for(DomainId(id), kRowLints, true);
    EXPECT_FALSE(key.is_invalid());
    EXPECT_EQ(key.domain(), DomainId(id));
    EXPECT_EQ(key.row_lints(), kRowLints);
    EXPECT_TRUE(key.is_role());
  }
  const RowKey ordinary = RowKey::waiting_for(DomainId(7), {}, false);
  EXPECT_EQ(ordinary.flag_bits(), 0U);
  EXPECT_TRUE(ordinary.row_lints().empty());
}

TEST(RowKey, KeepsEveryInvalidReason) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (verdict_of(reason) != Verdict::kInvalid) continue;
    const RowKey key = RowKey::invalid(reason, {Lint::kRagged});
    ASSERT_TRUE(key.is_invalid());
    EXPECT_EQ(key.reason(), reason);
    EXPECT_EQ(key.row_lints(), LintSet{Lint::kRagged});
    EXPECT_EQ(key.suggestion(), 0U);
    const RowKey meant = RowKey::invalid(reason, {}, limits::kSuggestionsMax - 1);
    ASSERT_TRUE(meant.is_invalid());
    EXPECT_EQ(meant.reason(), reason);
    EXPECT_EQ(meant.suggestion(), limits::kSuggestionsMax - 1);
  }
}

// No key of a domain or of an invalid row is taken for it.
TEST(RowKey, KnowsPassedRows) {
  const RowKey passed = RowKey::passed();
  EXPECT_TRUE(passed.is_passed());
  EXPECT_FALSE(passed.is_invalid());
  EXPECT_FALSE(passed.has_domain());
  EXPECT_TRUE(passed.row_lints().empty());
  const RowKey last = RowKey::waiting_for(DomainId(limits::kDomainsMax - 1), {}, false);
  EXPECT_FALSE(last.is_passed());
  EXPECT_TRUE(last.has_domain());
  const RowKey invalid = RowKey::invalid(Reason::kNotAttempted, {}, limits::kSuggestionsMax - 1);
  EXPECT_FALSE(invalid.is_passed());
  EXPECT_TRUE(invalid.is_invalid());
  EXPECT_FALSE(invalid.has_domain());
}

TEST(RowKey, DropsTheLintsOfTheDomain) {
  const RowKey key = RowKey::waiting_for(DomainId(1), {Lint::kBadAlabel, Lint::kTrimmed}, false);
  EXPECT_EQ(key.row_lints(), LintSet{Lint::kTrimmed});
}

TEST(Block, GivesItsRows) {
  Block block;
  block.bytes = "a\nbc\r\n";
  block.row_ends = {2, 6, 6};
  EXPECT_EQ(block.rows(), 3U);
  EXPECT_EQ(block.row(0), "a\n");
  EXPECT_EQ(block.row(1), "bc\r\n");
  EXPECT_EQ(block.row(2), "");
  block.clear();
  EXPECT_EQ(block.rows(), 0U);
}

}  // namespace
}  // namespace mxbulk
