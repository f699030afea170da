#include "app/unchecked_domains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxbulk::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(UncheckedDomains, AreCheckedIfTheyWereDecidedBefore) {
  UncheckedDomains unchecked;
  unchecked.add(DomainId(1));
  unchecked.add(DomainId(2));
  unchecked.end_turn(10);
  unchecked.add(DomainId(3));
  unchecked.end_turn(20);
  std::vector<DomainId> checked;
  unchecked.take_checked(10, checked);
  EXPECT_THAT(checked, IsEmpty());  // at the same time is not before
  EXPECT_EQ(unchecked.first_us(), 10);
  unchecked.take_checked(20, checked);
  EXPECT_THAT(checked, ElementsAre(DomainId(1), DomainId(2)));
  EXPECT_EQ(unchecked.first_us(), 20);
  unchecked.take_checked(kNeverUs, checked);
  EXPECT_THAT(checked, ElementsAre(DomainId(1), DomainId(2), DomainId(3)));
  EXPECT_EQ(unchecked.first_us(), kNeverUs);
}

TEST(UncheckedDomains, ATurnWithoutADecisionIsNone) {
  UncheckedDomains unchecked;
  unchecked.end_turn(10);
  EXPECT_EQ(unchecked.first_us(), kNeverUs);
}

}  // namespace
}  // namespace mxbulk::app
