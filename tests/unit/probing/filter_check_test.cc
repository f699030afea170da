#include "probing/filter_check.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace mxbulk::probing {
namespace {

constexpr ProbeOutcome kWaysToBeClosed[] = {ProbeOutcome::kTcpTimeout, ProbeOutcome::kTcpRefused,
                                            ProbeOutcome::kTcpUnreachable};

TEST(FilterCheck, AKnownProviderThatNeverOpensIsFiltered) {
  const FilterCheck filters;
  for (const ProbeOutcome outcome : kWaysToBeClosed) {
    EXPECT_TRUE(filters.is_filtered({1, 2, true}, outcome));
  }
}

TEST(FilterCheck, AnAddressOfAKnownProviderBesideOneThatOpenedIsClosed) {
  FilterCheck filters;
  filters.on_open({7, 2, true});
  for (const ProbeOutcome outcome : kWaysToBeClosed) {
    EXPECT_FALSE(filters.is_filtered({1, 2, true}, outcome));
  }
}

TEST(FilterCheck, AnOpeningOfAnotherCustomerOfTheNetworkIsNotTheProviders) {
  FilterCheck filters;
  filters.on_open({1, 9, false});
  EXPECT_TRUE(filters.is_filtered({1, 2, true}, ProbeOutcome::kTcpTimeout));
}

TEST(FilterCheck, AHostThatNoListKnowsIsClosed) {
  FilterCheck filters;
  filters.on_silent({1, 2, false});
  filters.on_silent({1, 2, false});
  EXPECT_FALSE(filters.is_filtered({1, 2, false}, ProbeOutcome::kTcpTimeout));
}

TEST(FilterCheck, ManySilentAddressesOfOneNetworkAreFiltered) {
  FilterCheck filters;
  for (uint64_t i = 0; i < limits::kFilteredAddressesMin; ++i) {
    EXPECT_FALSE(filters.is_filtered({1, 100, false}, ProbeOutcome::kTcpTimeout));
    filters.on_silent({1, 100 + i, false});
  }
  EXPECT_TRUE(filters.is_filtered({1, 100, false}, ProbeOutcome::kTcpTimeout));
  EXPECT_FALSE(filters.is_filtered({2, 100, false}, ProbeOutcome::kTcpTimeout)) << "elsewhere";
  filters.on_open({1, 900, false});
  EXPECT_FALSE(filters.is_filtered({1, 100, false}, ProbeOutcome::kTcpTimeout));
}

TEST(FilterCheck, ManySilentAddressesOfOneOperatorAreFiltered) {
  FilterCheck filters;
  for (uint64_t i = 0; i < limits::kFilteredAddressesMin; ++i) filters.on_silent({i, 100, false});
  EXPECT_TRUE(filters.is_filtered({0, 100, false}, ProbeOutcome::kTcpTimeout));
  filters.on_open({77, 100, false});
  EXPECT_FALSE(filters.is_filtered({0, 100, false}, ProbeOutcome::kTcpTimeout));
}

// A host that refuses is there: our packets reach its network.
TEST(FilterCheck, ARefusalOfAHostThatNoListKnowsIsItsOwn) {
  FilterCheck filters;
  for (uint64_t i = 0; i < limits::kFilteredAddressesMin; ++i) filters.on_silent({1, 100, false});
  EXPECT_FALSE(filters.is_filtered({1, 100, false}, ProbeOutcome::kTcpRefused));
  EXPECT_FALSE(filters.is_filtered({1, 100, false}, ProbeOutcome::kTcpUnreachable));
}

}  // namespace
}  // namespace mxbulk::probing
